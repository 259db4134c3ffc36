import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  factorGaussianProcess,
  learnGaussianProcess,
  SHARP_PROCESS,
} from '../../../../models/population/learners/gaussian-process.ts';
import {
  factorise,
  inverseDiagonal,
  largeMatrix,
  solveLarge,
} from '../../../../models/population/learners/large-cholesky.ts';
import { learnRidge } from '../../../../models/population/learners/ridge-regression.ts';
import { createRandom, shuffledIndices } from '../../../../models/population/learners/seeded-random.ts';
import { predictTargets } from '../../../../models/population/predict-targets.ts';
import { bentSamples, largestDifference, matrixOf, pickSongs } from './learner-fixtures.ts';

/** B Bᵀ + I of a drawn B: positive definite. */
function drawnMatrix(size: number): {
  readonly rows: number[][];
  readonly large: ReturnType<typeof largeMatrix>;
} {
  const random = createRandom(size);
  const b = Array.from({ length: size }, () => Array.from({ length: size }, () => random() - 0.5));
  const rows = b.map((x, i) =>
    b.map((y, j) => x.reduce((sum, value, k) => sum + value * y[k]!, i === j ? 1 : 0)),
  );
  const large = largeMatrix(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) large.lower[i * large.stride + j] = rows[i]![j]!;
  }
  return { rows, large };
}

describe('the factor of a large matrix', () => {
  // Around the kernel's block of 3 and its band of 36.
  test.each([1, 2, 3, 4, 35, 36, 37, 71, 100])(
    'solves %i equations and knows the inverse’s diagonal',
    (size) => {
      const { rows, large } = drawnMatrix(size);
      const factor = factorise(large);
      const diagonal = inverseDiagonal(factor);
      for (const unit of new Set([0, Math.floor(size / 2), size - 1])) {
        const x = new Float64Array(size);
        x[unit] = 1;
        solveLarge(factor, x);
        const back = rows.map((row) => row.reduce((sum, value, k) => sum + value * x[k]!, 0));
        for (const [i, value] of back.entries()) expect(value).toBeCloseTo(i === unit ? 1 : 0, 10);
        expect(diagonal[unit]).toBeCloseTo(x[unit]!, 10);
      }
    },
  );

  test.each([
    ['one that is not positive definite', [1, 2, 1]],
    ['one with a hole in it', [Number.NaN, 0, 1]],
  ])('refuses %s', (_, [a, b, c]) => {
    const matrix = largeMatrix(2);
    matrix.lower.set([a!], 0);
    matrix.lower.set([b!, c!], matrix.stride);
    expect(() => factorise(matrix)).toThrow('not positive definite');
  });
});

const learners = [
  ['Gaussian process', learnGaussianProcess],
  ['ridge', learnRidge],
] as const;

describe.each(learners)('%s', (_, learn) => {
  const samples = bentSamples(30, 4);
  const newZ = bentSamples(10, 5).z;

  test('leaving one out is what fitting to the others says', () => {
    const { outOfSample } = learn(samples);
    for (const song of [0, 7, 29]) {
      const others = Array.from({ length: 30 }, (_, i) => i).filter((i) => i !== song);
      const refitted = predictTargets(learn(pickSongs(samples, others)).fit, pickSongs(samples, [song]).z);
      for (let t = 0; t < 2; t++) {
        expect(outOfSample.values[song * 2 + t]).toBeCloseTo(refitted.values[t]!, 10);
      }
    }
  });

  test('a song of weight 2 counts as the same song twice', () => {
    const twice = { ...samples, weights: samples.weights.map((w, i) => (i < 5 ? 2 * w : w)) };
    const repeated = pickSongs(samples, [...Array(30).keys(), 0, 1, 2, 3, 4]);
    const [one, other] = [twice, repeated].map((own) => predictTargets(learn(own).fit, newZ));
    expect(largestDifference(one!, other!)).toBeLessThan(1e-10);
  });

  test('the order of the songs does not matter', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const order = [...shuffledIndices(createRandom(seed), 30)];
        const [one, other] = [samples, pickSongs(samples, order)].map((own) => learn(own));
        expect(
          largestDifference(predictTargets(one!.fit, newZ), predictTargets(other!.fit, newZ)),
        ).toBeLessThan(1e-10);
        const [was, is] = [one!.outOfSample, other!.outOfSample];
        for (const [at, song] of order.entries())
          expect(is.values[at * 2]).toBeCloseTo(was.values[song * 2]!, 10);
      }),
      { numRuns: 10 },
    );
  });

  test('a column that is always 0 changes nothing but the number of features', () => {
    const withZeros = (z: typeof newZ) =>
      matrixOf(Array.from({ length: z.rows }, (_, i) => [...z.values.subarray(i * 3, i * 3 + 3), 0]));
    const { fit } = learn({ ...samples, z: withZeros(samples.z) });
    expect(predictTargets(fit, withZeros(newZ)).values.every(Number.isFinite)).toBe(true);
  });

  test('two songs are enough, one is not', () => {
    expect(learn(pickSongs(samples, [0, 1])).outOfSample.values.every(Number.isFinite)).toBe(true);
    expect(() => learn(pickSongs(samples, [0]))).toThrow('1 songs to learn from; it takes at least 2');
  });
});

describe('one factor for many target sets', () => {
  test('teaches what a fit of each on its own does, to the bit', () => {
    const samples = bentSamples(25, 8);
    const factor = factorGaussianProcess(samples.z, samples.weights, SHARP_PROCESS);
    for (const seed of [1, 2]) {
      const { targets } = bentSamples(25, seed);
      expect(factor.learn(targets)).toEqual(learnGaussianProcess({ ...samples, targets }, SHARP_PROCESS));
    }
  });

  test('refuses targets of another number of songs', () => {
    const { z, weights } = bentSamples(5, 1);
    expect(() => factorGaussianProcess(z, weights).learn(bentSamples(4, 1).targets)).toThrow(
      '5 songs, but targets of 4',
    );
  });
});
