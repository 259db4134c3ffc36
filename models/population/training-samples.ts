/**
 * From songs and ratings to what learners learn: six targets and a weight a song. A song's own ratings go before its
 * published averages; where someone's ratings are left out, averages that hold them are not used either.
 */
import { EMOTIONS, type Emotion, type PerEmotion } from '../emotions.ts';
import type { LearnerSamples } from './learners/fits.ts';
import { createMatrix } from './learners/matrix.ts';
import type { ListenedSong, Rating } from './listening-data.ts';
import { countedShares, sharesOfAverages } from './soft-shares.ts';
import { type Standardiser, standardise } from './standardiser.ts';

/** Columns of every target matrix of the population. */
export const TARGETS = ['valence', 'arousal', ...EMOTIONS] as const;

/**
 * What a song known only by averaged ratings counts, in raters. Some ten people stand behind one of DEAM's (1001 on),
 * but its published features were computed from differently processed files (levels vary a sixth as much, MFCC deltas
 * lie two deviations off). As ten raters such songs make the model worse on the others: 49.9 % and a log-loss of 1.185
 * on their raters' own quadrants, 50.5 % and 1.172 as a tenth of one; laying one set of features over the other does not
 * help (1.206).
 */
const AVERAGED_RATERS = 0.1;

/** Where an emotion lies when only the emotion was asked for: the middle of its quadrant, valence and arousal. */
const QUADRANT_MIDDLES: Readonly<Record<Emotion, readonly [valence: number, arousal: number]>> = {
  happy: [0.5, 0.5],
  angry: [-0.5, 0.5],
  sad: [-0.5, -0.5],
  calm: [0.5, -0.5],
};

/** What people said of one song. */
export interface SongTargets {
  /** Means over raters, in [-1, 1]. */
  readonly valence: number;
  readonly arousal: number;
  /** Shares of raters; they sum to 1. */
  readonly shares: PerEmotion;
  /** How many people this rests on. */
  readonly raters: number;
}

/** `ratings`: this song's. Null where nobody is known to have said anything. */
export function songTargets(song: ListenedSong, ratings: readonly Rating[]): SongTargets | null {
  if (ratings.length > 0) {
    const mean = (of: (rating: Rating) => number) =>
      ratings.reduce((sum, rating) => sum + of(rating), 0) / ratings.length;
    return {
      valence: mean(({ valence, emotion }) => valence ?? QUADRANT_MIDDLES[emotion][0]),
      arousal: mean(({ arousal, emotion }) => arousal ?? QUADRANT_MIDDLES[emotion][1]),
      shares: countedShares(ratings),
      raters: ratings.length,
    };
  }
  if (song.averaged === undefined) return null;
  const { valence, arousal } = song.averaged;
  return { valence, arousal, shares: sharesOfAverages(song.averaged), raters: AVERAGED_RATERS };
}

/** Ratings by song, in the order given. */
export function ratingsBySong(ratings: readonly Rating[]): ReadonlyMap<string, readonly Rating[]> {
  const bySong = new Map<string, Rating[]>();
  for (const rating of ratings) {
    const list = bySong.get(rating.songId);
    if (list === undefined) bySong.set(rating.songId, [rating]);
    else list.push(rating);
  }
  return bySong;
}

/** Songs and ratings as learners take them. */
export interface Listening {
  readonly songs: readonly ListenedSong[];
  readonly ratings: readonly Rating[];
}

/**
 * The same as if these people had never been asked: their ratings go, and with them the averages of every song they
 * rated. Averages of songs nobody's own ratings are known of stay: who is in them, nobody can tell.
 */
export function withoutRaters({ songs, ratings }: Listening, raters: ReadonlySet<string>): Listening {
  const touched = new Set(ratings.filter(({ rater }) => raters.has(rater)).map(({ songId }) => songId));
  return {
    songs: songs.map((song) => {
      if (!touched.has(song.songId)) return song;
      const { averaged: _, ...rest } = song;
      return rest;
    }),
    ratings: ratings.filter(({ rater }) => !raters.has(rater)),
  };
}

/** Songs that someone said something of, with what they said, in the order of `songs`. */
export function ratedSongs({
  songs,
  ratings,
}: Listening): readonly { readonly song: ListenedSong; readonly targets: SongTargets }[] {
  const bySong = ratingsBySong(ratings);
  return songs.flatMap((song) => {
    const targets = songTargets(song, bySong.get(song.songId) ?? []);
    return targets === null ? [] : [{ song, targets }];
  });
}

/** One row a song; weight √raters, 1 on average. @throws RangeError on features that are not finite. */
export function trainingSamples(
  rated: ReturnType<typeof ratedSongs>,
  standardiser: Standardiser,
): LearnerSamples {
  const targets = createMatrix(rated.length, TARGETS.length);
  for (const [at, { targets: own }] of rated.entries()) {
    targets.values.set([own.valence, own.arousal, ...own.shares], at * TARGETS.length);
  }
  const trust = Float64Array.from(rated, ({ targets: { raters } }) => Math.sqrt(raters));
  const meanTrust = trust.reduce((sum, x) => sum + x, 0) / trust.length;
  return {
    z: standardise(
      standardiser,
      rated.map(({ song }) => song.features),
    ),
    targets,
    weights: trust.map((x) => x / meanTrust),
  };
}
