/** The learning curve in one line of JSON: what `--json` prints, and what the targets are held against. */

import type { PersonScore } from './scores.ts';
import { meanOf } from './statistics.ts';
import { type Comparison, compareMethods } from './statistics-methods.ts';

/** After `n` presses, means over `raters` people. */
export interface CurvePoint {
  readonly n: number;
  readonly raters: number;
  /** Accuracy, per cent. */
  readonly population: number;
  readonly ours: number;
  /** Points. */
  readonly gain: number;
  /** Without the lowest and highest tenth of people. */
  readonly trimmedGain: number;
  /** Nats a prediction; below 0 is better. */
  readonly logLossChange: number;
  /** People who lose more than one point. */
  readonly worse: number;
}

/** `ours` against `population` on real people, by rising number of presses; rounded to what the numbers can bear. */
export function learningCurve(rows: readonly PersonScore[], protocol = 'realPeople'): CurvePoint[] {
  const own = rows.filter(
    (row) => row.protocol === protocol && (row.method === 'ours' || row.method === 'population'),
  );
  // Nothing of the bootstrap is shown here: any seed does.
  return compareMethods(own, 'population', 0)
    .map(curvePoint)
    .sort((a, b) => a.n - b.n);
}

function curvePoint({ presses, pairs, gain, logLossChange, worse }: Comparison): CurvePoint {
  return {
    n: presses,
    raters: pairs.length,
    population: rounded(meanOf(pairs.map(({ referenceAccuracy }) => referenceAccuracy)), 2),
    ours: rounded(meanOf(pairs.map(({ accuracy }) => accuracy)), 2),
    gain: rounded(gain.mean, 2),
    trimmedGain: rounded(gain.trimmedMean, 2),
    logLossChange: rounded(logLossChange.mean, 4),
    worse,
  };
}

function rounded(value: number, digits: number): number {
  // `+ 0` makes -0 a 0.
  return Number(value.toFixed(digits)) + 0;
}
