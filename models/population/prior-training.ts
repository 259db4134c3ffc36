/**
 * Fits the prior over a child's weights to other listeners: who they are, what they heard, and in which directions of
 * sound they may differ. The listeners are a data set's raters: adults judging strangers' music, nobody's child.
 */
import { CLASS_COUNT, EMBEDDING_SIZE, embed } from '../child/embedding.ts';
import { type HeardSongs, heardSongs } from '../child/heard-songs.ts';
import { handMadePrior, handMadeTimbrePrior, type Prior, type WeightPrior } from '../child/prior.ts';
import { type TimbreDirections, timbreOf } from '../child/timbre.ts';
import { emotionIndex, type PerEmotion } from '../emotions.ts';
import type { Rating } from './listening-data.ts';
import { fitWeightPrior } from './prior-em.ts';
import { findTimbreDirections } from './timbre-directions.ts';

/** Fewer ratings say too little of a person. */
export const FEWEST_RATINGS = 20;
/** From the hand-made prior some 12 rounds converge, from a near one 6 to 10; the bound is only there so that there is one. */
const MOST_ROUNDS = 40;
/** So many weights of timbre are never pinned down by so few people: stopping early keeps them near the hand-made prior. */
const MOST_TIMBRE_ROUNDS = 4;
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

/** A song as a listener heard it. */
type EmbeddingOf = (songId: string) => Float64Array;

/** Everything one listener rated, as presses; songs without an opinion are left out. One rating a song. */
function heardBy(
  ratings: readonly Rating[],
  opinions: ReadonlyMap<string, PerEmotion>,
  embeddingOf: EmbeddingOf,
  width: number,
): HeardSongs {
  const known = ratings.filter(({ songId }) => opinions.has(songId));
  const embeddings = new Float64Array(known.length * width);
  const counts = new Float64Array(known.length * CLASS_COUNT);
  known.forEach(({ songId, emotion }, row) => {
    embeddings.set(embeddingOf(songId), row * width);
    counts[row * CLASS_COUNT + emotionIndex(emotion)] = 1;
  });
  return heardSongs(
    known.map(({ songId }) => songId),
    embeddings,
    counts,
    width,
  );
}

/**
 * The prior these listeners make, by EM (prior-em.ts).
 * `opinions`: the population's of each song, from a fit that did not see the song, for a child's songs are always new.
 * `features`: of these songs, as the child's model will be given them; without them the prior knows no timbre.
 * `start`: a prior of nearly the same listeners saves most of the rounds; its timbre is not used.
 */
export function fitPrior(
  ratings: readonly Rating[],
  opinions: ReadonlyMap<string, PerEmotion>,
  {
    features,
    start = handMadePrior(),
  }: { readonly features?: ReadonlyMap<string, ArrayLike<number>>; readonly start?: Prior } = {},
): PriorFit {
  const directions = features && findTimbreDirections([...features.values()]);
  const width = EMBEDDING_SIZE + (directions?.components.length ?? 0);
  const embeddings = new Map<string, Float64Array>();
  function embeddingOf(songId: string): Float64Array {
    const known = embeddings.get(songId);
    if (known !== undefined) return known;
    const timbre = directions && timbreOf(directions, features?.get(songId));
    const embedding = embed(opinions.get(songId)!, timbre);
    embeddings.set(songId, embedding);
    return embedding;
  }
  const listeners = [...ratingsByRater(ratings).values()]
    .map((own) => heardBy(own, opinions, embeddingOf, width))
    .filter((songs) => songs.ids.length >= FEWEST_RATINGS);
  const { prior, rounds } = fitWeightPrior({
    listeners,
    handMade: handMadePrior(),
    start,
    mostRounds: MOST_ROUNDS,
  });
  const timbre = directions && { directions, ...fitTimbre(listeners, directions) };
  return {
    prior: timbre === undefined ? rounded(prior) : { ...rounded(prior), timbre },
    listeners: listeners.length,
    rounds,
  };
}

function fitTimbre(listeners: readonly HeardSongs[], { components }: TimbreDirections): WeightPrior {
  const handMade = handMadeTimbrePrior(components.length);
  const { prior } = fitWeightPrior({ listeners, handMade, start: handMade, mostRounds: MOST_TIMBRE_ROUNDS });
  return rounded(prior);
}

function rounded({ mean, covariance }: WeightPrior): WeightPrior {
  // JSON knows no -0.
  const round = (x: number): number => Number(x.toFixed(DECIMALS)) || 0;
  return { mean: mean.map(round), covariance: covariance.map(round) };
}
