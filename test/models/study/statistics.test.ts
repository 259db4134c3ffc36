/** Numbers of reference from scipy 1.10.1; the commands stand beside them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../models/population/learners/seeded-random.ts';
import {
  deviationOf,
  effectSize,
  holm,
  meanOf,
  pairedT,
  signedRank,
  tInterval,
  trimmedMean,
} from '../../../models/study/statistics.ts';
import { bootstrapInterval, createDraws } from '../../../models/study/statistics-bootstrap.ts';

/** Nineteen gains, one of them extraordinary. */
const GAINS = [
  2.1, -0.5, 3.3, 4.4, 0.2, 1.1, 6.0, -1.2, 2.2, 20.1, 0.9, 0.6, 1.5, 2.5, 3.1, -0.7, 4.2, 1.9, 2.8,
];

describe('of nineteen people', () => {
  // import numpy as np; from scipy import stats as s; a = np.array(GAINS)
  test('mean, deviation and trimmed mean are numpy’s and scipy’s', () => {
    // a.mean(), a.std(ddof=1), s.trim_mean(a, .1)
    expect(meanOf(GAINS)).toBeCloseTo(2.8684210526315788, 12);
    expect(deviationOf(GAINS)).toBeCloseTo(4.564239334407694, 12);
    expect(trimmedMean(GAINS)).toBeCloseTo(2.0941176470588236, 12);
  });

  test('the t interval is scipy’s', () => {
    // s.t.interval(.95, 18, a.mean(), s.sem(a))
    expect(tInterval(GAINS)!.low).toBeCloseTo(0.6685281120527016, 9);
    expect(tInterval(GAINS)!.high).toBeCloseTo(5.068313993210456, 9);
  });

  test('the paired t test is scipy’s', () => {
    // s.ttest_1samp(a, 0)
    expect(pairedT(GAINS)!.statistic).toBeCloseTo(2.739373766333873, 10);
    expect(pairedT(GAINS)!.pValue).toBeCloseTo(0.013474246176855787, 9);
  });

  test('the signed rank test is exact where nothing ties', () => {
    // s.wilcoxon(a, mode='exact'): the smaller sum 13, so 190 - 13 of the positive ranks
    expect(signedRank(GAINS)!.statistic).toBe(177);
    expect(signedRank(GAINS)!.pValue).toBeCloseTo(0.000335693359375, 9);
  });

  test('d_z is the mean in deviations', () => {
    expect(effectSize(GAINS)).toBeCloseTo(0.6284554429492503, 12);
  });

  test('the bootstrap interval is scipy’s BCa, which follows the long tail up', () => {
    // s.bootstrap((a,), np.mean, n_resamples=200000, method='BCa', random_state=1): 1.579 to 6.458
    const interval = bootstrapInterval(GAINS, createDraws(1)(GAINS.length))!;
    expect(Math.abs(interval.low - 1.579)).toBeLessThan(0.06);
    expect(Math.abs(interval.high - 6.458)).toBeLessThan(0.3);
  });
});

test('ties and pairs without a difference: normal with continuity correction, zeros left out', () => {
  // t = [2.1, -.5, .5, 4.4, 0, 1.1, 6, -1.2, 2.1, 0]
  // s.wilcoxon([v for v in t if v], correction=True, mode='approx'): p = 0.09209091592891183
  const result = signedRank([2.1, -0.5, 0.5, 4.4, 0, 1.1, 6, -1.2, 2.1, 0])!;
  expect(result.pValue).toBeCloseTo(0.09209091592891183, 7);
});

test('a signed rank test whose two sums are alike has p = 1, not more', () => {
  // s.wilcoxon([1, -2, -3, 4]).pvalue, and as exactly s.wilcoxon([1, 2, -3]).pvalue
  for (const differences of [
    [1, -2, -3, 4],
    [1, 2, -3],
  ]) {
    expect(signedRank(differences)!.pValue).toBe(1);
    expect(holm([signedRank(differences)!.pValue, 0.5])).toEqual([1, 1]);
  }
});

test('differences equal but for their last bits are ties', () => {
  const thirds = [100 / 3 - 30, 10 / 3, 1, 2, -5];
  expect(thirds[0]).not.toBe(thirds[1]);
  expect(signedRank(thirds)!.pValue).toBe(signedRank([10 / 3, 10 / 3, 1, 2, -5])!.pValue);
});

test('Holm’s p values are in the order given, and tests not made stay out of the family', () => {
  // sorted p times 5, 4, 3, 2, 1, running maximum
  const adjusted = holm([0.012, 0.001, 0.04, undefined, 0.03, 0.2]);
  for (const [at, value] of [0.048, 0.005, 0.09, undefined, 0.09, 0.2].entries()) {
    if (value === undefined) expect(adjusted[at]).toBeUndefined();
    else expect(adjusted[at]).toBeCloseTo(value, 12);
  }
  expect(holm([undefined, undefined])).toEqual([undefined, undefined]);
});

test.each([
  ['nobody', []],
  ['one person', [3]],
  ['people who all gain the same', [2, 2, 2]],
])('of %s no test claims anything', (_, gains) => {
  expect(pairedT(gains)).toBeUndefined();
  expect(effectSize(gains)).toBeUndefined();
  if (gains.length < 2) expect(tInterval(gains)).toBeUndefined();
  if (gains.length < 3) expect(bootstrapInterval(gains, createDraws(1)(gains.length))).toBeUndefined();
});

test('people who all stay the same get an interval without width and no test', () => {
  expect(bootstrapInterval([0, 0, 0], createDraws(1)(3))).toEqual({ low: 0, high: 0 });
  expect(signedRank([0, 0, 0])).toBeUndefined();
});

test('the bootstrap interval lies within the sample, and moves with it', () => {
  const drawsFor = createDraws(3, 400);
  const values = fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 3, maxLength: 25 });
  fc.assert(
    fc.property(values, (gains) => {
      const draws = drawsFor(gains.length);
      const interval = bootstrapInterval(gains, draws)!;
      expect(interval.low).toBeLessThanOrEqual(interval.high);
      expect(interval.low).toBeGreaterThanOrEqual(Math.min(...gains));
      expect(interval.high).toBeLessThanOrEqual(Math.max(...gains));
      const shifted = bootstrapInterval(
        gains.map((gain) => gain + 7),
        draws,
      )!;
      expect(shifted.low).toBeCloseTo(interval.low + 7, 6);
    }),
    { numRuns: 40 },
  );
});

test('an interval of 95 % holds the truth about as often', () => {
  const random = createRandom(11);
  const trials = 400;
  const draws = createDraws(5, 1000)(19);
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    // Exponential with mean 1: as lopsided as gains get.
    const sample = Array.from({ length: 19 }, () => -Math.log(1 - random()));
    const { low, high } = bootstrapInterval(sample, draws)!;
    if (low <= 1 && 1 <= high) held++;
  }
  // BCa of 19 such numbers holds some 91 %; a percentile interval some 89.
  expect(held / trials).toBeGreaterThan(0.88);
  expect(held / trials).toBeLessThan(0.98);
});
