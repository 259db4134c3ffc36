/** What a hardware run measured, printed where whoever runs it looks. */

export function tell(what: string, values: Readonly<Record<string, number>>): void {
  const words = Object.entries(values).map(([name, value]) => `${name} ${Math.round(value * 10) / 10}`);
  process.stdout.write(`  ${what}: ${words.join(', ')}\n`);
}

/** The smallest value that `share` of all are not above; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
