/** What a benchmark gives: figures for machines, rows for people. Ratios only between things of one run. */

export interface BenchResult {
  readonly name: string;
  /** Keys stay the same for ever; null where something could not be measured here. */
  readonly figures: Readonly<Record<string, number | null>>;
  readonly rows: readonly { readonly what: string; readonly value: string }[];
}

/** Runs once; `progress` shows what it is at, `argv` is what follows the name, without --json. */
export type Benchmark = (progress: (line: string) => void, argv: readonly string[]) => Promise<BenchResult>;

/** The value below which `share` of the sorted or unsorted `values` lie (nearest rank). NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
