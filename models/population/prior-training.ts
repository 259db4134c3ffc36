/**
 * Fits the prior over a child's weights to other listeners: EM with Laplace, one MAP fit per listener and round
 * (empirical Bayes). The listeners are a data set's raters: adults judging strangers' music, nobody's child.
 */
import { CLASS_COUNT, EMBEDDING_SIZE, embed, WEIGHT_COUNT } from '../child/embedding.ts';
import { type HeardSongs, heardSongs } from '../child/heard-songs.ts';
import { cholesky, choleskyOrNull, inverse } from '../child/linear-algebra.ts';
import { fitPosterior, type Posterior, posteriorCovariance } from '../child/posterior.ts';
import { handMadePrior, type Prior } from '../child/prior.ts';
import { emotionIndex, type PerEmotion } from '../emotions.ts';
import type { Rating } from './listening-data.ts';

/** Fewer ratings say too little of a person. */
export const FEWEST_RATINGS = 20;
/** How many listeners the hand-made mean and covariance count for. */
const MEAN_STRENGTH = 4;
const COVARIANCE_STRENGTH = 10;
/** From the hand-made prior some 12 rounds converge, from a near one 6 to 10; the bound is only there so that there is one. */
const MOST_ROUNDS = 40;
/** Largest change of a round, in prior standard deviations of the entry, that changes nothing worth having. */
const CONVERGED = 4e-3;
/** Plain EM closes a tenth of its distance a round here; a longer leap than this is luck. */
const LONGEST_LEAP = 16;
/** A millionth of a logit: below what a fit started elsewhere differs by, far above rounding. */
const DECIMALS = 6;

export interface PriorFit {
  /** Rounded to 6 decimals, so that the same listeners give the same bytes on any machine. */
  readonly prior: Prior;
  /** How many people it rests on. */
  readonly listeners: number;
  readonly rounds: number;
}

/** Ratings of each rater, in the order of the file. */
export function ratingsByRater(ratings: readonly Rating[]): ReadonlyMap<string, readonly Rating[]> {
  const byRater = new Map<string, Rating[]>();
  for (const rating of ratings) {
    const list = byRater.get(rating.rater);
    if (list === undefined) byRater.set(rating.rater, [rating]);
    else list.push(rating);
  }
  return byRater;
}

/** Everything one listener rated, as presses; songs without an opinion are left out. One rating a song. */
function heardBy(ratings: readonly Rating[], opinions: ReadonlyMap<string, PerEmotion>): HeardSongs {
  const known = ratings.filter(({ songId }) => opinions.has(songId));
  const embeddings = new Float64Array(known.length * EMBEDDING_SIZE);
  const counts = new Float64Array(known.length * CLASS_COUNT);
  known.forEach(({ songId, emotion }, row) => {
    embeddings.set(embed(opinions.get(songId)!), row * EMBEDDING_SIZE);
    counts[row * CLASS_COUNT + emotionIndex(emotion)] = 1;
  });
  return heardSongs(
    known.map(({ songId }) => songId),
    embeddings,
    counts,
  );
}

/**
 * m ← (Σ W_r + 4 m0) / (R + 4);  S ← (Σ [(W_r - m)(W_r - m)ᵀ + C_r] + 10 S0) / (R + 10), W_r the MAP of listener r
 * under (m, S), C_r its inverse Hessian, (m0, S0) the hand-made prior, until nothing moves.
 * `opinions`: the population's of each song, from a fit that did not see the song, for a child's songs are always new.
 * `start`: a prior of nearly the same listeners saves most of the rounds.
 */
export function fitPrior(
  ratings: readonly Rating[],
  opinions: ReadonlyMap<string, PerEmotion>,
  start: Prior = handMadePrior(),
): PriorFit {
  const listeners = [...ratingsByRater(ratings).values()]
    .map((own) => heardBy(own, opinions))
    .filter((songs) => songs.ids.length >= FEWEST_RATINGS);
  let fits: readonly Posterior[] = listeners.map((songs) => ({
    weights: start.mean,
    offsets: new Float64Array(songs.ids.length * CLASS_COUNT),
  }));
  let rounds = 0;
  let change = Infinity;
  function oneRound(from: Prior): Prior {
    const { prior, fits: next } = emRound(from, listeners, fits);
    fits = next;
    rounds++;
    change = changeOf(from, prior);
    return prior;
  }

  let prior = start;
  while (change > CONVERGED && rounds < MOST_ROUNDS) {
    const first = oneRound(prior);
    if (change <= CONVERGED) {
      prior = first;
      break;
    }
    prior = leap(prior, first, oneRound(first));
  }
  return { prior: rounded(prior), listeners: listeners.length, rounds };
}

/**
 * Where two rounds of EM, from `start` over `once` to `twice`, seem to lead (SQUAREM S3; Varadhan & Roland 2008, eq. 11);
 * `twice` itself where that is no prior.
 */
function leap(start: Prior, once: Prior, twice: Prior): Prior {
  const [t0, t1, t2] = [start, once, twice].map(({ mean, covariance }) => [...mean, ...covariance]);
  const r = t1!.map((x, i) => x - t0![i]!);
  const v = t2!.map((x, i) => x - t1![i]! - r[i]!);
  const ratio = Math.sqrt(sumOfSquares(r) / sumOfSquares(v));
  const length = Math.min(Math.max(ratio, 1), LONGEST_LEAP);
  const to = Float64Array.from(t0!, (x, i) => x + 2 * length * r[i]! + length * length * v[i]!);
  const leapt = { mean: to.slice(0, WEIGHT_COUNT), covariance: to.slice(WEIGHT_COUNT) };
  return choleskyOrNull(leapt.covariance, WEIGHT_COUNT) === null ? twice : leapt;
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x * x, 0);
}

function emRound(
  prior: Prior,
  listeners: readonly HeardSongs[],
  warm: readonly Posterior[],
): { readonly prior: Prior; readonly fits: Posterior[] } {
  const handMade = handMadePrior();
  const precision = inverse(cholesky(prior.covariance, WEIGHT_COUNT));
  const settings = { prior, precision, songVariance: 0 };
  const fits = listeners.map((songs, r) => fitPosterior(settings, songs, warm[r]!));
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
  const people = listeners.length + COVARIANCE_STRENGTH;
  return { prior: { mean, covariance: covariance.map((sum) => sum / people) }, fits };
}

/** The largest change of an entry, means in their standard deviations, covariances relative to their variances. */
function changeOf(before: Prior, after: Prior): number {
  const deviations = Array.from({ length: WEIGHT_COUNT }, (_, i) =>
    Math.sqrt(before.covariance[i * WEIGHT_COUNT + i]!),
  );
  let largest = 0;
  for (let i = 0; i < WEIGHT_COUNT; i++) {
    largest = Math.max(largest, Math.abs(after.mean[i]! - before.mean[i]!) / deviations[i]!);
    for (let j = 0; j <= i; j++) {
      const cell = i * WEIGHT_COUNT + j;
      const moved = Math.abs(after.covariance[cell]! - before.covariance[cell]!);
      largest = Math.max(largest, moved / (deviations[i]! * deviations[j]!));
    }
  }
  return largest;
}

function rounded({ mean, covariance }: Prior): Prior {
  const round = (x: number): number => Number(x.toFixed(DECIMALS));
  return { mean: mean.map(round), covariance: covariance.map(round) };
}
