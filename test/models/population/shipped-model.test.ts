/** What lies in models/shipped: one model, one prior and one card that belong together and are fit to ship. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { featureNames, featureVersion } from '../../../models/features/hear-song.ts';
import { readDeam } from '../../../models/population/deam.ts';
import { loadPopulation, POPULATION_FILE } from '../../../models/population/load-population.ts';
import { loadPrior, PRIOR_FILE } from '../../../models/population/load-prior.ts';
import { CARD_FILE, modelFiles } from '../../../models/population/model-files.ts';
import { readOnnxCard } from '../../../models/population/onnx/onnx-card.ts';
import { readShipped, shippedFile } from '../../../models/population/shipped-files.ts';
import { trainPopulation } from '../../../models/population/train-population.ts';

const LARGEST_BYTES = 2e6;
const MOST_MS_A_SONG = 2;

const onnx = readFileSync(shippedFile(POPULATION_FILE));
const card = readShipped(CARD_FILE, (value) =>
  z
    .object({
      population: z.string(),
      learner: z.enum(['gpForest', 'gaussianProcess', 'ridge', 'forest', 'boosting', 'svm', 'mlp']),
      seed: z.number(),
      data: z.object({ sha256: z.string(), licence: z.string(), listeners: z.string(), songs: z.number() }),
      crossValidated: z.object({ accuracy: z.number(), majority: z.number() }),
    })
    .parse(value),
);

describe('what ships', () => {
  test('is one model, one prior and one card that belong together', () => {
    const inFile = readOnnxCard(onnx);
    expect(inFile).toMatchObject({
      id: card.population,
      learner: card.learner,
      seed: card.seed,
      trainedOnSha256: card.data.sha256,
      featureVersion,
      featureNames,
    });
    const prior = readShipped(PRIOR_FILE, (value) => z.object({ population: z.string() }).parse(value));
    expect(prior.population).toBe(card.population);
    expect(readFileSync(shippedFile('README.md'), 'utf8')).toContain(card.population);
  });

  test('learnt from all 1,737 songs and is clearly better than the commonest emotion', () => {
    expect(card.data.songs).toBe(1737);
    expect(card.crossValidated.majority).toBeCloseTo(0.415, 3);
    expect(card.crossValidated.accuracy).toBeGreaterThan(0.59);
  });

  test('is small, and quick to ask', async () => {
    expect(onnx.length).toBeLessThanOrEqual(LARGEST_BYTES);
    const loaded = await loadPopulation();
    if (loaded.kind !== 'loaded') throw new Error(loaded.reason);
    expect(loaded.population.id).toBe(card.population);
    const songs = Array.from({ length: 64 }, (_, song) => featureNames.map((_name, j) => song + j));
    const { predict } = loaded.population;
    let fastestMs = Infinity;
    // Other work on this machine only ever makes it slower.
    for (let i = 0; i < 10; i++) {
      const before = performance.now();
      await predict(songs);
      fastestMs = Math.min(fastestMs, performance.now() - before);
    }
    expect(fastestMs / songs.length).toBeLessThan(MOST_MS_A_SONG);
    const opinions = await predict(songs);
    for (const { probabilities } of opinions) expect(Math.min(...probabilities)).toBeGreaterThan(0.0025);
  });

  test('has a prior whose slopes are near 1 on the diagonal', () => {
    const { mean } = loadPrior();
    for (let k = 0; k < 4; k++) {
      expect(mean[k * 5 + 1 + k]).toBeGreaterThan(0.6);
      expect(mean[k * 5 + 1 + k]).toBeLessThan(1.4);
    }
  });

  test('a missing file is told with what to do', () => {
    expect(() => readShipped('no-such-file.json', (value) => value)).toThrow(
      /read models\/shipped\/no-such-file\.json: .*Install the program again/,
    );
  });
});

const DEAM_FOLDER = fileURLToPath(new URL('../../../../shared/data/deam', import.meta.url));
const isSlow = process.env.AMECS_SLOW_TESTS === '1';

test.skipIf(!isSlow || !existsSync(DEAM_FOLDER))(
  'the shipped bytes are what this code makes of DEAM (needs shared/data/deam and AMECS_SLOW_TESTS=1)',
  { timeout: 300_000 },
  () => {
    const { licence, listeners } = card.data;
    const { learner, seed } = card;
    const data = readDeam(DEAM_FOLDER, featureNames);
    const made = trainPopulation(data, { learner, seed, terms: { licence, listeners } });
    for (const { name, content } of modelFiles(made, '').slice(0, 3)) {
      expect(readFileSync(shippedFile(name)).equals(Buffer.from(content)), name).toBe(true);
    }
  },
);
