/** Samples that the learners' tests share. */
import type { LearnerSamples, Matrix } from '../../../../models/population/learners/fits.ts';
import type { LearnerOptions } from '../../../../models/population/learners/learner.ts';
import { createMatrix, rowsOf } from '../../../../models/population/learners/matrix.ts';
import { createRandom, drawnNormal } from '../../../../models/population/learners/seeded-random.ts';

export const seeded = (seed: number): LearnerOptions => ({ random: createRandom(seed) });

export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  return { rows: rows.length, columns, values: Float64Array.from(rows.flat()) };
}

/** Three features in single precision; two targets, bent in the first two features, with noise; uneven weights. */
export function bentSamples(songs: number, seed: number): LearnerSamples {
  const random = createRandom(seed);
  const z = createMatrix(songs, 3);
  const targets = createMatrix(songs, 2);
  for (let at = 0; at < z.values.length; at++) z.values[at] = Math.fround(drawnNormal(random));
  for (let song = 0; song < songs; song++) {
    const [a, b] = [z.values[song * 3]!, z.values[song * 3 + 1]!];
    targets.values[song * 2] = Math.sin(a + b) + 0.2 * drawnNormal(random);
    targets.values[song * 2 + 1] = 0.5 * a - b + 0.2 * drawnNormal(random);
  }
  return { z, targets, weights: Float64Array.from({ length: songs }, () => 0.5 + random()) };
}

/** The songs asked for, repeats and all. */
export function pickSongs({ z, targets, weights }: LearnerSamples, songs: readonly number[]): LearnerSamples {
  return {
    z: rowsOf(z, songs),
    targets: rowsOf(targets, songs),
    weights: Float64Array.from(songs, (song) => weights[song]!),
  };
}

/** Largest difference between two matrices of one shape. */
export function largestDifference(one: Matrix, other: Matrix): number {
  if (one.rows !== other.rows || one.columns !== other.columns) return Number.POSITIVE_INFINITY;
  return one.values.reduce((most, x, at) => Math.max(most, Math.abs(x - other.values[at]!)), 0);
}

/** Root of the mean squared difference. */
export function rootMeanSquare(one: Matrix, other: Matrix): number {
  const sum = one.values.reduce((total, x, at) => total + (x - other.values[at]!) ** 2, 0);
  return Math.sqrt(sum / one.values.length);
}
