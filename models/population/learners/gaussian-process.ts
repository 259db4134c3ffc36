/**
 * Gaussian process regression (Rasmussen & Williams 2006, algorithm 2.1) with a smooth and a linear part. The factor
 * depends on songs and weights alone, so any number of target sets is learnt from one factorisation.
 */
import type { GaussianProcessFit, LearnerResult, LearnerSamples, Matrix } from './fits.ts';
import { factorise, inverseDiagonal, largeMatrix, solveLarge } from './large-cholesky.ts';
import { checkSamples } from './learner.ts';
import { createMatrix, rowOf } from './matrix.ts';

/** k = exp(-|z - z'|² / (squared length · d)) + (linear scale / d) z·z', noise / w on the diagonal; d features. */
export interface GaussianProcessSettings {
  /** For each feature. */
  readonly squaredLength: number;
  /** Times the number of features. */
  readonly linearScale: number;
  /** Variance of what is said of a song of weight 1, the smooth part's being 1. */
  readonly noise: number;
}

/** Chosen on DEAM's raters with 38 librosa aggregates, to be averaged with a forest. */
export const SMOOTH_PROCESS: GaussianProcessSettings = { squaredLength: 4, linearScale: 0.76, noise: 4 };

/**
 * Chosen on DEAM's raters with the 20 aggregates that the box hears: 0.01 nats and a point before the smooth one, as
 * well where no artist is in training and test both. Lengths 1 to 2 and noises 1 to 4 differ little.
 */
export const SHARP_PROCESS: GaussianProcessSettings = { squaredLength: 2, linearScale: 0.76, noise: 2 };

/** What `gaussianProcess` and `gpForest` are made of. */
export const GAUSSIAN_PROCESS_SETTINGS = SMOOTH_PROCESS;

export interface GaussianProcessResult extends LearnerResult {
  readonly fit: GaussianProcessFit;
}

export interface GaussianProcessFactor {
  /** What these targets [songs, targets] teach, of the songs and weights factorised. O(songs² · targets). */
  learn(targets: Matrix): GaussianProcessResult;
}

/**
 * Factorises the songs' covariance once, and prepares leave-one-out; O(songs³): 0.2 s for 800 songs, 1 s for 1,737,
 * and 8 bytes a pair of songs. @throws RangeError on songs or weights it cannot learn from.
 */
export function factorGaussianProcess(
  z: Matrix,
  weights: Float64Array,
  settings = GAUSSIAN_PROCESS_SETTINGS,
): GaussianProcessFactor {
  checkSamples({ z, targets: createMatrix(z.rows, 1), weights }, 'gaussian process');
  const size = z.rows;
  const squaredLength = settings.squaredLength * z.columns;
  const linearScale = settings.linearScale / z.columns;
  const matrix = covariance(z, squaredLength, linearScale);
  for (let i = 0; i < size; i++) {
    const at = i * matrix.stride + i;
    matrix.lower[at] = matrix.lower[at]! + settings.noise / weights[i]!;
  }
  const factor = factorise(matrix);
  const inverted = inverseDiagonal(factor);
  const ones = new Float64Array(size).fill(1);
  solveLarge(factor, ones);
  const totalWeight = weights.reduce((sum, w) => sum + w, 0);

  return {
    learn(targets) {
      checkSamples({ z, targets, weights }, 'gaussian process');
      const count = targets.columns;
      const alphas = createMatrix(size, count);
      const outOfSample = createMatrix(size, count);
      const means = new Float64Array(count);
      const solved = new Float64Array(size);
      for (let t = 0; t < count; t++) {
        let weighted = 0;
        for (let i = 0; i < size; i++) {
          const y = targets.values[i * count + t]!;
          solved[i] = y;
          weighted += weights[i]! * y;
        }
        const mean = weighted / totalWeight;
        means[t] = mean;
        solveLarge(factor, solved);
        for (let i = 0; i < size; i++) {
          const at = i * count + t;
          const y = targets.values[at]!;
          alphas.values[at] = solved[i]! - mean * ones[i]!;
          // y_i - [K⁻¹(y - m)]_i / [K⁻¹]_ii (Rasmussen & Williams 5.12), m the mean of the other songs.
          const meanOfOthers = (weighted - weights[i]! * y) / (totalWeight - weights[i]!);
          outOfSample.values[at] = y - (solved[i]! - meanOfOthers * ones[i]!) / inverted[i]!;
        }
      }
      return {
        fit: { kind: 'gaussianProcess', inputs: z, alphas, means, squaredLength, linearScale },
        outOfSample,
      };
    },
  };
}

/** Out of sample: exact leave-one-out, the song's part in the mean taken out as well. */
export function learnGaussianProcess(
  samples: LearnerSamples,
  settings = GAUSSIAN_PROCESS_SETTINGS,
): GaussianProcessResult {
  return factorGaussianProcess(samples.z, samples.weights, settings).learn(samples.targets);
}

/** The lower triangle of k(z_i, z_j). */
function covariance(
  { rows: size, columns, values }: Matrix,
  squaredLength: number,
  linearScale: number,
): ReturnType<typeof largeMatrix> {
  const matrix = largeMatrix(size);
  for (let i = 0; i < size; i++) {
    const own = rowOf({ rows: size, columns, values }, i);
    for (let j = 0; j <= i; j++) {
      const first = j * columns;
      let distance = 0;
      let product = 0;
      for (let k = 0; k < columns; k++) {
        const x = own[k]!;
        const y = values[first + k]!;
        distance += (x - y) * (x - y);
        product += x * y;
      }
      matrix.lower[i * matrix.stride + j] = Math.exp(-distance / squaredLength) + linearScale * product;
    }
  }
  return matrix;
}
