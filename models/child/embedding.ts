/**
 * How a song looks to the child's model: φ = [1, l - mean(l)], l the logarithms of the population's probabilities.
 * Also decides the smallest probability anything in this folder may give, so that no logarithm is ever infinite.
 */
import { EMOTIONS, normalised, type PerEmotion, perEmotion } from '../emotions.ts';

/** K, the number of classes. */
export const CLASS_COUNT = EMOTIONS.length;
/** Length of φ without timbre: the constant and one centred log-probability per class. */
export const EMBEDDING_SIZE = 1 + CLASS_COUNT;
/** Number of weights without timbre: one row of `EMBEDDING_SIZE` per class, class-major (row k begins at k * EMBEDDING_SIZE). */
export const WEIGHT_COUNT = CLASS_COUNT * EMBEDDING_SIZE;

/**
 * No expert gives a class less than this (a probability). One press in a million is far rarer than a slip of the hand
 * (3 % in the calibrated simulation), and a population model of ours never goes below 0.0025, so it does not bite there.
 */
export const SMALLEST_PROBABILITY = 1e-6;

/** How far from 1 a caller's probabilities may sum: rounding of a float32 model, not a mistake. */
const SUM_TOLERANCE = 1e-4;

/**
 * The probabilities with none below `SMALLEST_PROBABILITY`; the same object where none is, so that what was already
 * fine keeps every bit. Otherwise small ones are raised and all divided by their sum.
 */
export function withoutZeros(probabilities: PerEmotion): PerEmotion {
  const [a, b, c, d] = probabilities;
  if (Math.min(a, b, c, d) >= SMALLEST_PROBABILITY) return probabilities;
  // Divided by a sum above 1 a raised one ends just below the floor; it stays positive, which is what matters.
  return normalised(perEmotion((k) => Math.max(probabilities[k]!, SMALLEST_PROBABILITY)));
}

/** The population's opinion as the model uses it. Throws a RangeError where it is not a distribution: that is a bug. */
export function checkedPopulation(probabilities: PerEmotion, songId: string): PerEmotion {
  const sum = probabilities.reduce((total, p) => total + p, 0);
  const isDistribution =
    probabilities.length === CLASS_COUNT &&
    probabilities.every((p) => p >= 0) &&
    Math.abs(sum - 1) <= SUM_TOLERANCE;
  if (!isDistribution) {
    throw new RangeError(
      `population probabilities of song ${songId}: expected ${CLASS_COUNT} numbers >= 0 that sum to 1, got [${probabilities.join(', ')}]`,
    );
  }
  return withoutZeros(probabilities);
}

/**
 * φ of a song: `EMBEDDING_SIZE` numbers, then its timbre where that is looked at. Adding a constant to all
 * log-probabilities does not change it.
 */
export function embed(population: PerEmotion, timbre: readonly number[] = []): Float64Array {
  const embedding = new Float64Array(EMBEDDING_SIZE + timbre.length);
  let mean = 0;
  for (let k = 0; k < CLASS_COUNT; k++) {
    const log = Math.log(population[k]!);
    embedding[1 + k] = log;
    mean += log / CLASS_COUNT;
  }
  embedding[0] = 1;
  for (let k = 0; k < CLASS_COUNT; k++) embedding[1 + k] = embedding[1 + k]! - mean;
  embedding.set(timbre, EMBEDDING_SIZE);
  return embedding;
}

/**
 * softmax(W φ + offsets at `offsetStart`), floored. `weights` [4 * J] read the first J numbers of φ: those of an expert
 * without timbre the first five.
 */
export function classProbabilities(
  weights: Float64Array,
  embedding: Float64Array,
  offsets?: Float64Array,
  offsetStart = 0,
): PerEmotion {
  const size = weights.length / CLASS_COUNT;
  const logits = [0, 0, 0, 0];
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < CLASS_COUNT; k++) {
    let logit = offsets === undefined ? 0 : offsets[offsetStart + k]!;
    for (let j = 0; j < size; j++) logit += weights[k * size + j]! * embedding[j]!;
    logits[k] = logit;
    if (logit > largest) largest = logit;
  }
  let sum = 0;
  for (let k = 0; k < CLASS_COUNT; k++) {
    const power = Math.exp(logits[k]! - largest);
    logits[k] = power;
    sum += power;
  }
  return withoutZeros([logits[0]! / sum, logits[1]! / sum, logits[2]! / sum, logits[3]! / sum]);
}
