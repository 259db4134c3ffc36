/**
 * Fits the prior over a child's weights to other listeners: EM with Laplace, one MAP fit per listener and round
 * (empirical Bayes). The listeners are DEAM's raters: adults judging strangers' music, nobody's child.
 */
import { CLASS_COUNT, embed, WEIGHT_COUNT } from '../child/embedding.ts';
import { type HeardSongs, NO_SONGS, withPress } from '../child/heard-songs.ts';
import { cholesky, inverse } from '../child/linear-algebra.ts';
import { fitPosterior, type Posterior, posteriorCovariance, priorPosterior } from '../child/posterior.ts';
import { handMadePrior, type Prior } from '../child/prior.ts';
import { emotionIndex, type PerEmotion } from '../emotions.ts';
import type { DeamRating } from './deam.ts';

/** Fewer ratings say too little of a person. */
export const FEWEST_RATINGS = 20;
/** How many listeners the hand-made mean and covariance count for. */
const MEAN_STRENGTH = 4;
const COVARIANCE_STRENGTH = 10;
/** 6 to 25 rounds do; the last changes nothing worth having. */
const ROUNDS = 20;

/** Everything one listener rated, as presses. `opinions`: cross-fitted, for a child's songs are always new. */
function heardBy(ratings: readonly DeamRating[], opinions: ReadonlyMap<number, PerEmotion>): HeardSongs {
  let songs = NO_SONGS;
  for (const { songId, emotion } of ratings) {
    const opinion = opinions.get(songId);
    if (opinion !== undefined)
      songs = withPress(songs, String(songId), embed(opinion), emotionIndex(emotion));
  }
  return songs;
}

/** Ratings of each rater, in the order of the file. */
export function ratingsByRater(ratings: readonly DeamRating[]): ReadonlyMap<string, readonly DeamRating[]> {
  const byRater = new Map<string, DeamRating[]>();
  for (const rating of ratings) {
    const list = byRater.get(rating.rater);
    if (list === undefined) byRater.set(rating.rater, [rating]);
    else list.push(rating);
  }
  return byRater;
}

/**
 * m ← (Σ W_r + 4 m0) / (R + 4);  S ← (Σ [(W_r - m)(W_r - m)ᵀ + C_r] + 10 S0) / (R + 10), W_r the MAP of listener r
 * under (m, S), C_r its inverse Hessian, (m0, S0) the hand-made prior. Seconds for 80 listeners.
 */
export function fitPrior(
  ratings: readonly DeamRating[],
  opinions: ReadonlyMap<number, PerEmotion>,
): { readonly prior: Prior; readonly listeners: number } {
  const handMade = handMadePrior();
  const listeners = [...ratingsByRater(ratings).values()]
    .map((own) => heardBy(own, opinions))
    .filter((songs) => songs.ids.length >= FEWEST_RATINGS);
  let prior = handMade;
  let fits: Posterior[] = listeners.map((songs) => ({
    ...priorPosterior(handMade),
    offsets: new Float64Array(songs.ids.length * CLASS_COUNT),
  }));
  for (let round = 0; round < ROUNDS; round++) {
    const precision = inverse(cholesky(prior.covariance, WEIGHT_COUNT));
    const settings = { prior, precision, songVariance: 0 };
    fits = listeners.map((songs, r) => fitPosterior(settings, songs, fits[r]!));
    const mean = handMade.mean.map(
      (m0, i) =>
        (fits.reduce((sum, { weights }) => sum + weights[i]!, 0) + MEAN_STRENGTH * m0) /
        (listeners.length + MEAN_STRENGTH),
    );
    const covariance = handMade.covariance.map((s0) => COVARIANCE_STRENGTH * s0);
    for (const [r, songs] of listeners.entries()) {
      const own = posteriorCovariance(settings, songs, fits[r]!);
      const away = fits[r]!.weights.map((w, i) => w - mean[i]!);
      for (let i = 0; i < WEIGHT_COUNT; i++) {
        for (let j = 0; j < WEIGHT_COUNT; j++) {
          const cell = i * WEIGHT_COUNT + j;
          covariance[cell] = covariance[cell]! + own[cell]! + away[i]! * away[j]!;
        }
      }
    }
    prior = { mean, covariance: covariance.map((sum) => sum / (listeners.length + COVARIANCE_STRENGTH)) };
  }
  return { prior, listeners: listeners.length };
}
