/**
 * What is believed about a child before the first press: vec W ~ N(mean, covariance), 20 weights.
 * A fitted prior comes from other listeners (models/population); the hand-made one stands in for it.
 */
import { CLASS_COUNT, EMBEDDING_SIZE, WEIGHT_COUNT } from './embedding.ts';
import { choleskyOrNull } from './linear-algebra.ts';
import { isNumbers } from './stored-numbers.ts';

export interface Prior {
  /** [20], class-major: row k is (bias, slope on each class's centred log-probability), classes as `EMOTIONS`. */
  readonly mean: Float64Array;
  /** [20, 20] row-major, symmetric positive definite. */
  readonly covariance: Float64Array;
}

/** Prior variances of biases and slopes, chosen on DEAM’s raters, in squared logits; slopes are per log-probability. */
const BIAS_VARIANCE = 0.5;
const SLOPE_VARIANCE = 0.1;

/** Largest difference between two mirrored entries that still counts as rounding, relative to the diagonal. */
const SYMMETRY_TOLERANCE = 1e-9;

/** Slope identity, bias 0: a child hears as the population does; biases are looser than slopes. */
export function handMadePrior(): Prior {
  const mean = new Float64Array(WEIGHT_COUNT);
  const covariance = new Float64Array(WEIGHT_COUNT * WEIGHT_COUNT);
  for (let k = 0; k < CLASS_COUNT; k++) {
    mean[k * EMBEDDING_SIZE + 1 + k] = 1;
    for (let j = 0; j < EMBEDDING_SIZE; j++) {
      const at = k * EMBEDDING_SIZE + j;
      covariance[at * WEIGHT_COUNT + at] = j === 0 ? BIAS_VARIANCE : SLOPE_VARIANCE;
    }
  }
  return { mean, covariance };
}

function isMatrix(value: unknown, size: number): value is number[][] {
  return Array.isArray(value) && value.length === size && value.every((row) => isNumbers(row, size));
}

/**
 * A prior from its stored form `{ mean: number[20], covariance: number[20][20] }`; other members are ignored.
 * Throws an Error that names the fault: a prior is shipped with the program, so a bad one is a broken installation.
 */
export function parsePrior(value: unknown): Prior {
  if (typeof value !== 'object' || value === null)
    throw new Error('prior: expected an object with mean and covariance');
  const { mean, covariance: rows } = value as { mean?: unknown; covariance?: unknown };
  if (!isNumbers(mean, WEIGHT_COUNT)) throw new Error(`prior: mean must be ${WEIGHT_COUNT} finite numbers`);
  if (!isMatrix(rows, WEIGHT_COUNT)) {
    throw new Error(`prior: covariance must be ${WEIGHT_COUNT} rows of ${WEIGHT_COUNT} finite numbers`);
  }
  const covariance = new Float64Array(WEIGHT_COUNT * WEIGHT_COUNT);
  for (let i = 0; i < WEIGHT_COUNT; i++) {
    for (let j = 0; j < WEIGHT_COUNT; j++) {
      const entry = rows[i]![j]!;
      const mirrored = rows[j]![i]!;
      if (
        Math.abs(entry - mirrored) >
        SYMMETRY_TOLERANCE * (Math.abs(rows[i]![i]!) + Math.abs(rows[j]![j]!))
      ) {
        throw new Error(`prior: covariance is not symmetric at [${i}][${j}]: ${entry} and ${mirrored}`);
      }
      covariance[i * WEIGHT_COUNT + j] = (entry + mirrored) / 2;
    }
  }
  if (choleskyOrNull(covariance, WEIGHT_COUNT) === null) {
    throw new Error('prior: covariance is not positive definite');
  }
  return { mean: Float64Array.from(mean), covariance };
}

/** The stored form that `parsePrior` reads. */
export function priorToJson(prior: Prior): { mean: number[]; covariance: number[][] } {
  return {
    mean: [...prior.mean],
    covariance: Array.from({ length: WEIGHT_COUNT }, (_, i) => [
      ...prior.covariance.subarray(i * WEIGHT_COUNT, (i + 1) * WEIGHT_COUNT),
    ]),
  };
}
