/** Statistics of a descriptor over frames; population (not sample) formulas, zero for nothing. */

export interface MeanAndSd {
  readonly mean: number;
  readonly sd: number;
}

/** Mean and population standard deviation, by two passes. */
export function meanAndSdOf(values: Float64Array | Float32Array): MeanAndSd {
  if (values.length === 0) return { mean: 0, sd: 0 };
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const apart = values[i]! - mean;
    squares += apart * apart;
  }
  return { mean, sd: Math.sqrt(squares / values.length) };
}

/** Median; the mean of the middle two when the count is even. Sorts `values`. */
export function medianOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  values.sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
