/** From listeners to the files of a model: the same bytes each time, that say what the trainer says. */
import { describe, expect, test } from 'vitest';
import { parsePrior } from '../../../models/child/prior.ts';
import { emotionIndex, quadrantOf } from '../../../models/emotions.ts';
import type { LearnerName } from '../../../models/population/learners/fits.ts';
import { modelFiles } from '../../../models/population/model-files.ts';
import { readOnnxCard } from '../../../models/population/onnx/onnx-card.ts';
import { openOnnxPopulation } from '../../../models/population/onnx/onnx-population.ts';
import { trainPopulation } from '../../../models/population/train-population.ts';
import { madeUpListeners } from '../../support/made-up-listeners.ts';

const TERMS = { licence: 'Nobody’s.', listeners: 'Made up.' };
const data = madeUpListeners({ songs: 60, raters: 4 });
const train = (learner: LearnerName, seed = 7) => trainPopulation(data, { learner, seed, terms: TERMS });

describe('training', () => {
  const model = train('gpForest');

  test('the same data, learner and seed give the same bytes; another seed does not', () => {
    const again = modelFiles(train('gpForest'), 'command');
    expect(again.map(({ name }) => name)).toEqual([
      'population.onnx',
      'prior.json',
      'model-card.json',
      'README.md',
    ]);
    for (const [at, { name, content }] of modelFiles(model, 'command').entries()) {
      expect(Buffer.from(again[at]!.content).equals(Buffer.from(content)), name).toBe(true);
    }
    expect(Buffer.from(train('gpForest', 8).onnx).equals(Buffer.from(model.onnx))).toBe(false);
  });

  test('the file says what the trainer says, and knows the corners', async () => {
    const opened = await openOnnxPopulation(model.onnx);
    if (opened.kind !== 'open') throw new Error(opened.reason);
    const opinions = await opened.population.predict(data.songs.map(({ features }) => features));
    for (const [at, { features, averaged }] of data.songs.entries()) {
      const { probabilities } = opinions[at]!;
      const wanted = model.predict(features);
      for (let k = 0; k < 4; k++) expect(probabilities[k]).toBeCloseTo(wanted[k]!, 5);
      const corner = emotionIndex(quadrantOf(averaged!.valence, averaged!.arousal));
      expect(probabilities.indexOf(Math.max(...probabilities))).toBe(corner);
    }
    await opened.population.close();
  });

  test('the card tells data, seed, figures, limits and what it must not be used for', () => {
    const { card } = model;
    expect(card).toMatchObject({
      population: readOnnxCard(model.onnx).id,
      learner: 'gpForest',
      seed: 7,
      data: { ...TERMS, name: 'made-up listeners', songs: 60, ratings: 240, raters: 4, sha256: data.sha256 },
      prior: { listeners: 4 },
    });
    expect(card.crossValidated.accuracy).toBeGreaterThan(0.9);
    expect(card.notFor.join(' ')).toMatch(/diagnosing or comparing children/);
    const page = modelFiles(model, 'the command').find(({ name }) => name === 'README.md')!.content;
    for (const told of [
      card.population,
      data.sha256,
      'Nobody’s.',
      'Made up.',
      'the command',
      ...card.limits,
    ]) {
      expect(page).toContain(told);
    }
  });

  test('the prior is read back as it was, and names its population', () => {
    const [, file] = modelFiles(model, 'command');
    const stored = JSON.parse(file!.content as string) as { population: string };
    expect(stored.population).toBe(model.card.population);
    expect(parsePrior(stored)).toEqual(parsePrior(model.prior));
  });

  test('is told from 0 to 1, ever forward', () => {
    const shares: number[] = [];
    trainPopulation(data, {
      learner: 'ridge',
      seed: 1,
      terms: TERMS,
      onProgress: (share) => shares.push(share),
    });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  test('columns a box does not hear are refused, with those it does', () => {
    const other = { ...data, columns: ['tempo'] };
    expect(() => trainPopulation(other, { learner: 'ridge', seed: 1, terms: TERMS })).toThrow(
      /a box hears chroma_stft_mean.*the data have tempo/,
    );
  });
});
