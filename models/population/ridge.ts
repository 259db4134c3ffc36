/** Weighted multi-output ridge regression on z-scored features, in closed form. */
import { cholesky, solveInPlace } from '../child/linear-algebra.ts';
import { zScore } from './linear-population.ts';

export interface RidgeFit {
  /** Of each feature, unweighted. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** [targets] and [targets][features]. */
  readonly intercepts: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

export interface RidgeSample {
  readonly features: readonly number[];
  readonly targets: readonly number[];
  /** Relative trust in this sample; 1 on average. */
  readonly weight: number;
}

function meanAndDeviation(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  // A column that never varies says nothing: its z-score is then 0 throughout.
  return [mean, variance > 0 ? Math.sqrt(variance) : 1];
}

/** Minimises Σ w |y - b - B z|² + alpha |B|² (Hoerl & Kennard 1970); the intercept is not shrunk. O(samples · d²). */
export function fitRidge(samples: readonly RidgeSample[], alpha: number): RidgeFit {
  const size = samples[0]!.features.length;
  const targetCount = samples[0]!.targets.length;
  const columns = Array.from({ length: size }, (_, j) =>
    meanAndDeviation(samples.map((s) => s.features[j]!)),
  );
  const z = samples.map(({ features }) => features.map((x, j) => zScore(x, ...columns[j]!)));
  const totalWeight = samples.reduce((sum, { weight }) => sum + weight, 0);
  const weighted = (of: (at: number) => number) =>
    samples.reduce((sum, { weight }, at) => sum + weight * of(at), 0) / totalWeight;
  const zMeans = columns.map((_, j) => weighted((at) => z[at]![j]!));
  const targetMeans = Array.from({ length: targetCount }, (_, t) =>
    weighted((at) => samples[at]!.targets[t]!),
  );

  const normal = new Float64Array(size * size);
  const right = Array.from({ length: targetCount }, () => new Float64Array(size));
  for (const [at, { targets, weight }] of samples.entries()) {
    const centred = z[at]!.map((x, j) => x - zMeans[j]!);
    for (let i = 0; i < size; i++) {
      const scaled = weight * centred[i]!;
      for (let j = 0; j <= i; j++) normal[i * size + j] = normal[i * size + j]! + scaled * centred[j]!;
      for (let t = 0; t < targetCount; t++) {
        right[t]![i] = right[t]![i]! + scaled * (targets[t]! - targetMeans[t]!);
      }
    }
  }
  for (let i = 0; i < size; i++) normal[i * size + i] = normal[i * size + i]! + alpha;
  const factor = cholesky(normal, size);
  for (const vector of right) solveInPlace(factor, vector);
  return {
    means: columns.map(([mean]) => mean),
    deviations: columns.map(([, deviation]) => deviation),
    intercepts: right.map((row, t) => row.reduce((sum, w, j) => sum - w * zMeans[j]!, targetMeans[t]!)),
    weights: right.map((row) => [...row]),
  };
}
