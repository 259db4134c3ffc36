/**
 * Features as every learner sees them: z-scores clipped to ±4, computed step by step in single precision, so that the
 * exported graph, which knows only float32, arrives at the same bits and takes the same branch in every tree.
 */
import type { Matrix } from './learners/fits.ts';
import { createMatrix } from './learners/matrix.ts';

/** Features further out than this many standard deviations say no more than that they are far out. */
export const LARGEST_Z = 4;

/** Of each column over the training songs, unweighted; every number is one that float32 holds. */
export interface Standardiser {
  readonly means: Float32Array;
  readonly deviations: Float32Array;
}

/**
 * Deviation of a column that never varied in training (the largest float32): it says nothing, so that its z is 0
 * for songs that do differ in it too.
 */
const NEVER_VARIED = (2 - 2 ** -23) * 2 ** 127;

/** A spread this small beside the mean is rounding of float32 (2^-24), not a difference between songs. */
const ROUNDING = 1e-7;

/** The smallest normal float32: below it a runtime may divide by 0. */
const SMALLEST_DEVIATION = 2 ** -126;

function checkedRows(rows: readonly ArrayLike<number>[], columns: number): void {
  for (const [at, row] of rows.entries()) {
    if (row.length !== columns) {
      throw new RangeError(`standardise: song ${at} has ${row.length} features, expected ${columns}`);
    }
    for (let j = 0; j < columns; j++) {
      if (!Number.isFinite(Math.fround(row[j]!))) {
        throw new RangeError(
          `standardise: feature ${j} of song ${at} is ${row[j]}, not a number to learn from`,
        );
      }
    }
  }
}

/** Means and standard deviations (divided by n) of the songs' features. @throws RangeError on ragged or infinite ones. */
export function fitStandardiser(rows: readonly ArrayLike<number>[]): Standardiser {
  if (rows.length === 0) throw new RangeError('standardise: no songs to take means of');
  const columns = rows[0]!.length;
  checkedRows(rows, columns);
  const means = new Float32Array(columns);
  const deviations = new Float32Array(columns);
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (const row of rows) sum += row[j]!;
    const mean = sum / rows.length;
    let squares = 0;
    for (const row of rows) squares += (row[j]! - mean) ** 2;
    const deviation = Math.sqrt(squares / rows.length);
    means[j] = mean;
    const varied = deviation > ROUNDING * Math.abs(mean) && deviation >= SMALLEST_DEVIATION;
    deviations[j] = varied ? deviation : NEVER_VARIED;
  }
  return { means, deviations };
}

/** (x - mean) / deviation clipped to ±4, each step rounded to float32: division of two float32 rounds once this way. */
export function zScore(x: number, mean: number, deviation: number): number {
  const z = Math.fround(Math.fround(Math.fround(x) - mean) / deviation);
  return Math.min(Math.max(z, -LARGEST_Z), LARGEST_Z);
}

/** [songs, columns]. @throws RangeError where a song has another number of features or one that is not finite. */
export function standardise({ means, deviations }: Standardiser, rows: readonly ArrayLike<number>[]): Matrix {
  const columns = means.length;
  checkedRows(rows, columns);
  const z = createMatrix(rows.length, columns);
  for (const [at, row] of rows.entries()) {
    for (let j = 0; j < columns; j++) z.values[at * columns + j] = zScore(row[j]!, means[j]!, deviations[j]!);
  }
  return z;
}
