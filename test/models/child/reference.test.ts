/** Numbers against implementations that share no code with ours. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EmotionPress } from '../../../models/child/child-model.ts';
import { createChildModel, learn, predict } from '../../../models/child/child-model.ts';
import { expertWeights } from '../../../models/child/evidence-gate.ts';
import { fittedExperts } from '../../../models/child/experts.ts';
import { parsePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import type { PerEmotion } from '../../../models/emotions.ts';
import { EMOTIONS } from '../../../models/emotions.ts';
import { deviationsOf } from './child-fixtures.ts';

function largestDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  expect(ours.length).toBe(theirs.length);
  let largest = 0;
  for (let i = 0; i < ours.length; i++) {
    const difference = Math.abs(ours[i]! - theirs[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** Made by `python3 make-reference.py > reference.json` in this folder. */
interface Reference {
  readonly prior: unknown;
  readonly songVariance: number;
  readonly population: readonly PerEmotion[];
  readonly presses: readonly (readonly [song: number, emotion: number])[];
  readonly evidences: readonly (readonly number[])[];
  readonly taste: readonly number[];
  readonly memory: readonly number[];
  readonly memoryOffsets: readonly (readonly number[])[];
  readonly tasteDeviations: readonly number[];
  readonly memoryDeviations: readonly number[];
  readonly shares: readonly number[];
  readonly mixed: readonly (readonly number[])[];
}

describe('against dense joint Newton in numpy: 45 presses of 12 songs, repeats among them', () => {
  const reference = JSON.parse(
    readFileSync(new URL('./reference.json', import.meta.url), 'utf8'),
  ) as Reference;
  const prior = parsePrior(reference.prior);
  const settings = { experts: ['taste', 'songMemory'] as const, songVariance: reference.songVariance };
  const songAt = (song: number) => ({
    songId: `song-${song}`,
    populationProbabilities: reference.population[song]!,
  });
  const presses: EmotionPress[] = reference.presses.map(([song, emotion]) => ({
    ...songAt(song),
    emotion: EMOTIONS[emotion]!,
  }));
  const model = rebuild(prior, presses, settings);
  const [taste, memory] = fittedExperts(model.experts);

  test('the taste fit agrees to 1e-10', () => {
    expect(largestDifference(taste!.fit.weights, reference.taste)).toBeLessThan(1e-10);
  });

  test('the joint fit of taste and songs agrees to 1e-10', () => {
    expect(largestDifference(memory!.fit.weights, reference.memory)).toBeLessThan(1e-10);
    for (const [row, id] of model.songs.ids.entries()) {
      const ours = memory!.fit.offsets.subarray(row * 4, row * 4 + 4);
      const theirs = reference.memoryOffsets[Number(id.slice('song-'.length))]!;
      expect(largestDifference(ours, theirs)).toBeLessThan(1e-10);
    }
  });

  test('the evidence after every press agrees to 1e-9', () => {
    let growing = createChildModel(prior, settings);
    for (const [at, press] of presses.entries()) {
      growing = learn(growing, press);
      expect(largestDifference(growing.gate.logEvidence, reference.evidences[at]!)).toBeLessThan(1e-9);
    }
  });

  test('the uncertainty of every weight agrees to 1e-9', () => {
    const [tasteDeviations, memoryDeviations] = deviationsOf(model);
    expect(largestDifference(tasteDeviations!, reference.tasteDeviations)).toBeLessThan(1e-9);
    expect(largestDifference(memoryDeviations!, reference.memoryDeviations)).toBeLessThan(1e-9);
  });

  test('the mixture agrees to 1e-10 for songs pressed and never pressed', () => {
    expect(largestDifference(expertWeights(model.gate), reference.shares)).toBeLessThan(1e-10);
    for (const [song, theirs] of reference.mixed.entries()) {
      expect(largestDifference(predict(model, songAt(song)), theirs)).toBeLessThan(1e-10);
    }
  });
});

/** The prototype's own outputs: 30 presses of 30 songs, then 5 songs to predict. Its solver stopped at about 1e-9. */
const GOLDEN = new URL('../../../../shared/data/golden/child-model.json', import.meta.url);

interface Golden {
  readonly m: readonly number[];
  readonly S: readonly (readonly number[])[];
  readonly logp: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly W: readonly number[];
  readonly cumLogOdds_map: readonly number[];
  readonly p_eb_map: readonly (readonly number[])[];
  readonly p_gated: readonly (readonly number[])[];
}

describe('against the prototype', () => {
  // Class names do not enter the formulas, so the prototype's order (sad, angry, calm, happy) needs no reordering:
  // its class k is our position k throughout.
  test.skipIf(!existsSync(GOLDEN))(
    'its fit, evidence and gated predictions come out (needs shared/data/golden)',
    () => {
      const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as Golden;
      const prior = parsePrior({ mean: golden.m, covariance: golden.S });
      const songs = golden.logp.map((logs, i) => ({
        songId: `song-${i}`,
        populationProbabilities: logs.map(Math.exp) as unknown as PerEmotion,
      }));
      let model = createChildModel(prior, { experts: ['taste'], songVariance: 2 });
      for (const [at, k] of golden.y.entries()) {
        model = learn(model, { ...songs[at]!, emotion: EMOTIONS[k]! });
        expect(model.gate.logEvidence[0]).toBeCloseTo(golden.cumLogOdds_map[at]!, 8);
      }
      const { weights } = fittedExperts(model.experts)[0]!.fit;
      expect(largestDifference(weights, golden.W)).toBeLessThan(1e-10);
      for (let i = 0; i < golden.p_gated.length; i++) {
        const song = songs[golden.y.length + i]!;
        expect(largestDifference(predict(model, song), golden.p_gated[i]!)).toBeLessThan(1e-9);
      }
    },
  );
});
