/** The numbers behind the figures, as tables of the report. */
import { fixed, signed } from '../../svg-text.ts';
import { meanOf } from '../statistics.ts';
import { comparisonsOf } from './figure-series.ts';
import type { Findings, Table } from './findings.ts';
import { lookOf, methodRank } from './method-words.ts';
import { intervalWords, orDash, pWords } from './number-words.ts';
import type { TargetResult } from './targets.ts';

/** `method` against `reference` on the same people, a row for each number of presses. */
export function comparisonTable(
  findings: Findings,
  protocol: string,
  method = 'ours',
  reference = 'population',
): Table {
  const rows = comparisonsOf(findings, protocol, reference)
    .filter((each) => each.method === method)
    .sort((a, b) => a.presses - b.presses);
  return {
    caption:
      `${capitalised(lookOf(method).label)} against ${lookOf(reference).label}, paired over people. Gain in points of accuracy; 95 % intervals by t and by bootstrap (BCa); ` +
      'p two-sided, Holm-corrected over this table; d_z: mean gain in deviations of the gains.',
    head: [
      'presses (people)',
      `${lookOf(reference).label}, %`,
      `${lookOf(method).label}, %`,
      'gain',
      'interval\nt, BCa below',
      '10 % trimmed',
      'p\nt, Wilcoxon below',
      'd_z',
      'worse by > 1',
      'log-loss change',
    ],
    rows: rows.map(
      ({ presses, pairs, gain, logLossChange, adjustedT, adjustedSignedRank, effectSize, worse }) => [
        `${presses} (${pairs.length})`,
        fixed(meanOf(pairs.map((pair) => pair.referenceAccuracy)), 1),
        fixed(meanOf(pairs.map((pair) => pair.accuracy)), 1),
        signed(gain.mean, 1),
        `${intervalWords(gain.tInterval, 1)}\n${intervalWords(gain.bootstrapInterval, 1)}`,
        signed(gain.trimmedMean, 1),
        `${pWords(adjustedT)}\n${pWords(adjustedSignedRank)}`,
        orDash(effectSize, 2),
        String(worse),
        signed(logLossChange.mean, 3),
      ],
    ),
  };
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Every method at every number of presses. */
export function methodTable({ summaries }: Findings, protocol: string): Table {
  const rows = summaries
    .filter((each) => each.protocol === protocol)
    .sort((a, b) => a.presses - b.presses || methodRank(a.method) - methodRank(b.method));
  return {
    isFolded: true,
    caption:
      'All methods. Accuracy, log-loss and Brier score: means over people; calibration error (ECE): all predictions pooled, 15 bins.',
    head: [
      'presses, method',
      'people',
      'predictions',
      'accuracy, %',
      't interval',
      'log-loss, nats',
      'Brier',
      'ECE, %',
    ],
    rows: rows.map(({ presses, method, people, tests, accuracy, logLoss, brier, calibrationError }) => [
      `${presses}, ${lookOf(method).label}`,
      String(people),
      String(tests),
      fixed(accuracy.mean, 1),
      accuracy.tInterval === undefined
        ? '–'
        : `${fixed(accuracy.tInterval.low, 1)} to ${fixed(accuracy.tInterval.high, 1)}`,
      orDash(logLoss.mean, 3),
      fixed(brier.mean, 3),
      fixed(100 * calibrationError, 1),
    ]),
  };
}

/** What was to be reached, and was it: a row a target, a column a number of presses. */
export function targetTable(targets: readonly TargetResult[]): Table {
  const presses = [...new Set(targets.map((target) => target.presses))].sort((a, b) => a - b);
  const names = [...new Set(targets.map(({ name, unit }) => JSON.stringify([name, unit])))];
  const cellOf = (found: TargetResult | undefined, bar: 'must' | 'aim'): string => {
    if (found === undefined || found[bar] === '') return '';
    const isReached = bar === 'must' ? found.isMet : found.isAimMet;
    return `${targetNumber(found)} ${isReached ? '✓' : '✗'}\n${found[bar]}`;
  };
  const rows = names.flatMap((key) => {
    const [name, unit] = JSON.parse(key) as [string, string];
    const own = targets.filter((target) => target.name === name && target.unit === unit);
    const row = (bar: 'must' | 'aim'): string[] => [
      `${bar === 'aim' ? 'aim: ' : ''}${name}${unit === '' ? '' : `, ${unit}`}`,
      ...presses.map((n) =>
        cellOf(
          own.find((target) => target.presses === n),
          bar,
        ),
      ),
    ];
    return own.some(({ aim }) => aim !== '') ? [row('must'), row('aim')] : [row('must')];
  });
  return {
    caption:
      'Targets, set before this run: what was measured after so many presses, whether it is met, and below it the bar.',
    head: ['target', ...presses.map(String)],
    rows,
  };
}

function targetNumber({ measured, unit, digits }: TargetResult): string {
  return unit === 'points' || unit === 'nats' ? signed(measured, digits) : fixed(measured, digits);
}
