/**
 * How a song sounds, in the few directions in which a set of songs differs most: what φ holds beside the population's
 * opinion, so that a child's liking for one sound can be learnt where the population's opinion does not show it.
 * Decides only what the directions say of a song; how they are found is decided in models/population.
 */

/** Whitened principal components of standardised features. */
export interface TimbreDirections {
  /** [features] of the songs the directions were found in. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** [directions][features]: scores of those songs have mean 0, variance 1 and no correlation. */
  readonly components: readonly (readonly number[])[];
}

/** Features further out than this many deviations say no more than that they are far out. */
const LARGEST_Z = 4;
/** Nor do scores: a song unlike all others must not be judged by a straight line drawn far beyond them. */
const LARGEST_SCORE = 3;

/** Where the song lies in each direction, about -3 to 3; the middle where it has no such features. */
export function timbreOf(directions: TimbreDirections, features: ArrayLike<number> | undefined): number[] {
  const { means, deviations, components } = directions;
  if (features === undefined || features.length !== means.length) return components.map(() => 0);
  const scores = new Array<number>(components.length).fill(0);
  for (let j = 0; j < means.length; j++) {
    const z = clipped((features[j]! - means[j]!) / deviations[j]!, LARGEST_Z);
    for (let at = 0; at < scores.length; at++) scores[at] = scores[at]! + components[at]![j]! * z;
  }
  for (let at = 0; at < scores.length; at++) scores[at] = clipped(scores[at]!, LARGEST_SCORE);
  return scores;
}

function clipped(x: number, largest: number): number {
  return Math.min(Math.max(x, -largest), largest);
}
