/**
 * What listeners in general would call a song: the child's model starts here and bends away.
 * This file holds the contract and the step from soft quadrant shares to probabilities.
 */
import { normalised, type PerEmotion, perEmotion } from '../emotions.ts';

/** What listeners in general hear in one song. */
export interface PopulationOpinion {
  /** P(emotion), summing to 1; no class below 0.0025. */
  readonly probabilities: PerEmotion;
  /** Where the song lies, each about -1 to 1 = (x - 5) / 4 of the 1-9 scale. */
  readonly valenceArousal: readonly [valence: number, arousal: number];
}

export interface PopulationModel {
  /** Changes whenever any prediction may change; a child's stored state is only good under the same id. */
  readonly id: string;
  /** Which definition and order of features `predict` expects. */
  readonly featureVersion: string;
  /**
   * One opinion a song from its features, in their order; holds the thread for a few songs at a time.
   * Rejects with a RangeError on another number of features, or one that is not finite.
   */
  predict(songs: readonly ArrayLike<number>[]): Promise<readonly PopulationOpinion[]>;
}

/** Chosen on DEAM's raters: even a song nobody called sad is called sad by one press in a hundred. */
export const SHARE_WEIGHT = 0.96;
export const SHARE_FLOOR = 0.01;

/** p_k = 0.96 clip(share_k, 0, 1) + 0.01, renormalised; shares need not sum to 1. */
export function sharesToProbabilities(shares: PerEmotion): PerEmotion {
  return normalised(perEmotion((k) => SHARE_WEIGHT * Math.min(Math.max(shares[k]!, 0), 1) + SHARE_FLOOR));
}
