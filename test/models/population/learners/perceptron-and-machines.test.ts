import { describe, expect, test } from 'vitest';
import { learnCrossFitted } from '../../../../models/population/learners/cross-fit.ts';
import type { LearnerSamples } from '../../../../models/population/learners/fits.ts';
import type { Learner } from '../../../../models/population/learners/learner.ts';
import { fitPerceptron, learnPerceptron } from '../../../../models/population/learners/perceptron.ts';
import { learnRidge } from '../../../../models/population/learners/ridge-regression.ts';
import {
  fitSupportVectors,
  learnSupportVectors,
  parseCoefficients,
} from '../../../../models/population/learners/support-vectors.ts';
import { predictTargets } from '../../../../models/population/predict-targets.ts';
import { bentSamples, largestDifference, matrixOf, pickSongs, seeded } from './learner-fixtures.ts';

describe('the perceptron', () => {
  test('two hidden layers bend a plane into exclusive or, and back the gradient goes through both', () => {
    const corners = [0, 1, 2, 3].map((i) => [i & 1 ? 1 : -1, i & 2 ? 1 : -1] as const);
    const samples = {
      z: matrixOf(corners),
      targets: matrixOf(corners.map(([a, b]) => [a * b])),
      weights: new Float64Array(4).fill(1),
    };
    const settings = { hidden: [6, 4], epochs: 500, batch: 4, learningRate: 0.03, decay: 0 };
    const { values } = predictTargets(fitPerceptron(samples, seeded(2), settings), samples.z);
    for (const [at, value] of values.entries()) expect(value).toBeCloseTo(samples.targets.values[at]!, 2);
  });

  test('decay pulls what it says towards the mean', () => {
    const samples = bentSamples(60, 1);
    const spread = (decay: number) => {
      const settings = { hidden: [8], epochs: 100, batch: 20, learningRate: 0.01, decay };
      const { values } = predictTargets(fitPerceptron(samples, seeded(1), settings), samples.z);
      return Math.max(...values) - Math.min(...values);
    };
    expect(spread(10)).toBeLessThan(spread(0) * 0.5);
  });
});

describe('support vectors', () => {
  const samples = bentSamples(60, 1);

  test('are songs learnt from, exactly, though LIBSVM writes them to eight digits', () => {
    const { machines } = fitSupportVectors(samples, seeded(1));
    const songs = new Set(
      Array.from({ length: 60 }, (_, i) => [...samples.z.values.subarray(i * 3, i * 3 + 3)].join()),
    );
    for (const { supportVectors: own } of machines) {
      expect(own.rows).toBeGreaterThan(10);
      for (let i = 0; i < own.rows; i++) {
        expect(songs).toContain([...own.values.subarray(i * 3, i * 3 + 3)].join());
      }
    }
  });

  test('that would all lie within the tube are none: the machine says one number', () => {
    const same = { ...samples, targets: matrixOf(Array.from({ length: 60 }, () => [0.25])) };
    const fit = fitSupportVectors(same, seeded(1));
    expect(fit.machines[0]!.supportVectors.rows).toBe(0);
    for (const value of predictTargets(fit, samples.z).values) expect(value).toBeCloseTo(0.25, 9);
  });

  test.each([
    ['cut short', 'svm_type epsilon_svr\ntotal_sv 3\nrho 0.1\nSV\n0.5 1:0.1\n'],
    ['garbled', 'svm_type epsilon_svr\ntotal_sv 1\nrho 0.1\nSV\nnan 1:0.1\n'],
    ['something else', 'no model'],
  ])('a model that is %s is told', (_, text) => {
    expect(() => parseCoefficients(text)).toThrow('LIBSVM');
  });

  test('loading LIBSVM leaves nobody behind who ends the process at an unhandled rejection', () => {
    const before = process.listenerCount('unhandledRejection');
    fitSupportVectors(samples, seeded(1));
    expect(process.listenerCount('unhandledRejection')).toBe(before);
  });
});

describe('cross-fitting', () => {
  const samples = bentSamples(23, 1);
  const plainRidge = (own: LearnerSamples) => learnRidge(own, 1).fit;

  test('what is said of a song never reaches its own prediction', () => {
    const { outOfSample } = learnCrossFitted('ridge', plainRidge, samples, seeded(5));
    for (let song = 0; song < 23; song++) {
      const values = samples.targets.values.slice();
      values[song * 2] = 1000;
      const changed = { ...samples, targets: { ...samples.targets, values } };
      const after = learnCrossFitted('ridge', plainRidge, changed, seeded(5)).outOfSample;
      expect(after.values[song * 2]).toBe(outOfSample.values[song * 2]!);
      expect(largestDifference(after, outOfSample)).toBeGreaterThan(1);
    }
  });

  test('the fit itself has seen all songs', () => {
    expect(learnCrossFitted('ridge', plainRidge, samples, seeded(5)).fit).toEqual(plainRidge(samples));
  });

  test('three songs are enough, two are not', () => {
    const crossFit = (songs: readonly number[]) =>
      learnCrossFitted('ridge', plainRidge, pickSongs(samples, songs), seeded(1));
    expect(crossFit([0, 1, 2]).outOfSample.values.every(Number.isFinite)).toBe(true);
    expect(() => crossFit([0, 1])).toThrow('2 songs; fits to other folds take at least 3');
  });

  test.each<[string, Learner]>([
    ['perceptron', learnPerceptron],
    ['support vectors', learnSupportVectors],
  ])('%s: progress rises from 0 to 1', (_, learn) => {
    const shares: number[] = [];
    learn(samples, { ...seeded(1), onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(1);
  });
});
