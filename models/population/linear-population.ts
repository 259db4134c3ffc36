/**
 * A population model that is one matrix: z-scored features to valence, arousal and the four quadrant shares.
 * It stands in until the trained ONNX model of the learning stage takes its place behind the same contract.
 */
import type { PerEmotion } from '../emotions.ts';
import { type PopulationModel, sharesToProbabilities } from './population-model.ts';

/** Features further out than this many standard deviations say no more than that they are far out. */
export const LARGEST_Z = 4;

/** Rows of `weights` and `intercepts`: the two dimensions, then the shares as `EMOTIONS`. */
export const LINEAR_TARGETS = ['valence', 'arousal', 'happy', 'angry', 'sad', 'calm'] as const;

export interface LinearPopulationParameters {
  readonly id: string;
  readonly featureVersion: string;
  readonly featureNames: readonly string[];
  /** Of each feature over the training songs. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** [6] and [6][features], per z-score. */
  readonly intercepts: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

/** (x - mean) / deviation, clipped to ±4. */
export function zScore(x: number, mean: number, deviation: number): number {
  return Math.min(Math.max((x - mean) / deviation, -LARGEST_Z), LARGEST_Z);
}

/** The model these parameters make. About 1 µs a song. */
export function createLinearPopulation(parameters: LinearPopulationParameters): PopulationModel {
  const { id, featureVersion, featureNames, means, deviations, intercepts, weights } = parameters;

  function targets(features: ArrayLike<number>): number[] {
    if (features.length !== featureNames.length) {
      throw new RangeError(
        `population ${id}: expected ${featureNames.length} features, got ${features.length}`,
      );
    }
    const z = Array.from(features, (x, j) => {
      if (!Number.isFinite(x)) throw new RangeError(`population ${id}: feature ${featureNames[j]} is ${x}`);
      return zScore(x, means[j]!, deviations[j]!);
    });
    return weights.map((row, t) => row.reduce((sum, weight, j) => sum + weight * z[j]!, intercepts[t]!));
  }

  return {
    id,
    featureVersion,
    predict(features) {
      const shares = targets(features).slice(2) as unknown as PerEmotion;
      return sharesToProbabilities(shares);
    },
    valenceArousal(features) {
      const [valence, arousal] = targets(features);
      return [valence!, arousal!];
    },
  };
}
