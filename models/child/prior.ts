/**
 * What is believed about a child before the first press: vec W ~ N(mean, covariance), 20 weights, or more with timbre.
 * A fitted prior comes from other listeners (models/population); the hand-made one stands in for it.
 */
import { CLASS_COUNT, EMBEDDING_SIZE, WEIGHT_COUNT } from './embedding.ts';
import { choleskyOrNull } from './linear-algebra.ts';
import { isNumbers, membersOf } from './stored-numbers.ts';
import type { TimbreDirections } from './timbre.ts';

/** N(mean, covariance) over the weights of an expert. */
export interface WeightPrior {
  /** [4 * J], class-major: row k is (bias, slope on each class's centred log-probability, slope on each timbre). */
  readonly mean: Float64Array;
  /** [4 * J, 4 * J] row-major, symmetric positive definite. */
  readonly covariance: Float64Array;
}

/** A prior over weights that see timbre too, and what they see as timbre. */
export interface TimbrePrior extends WeightPrior {
  readonly directions: TimbreDirections;
}

/** Of the weights on the population's opinion alone, J = 5: 20 of them; classes as `EMOTIONS`. */
export interface Prior extends WeightPrior {
  /** J = 5 + directions; absent: no expert sees any timbre. */
  readonly timbre?: TimbrePrior;
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

/** Chosen on DEAM's raters with the covariance that is learnt from it: in squared logits per deviation of timbre. */
const TIMBRE_VARIANCE = 0.01;

/** The hand-made prior, and slopes on so many directions of timbre that are probably nothing. */
export function handMadeTimbrePrior(directions: number): WeightPrior {
  const plain = handMadePrior();
  const numbers = EMBEDDING_SIZE + directions;
  const size = CLASS_COUNT * numbers;
  const mean = new Float64Array(size);
  const covariance = new Float64Array(size * size);
  for (let k = 0; k < CLASS_COUNT; k++) {
    for (let j = 0; j < numbers; j++) {
      const at = k * numbers + j;
      const own = k * EMBEDDING_SIZE + j;
      mean[at] = j < EMBEDDING_SIZE ? plain.mean[own]! : 0;
      covariance[at * size + at] =
        j < EMBEDDING_SIZE ? plain.covariance[own * WEIGHT_COUNT + own]! : TIMBRE_VARIANCE;
    }
  }
  return { mean, covariance };
}

function isMatrix(value: unknown, rows: number, columns: number): value is number[][] {
  return Array.isArray(value) && value.length === rows && value.every((row) => isNumbers(row, columns));
}

/**
 * A prior from its stored form `{ mean: number[20], covariance: number[20][20], timbre?: { mean, covariance,
 * directions } }`; other members are ignored.
 * Throws an Error that names the fault: a prior is shipped with the program, so a bad one is a broken installation.
 */
export function parsePrior(value: unknown): Prior {
  if (typeof value !== 'object' || value === null)
    throw new Error('prior: expected an object with mean and covariance');
  const { timbre } = membersOf(value);
  const prior = parseWeightPrior(value, WEIGHT_COUNT, 'prior');
  if (timbre === undefined) return prior;
  const directions = parseDirections(membersOf(timbre).directions);
  const size = WEIGHT_COUNT + CLASS_COUNT * directions.components.length;
  return { ...prior, timbre: { ...parseWeightPrior(timbre, size, 'prior of timbre'), directions } };
}

function parseWeightPrior(value: unknown, size: number, what: string): WeightPrior {
  const { mean, covariance: rows } = membersOf(value);
  if (!isNumbers(mean, size)) throw new Error(`${what}: mean must be ${size} finite numbers`);
  if (!isMatrix(rows, size, size)) {
    throw new Error(`${what}: covariance must be ${size} rows of ${size} finite numbers`);
  }
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const entry = rows[i]![j]!;
      const mirrored = rows[j]![i]!;
      if (
        Math.abs(entry - mirrored) >
        SYMMETRY_TOLERANCE * (Math.abs(rows[i]![i]!) + Math.abs(rows[j]![j]!))
      ) {
        throw new Error(`${what}: covariance is not symmetric at [${i}][${j}]: ${entry} and ${mirrored}`);
      }
      covariance[i * size + j] = (entry + mirrored) / 2;
    }
  }
  if (choleskyOrNull(covariance, size) === null) {
    throw new Error(`${what}: covariance is not positive definite`);
  }
  return { mean: Float64Array.from(mean), covariance };
}

function parseDirections(value: unknown): TimbreDirections {
  const { means, deviations, components } = membersOf(value);
  const size = Array.isArray(means) ? means.length : 0;
  if (
    !isNumbers(means, size) ||
    !isNumbers(deviations, size) ||
    !deviations.every((deviation) => deviation > 0) ||
    !Array.isArray(components) ||
    !isMatrix(components, components.length, size)
  ) {
    throw new Error(
      'prior of timbre: directions must hold means, deviations above 0 and components, all of one length',
    );
  }
  return { means, deviations, components };
}

interface WeightPriorJson {
  mean: number[];
  covariance: number[][];
}

/** The stored form that `parsePrior` reads. */
export function priorToJson({
  timbre,
  ...prior
}: Prior): WeightPriorJson & { timbre?: WeightPriorJson & { directions: TimbreDirections } } {
  if (timbre === undefined) return weightPriorToJson(prior);
  const { directions } = timbre;
  return { ...weightPriorToJson(prior), timbre: { directions, ...weightPriorToJson(timbre) } };
}

function weightPriorToJson({ mean, covariance }: WeightPrior): WeightPriorJson {
  const size = mean.length;
  const rows = Array.from({ length: size }, (_, i) => [...covariance.subarray(i * size, (i + 1) * size)]);
  return { mean: [...mean], covariance: rows };
}
