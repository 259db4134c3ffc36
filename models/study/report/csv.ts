/** The report's tables as CSV (RFC 4180): what a statistician would want to recompute every number from. */
import type { Interval } from '../statistics.ts';
import type { Comparison, DifferenceEstimate, Estimate, MethodSummary } from '../statistics-methods.ts';
import type { TargetResult } from './targets.ts';

type Cell = string | number | boolean | undefined;
type Columns<T> = readonly (readonly [name: string, cell: (row: T) => Cell])[];

/** Numbers in full precision; what is not known is empty. */
export function csvOf<T>(rows: readonly T[], columns: Columns<T>): string {
  const lines = [
    columns.map(([name]) => name),
    ...rows.map((row) => columns.map(([, cell]) => csvCell(cell(row)))),
  ];
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === undefined || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function intervalColumns<T>(name: string, of: (row: T) => Interval | undefined): Columns<T> {
  return [
    [`${name}_low`, (row) => of(row)?.low],
    [`${name}_high`, (row) => of(row)?.high],
  ];
}

function estimateColumns<T>(name: string, of: (row: T) => Estimate): Columns<T> {
  return [
    [name, (row) => of(row).mean],
    [`${name}_trimmed10`, (row) => of(row).trimmedMean],
    [`${name}_sd`, (row) => of(row).deviation],
    ...intervalColumns<T>(`${name}_t95`, (row) => of(row).tInterval),
  ];
}

function differenceColumns<T>(name: string, of: (row: T) => DifferenceEstimate): Columns<T> {
  return [
    ...estimateColumns(name, of),
    ...intervalColumns<T>(`${name}_bca95`, (row) => of(row).bootstrapInterval),
  ];
}

/** One row a protocol, method and number of presses. Accuracy in per cent, log-loss in nats. */
export function summariesCsv(summaries: readonly MethodSummary[]): string {
  return csvOf(summaries, [
    ['protocol', (row) => row.protocol],
    ['method', (row) => row.method],
    ['presses', (row) => row.presses],
    ['people', (row) => row.people],
    ['predictions', (row) => row.tests],
    ...estimateColumns<MethodSummary>('accuracy', (row) => row.accuracy),
    ...estimateColumns<MethodSummary>('log_loss', (row) => row.logLoss),
    ...estimateColumns<MethodSummary>('brier', (row) => row.brier),
    ['ece15_pooled', (row) => row.calibrationError],
  ]);
}

/** One row a protocol, method, reference and number of presses: paired over people. Gains in points of accuracy. */
export function comparisonsCsv(comparisons: readonly Comparison[]): string {
  return csvOf(comparisons, [
    ['protocol', (row) => row.protocol],
    ['method', (row) => row.method],
    ['reference', (row) => row.reference],
    ['presses', (row) => row.presses],
    ['people', (row) => row.pairs.length],
    ...differenceColumns<Comparison>('gain', (row) => row.gain),
    ...differenceColumns<Comparison>('log_loss_change', (row) => row.logLossChange),
    ['worse_by_more_than_1', (row) => row.worse],
    ['largest_log_loss_change', (row) => row.largestLogLossChange],
    ['t', (row) => row.t?.statistic],
    ['t_p', (row) => row.t?.pValue],
    ['t_p_holm', (row) => row.adjustedT],
    ['wilcoxon_v', (row) => row.signedRank?.statistic],
    ['wilcoxon_p', (row) => row.signedRank?.pValue],
    ['wilcoxon_p_holm', (row) => row.adjustedSignedRank],
    ['d_z', (row) => row.effectSize],
  ]);
}

export function targetsCsv(targets: readonly TargetResult[]): string {
  return csvOf(targets, [
    ['target', (row) => row.name],
    ['presses', (row) => row.presses],
    ['must', (row) => row.must],
    ['aim', (row) => row.aim],
    ['measured', (row) => row.measured],
    ['unit', (row) => row.unit],
    ['met', (row) => row.isMet],
    ['aim_met', (row) => row.isAimMet],
  ]);
}
