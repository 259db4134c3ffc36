/** Weighted ridge regression to several targets at once, in closed form, with its exact leave-one-out predictions. */
import { cholesky, solveInPlace } from '../../child/linear-algebra.ts';
import type { LearnerResult, LearnerSamples, RidgeFit } from './fits.ts';
import { checkSamples } from './learner.ts';
import { createMatrix } from './matrix.ts';

/** Strength of the ridge, in songs of weight 1; chosen on DEAM. */
export const RIDGE_ALPHA = 60;

export interface RidgeResult extends LearnerResult {
  readonly fit: RidgeFit;
}

/**
 * Minimises Σ w |y - b - B z|² + alpha |B|² (Hoerl & Kennard 1970); the intercept is not shrunk. O(songs · d²).
 * Out of sample: y - r / (1 - h), r the residual, h = w (1 / Σw + z̃ᵀ A⁻¹ z̃) the song's leverage.
 */
export function learnRidge(samples: LearnerSamples, alpha = RIDGE_ALPHA): RidgeResult {
  checkSamples(samples, 'ridge');
  const { z, targets, weights } = samples;
  const size = z.columns;
  const count = targets.columns;
  const totalWeight = weights.reduce((sum, w) => sum + w, 0);
  const zMeans = weightedMeans(z.values, size, weights, totalWeight);
  const targetMeans = weightedMeans(targets.values, count, weights, totalWeight);

  const centred = z.values.map((x, at) => x - zMeans[at % size]!);
  const normal = new Float64Array(size * size);
  const right = Array.from({ length: count }, () => new Float64Array(size));
  for (let row = 0; row < z.rows; row++) {
    for (let i = 0; i < size; i++) {
      const scaled = weights[row]! * centred[row * size + i]!;
      for (let j = 0; j <= i; j++) {
        normal[i * size + j] = normal[i * size + j]! + scaled * centred[row * size + j]!;
      }
      for (let t = 0; t < count; t++) {
        right[t]![i] = right[t]![i]! + scaled * (targets.values[row * count + t]! - targetMeans[t]!);
      }
    }
  }
  for (let i = 0; i < size; i++) normal[i * size + i] = normal[i * size + i]! + alpha;
  const factor = cholesky(normal, size);
  const slopes = createMatrix(count, size);
  const intercepts = new Float64Array(count);
  for (const [t, vector] of right.entries()) {
    solveInPlace(factor, vector);
    slopes.values.set(vector, t * size);
    intercepts[t] = vector.reduce((sum, w, j) => sum - w * zMeans[j]!, targetMeans[t]!);
  }

  const outOfSample = createMatrix(z.rows, count);
  const solved = new Float64Array(size);
  for (let row = 0; row < z.rows; row++) {
    const own = centred.subarray(row * size, (row + 1) * size);
    solved.set(own);
    solveInPlace(factor, solved);
    const spread = own.reduce((sum, x, j) => sum + x * solved[j]!, 0);
    const leverage = weights[row]! * (1 / totalWeight + spread);
    for (let t = 0; t < count; t++) {
      const y = targets.values[row * count + t]!;
      const fitted = own.reduce((sum, x, j) => sum + x * right[t]![j]!, targetMeans[t]!);
      outOfSample.values[row * count + t] = y - (y - fitted) / (1 - leverage);
    }
  }
  return { fit: { kind: 'ridge', intercepts, weights: slopes }, outOfSample };
}

/** Of each column of a row-major matrix. */
function weightedMeans(
  values: Float64Array,
  columns: number,
  weights: Float64Array,
  totalWeight: number,
): Float64Array {
  const means = new Float64Array(columns);
  for (let at = 0; at < values.length; at++) {
    const j = at % columns;
    means[j] = means[j]! + (weights[Math.floor(at / columns)]! * values[at]!) / totalWeight;
  }
  return means;
}
