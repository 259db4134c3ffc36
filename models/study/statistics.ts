/**
 * The statistics of a study, each of one list of numbers with one entry a person: how large on average, how sure, and
 * whether it could be chance. The tests themselves are those of @stdlib; nothing here knows what the numbers mean.
 * (@stdlib is a development dependency: the study is a researcher's program and never runs on the box.)
 */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import padjust from '@stdlib/stats-padjust';
import ttest from '@stdlib/stats-ttest';
import wilcoxon from '@stdlib/stats-wilcoxon';

/** Of every interval in the study. */
export const CONFIDENCE = 0.95;
/** Left out at each end for the trimmed mean, rounded down to whole people (as scipy.stats.trim_mean). */
export const TRIMMED_SHARE = 0.1;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Arithmetic mean; NaN of nobody. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation with n - 1; NaN of fewer than two. */
export function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Mean without the lowest and highest `TRIMMED_SHARE`, so that one extraordinary person does not carry it. */
export function trimmedMean(values: readonly number[]): number {
  const cut = Math.floor(TRIMMED_SHARE * values.length);
  return meanOf([...values].sort((a, b) => a - b).slice(cut, values.length - cut));
}

/** Student's interval of the mean; undefined of fewer than two. */
export function tInterval(values: readonly number[]): Interval | undefined {
  if (values.length < 2) return undefined;
  const mean = meanOf(values);
  const reach =
    (tQuantile((1 + CONFIDENCE) / 2, values.length - 1) * deviationOf(values)) / Math.sqrt(values.length);
  return { low: mean - reach, high: mean + reach };
}

export interface TestResult {
  readonly statistic: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Student's t test that the mean difference of pairs is 0 (n - 1 degrees of freedom); undefined where there is no
 * spread to judge by: fewer than two pairs, or all the same.
 */
export function pairedT(differences: readonly number[]): TestResult | undefined {
  if (!(deviationOf(differences) > 0)) return undefined;
  const { statistic, pValue } = ttest([...differences]);
  return { statistic, pValue };
}

/**
 * Wilcoxon's signed rank test of pairs; the statistic is the sum of positive ranks. Pairs without a difference are left
 * out. Exact up to 50 people without ties, else normal with continuity correction. Undefined where no pair differs.
 */
export function signedRank(differences: readonly number[]): TestResult | undefined {
  const differing = differences.map(unblurred).filter((difference) => difference !== 0);
  if (differing.length < 2) return undefined;
  const { statistic, pValue } = wilcoxon(differing);
  // Where both sums of ranks are alike @stdlib counts their own probability in either tail: up to 1.25 of few people.
  return { statistic, pValue: Math.min(1, pValue) };
}

/** Without the last bits, in which equal differences of shares can differ: ties must stay ties. */
function unblurred(difference: number): number {
  return Math.round(difference * 1e9) / 1e9;
}

/** Cohen's d of pairs: the mean difference in deviations of the differences; undefined as for `pairedT`. */
export function effectSize(differences: readonly number[]): number | undefined {
  const deviation = deviationOf(differences);
  return deviation > 0 ? meanOf(differences) / deviation : undefined;
}

/** p values adjusted for being looked at together (Holm 1979), in the same order; tests not made stay undefined. */
export function holm(pValues: readonly (number | undefined)[]): (number | undefined)[] {
  const made = pValues.filter((p) => p !== undefined);
  if (made.length === 0) return [...pValues];
  const adjusted = padjust(made, 'holm');
  let next = 0;
  return pValues.map((p) => (p === undefined ? undefined : adjusted[next++]));
}
