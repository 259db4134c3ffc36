/** How the stand-in population is fitted to DEAM and judged: ridge, five song-disjoint folds. Pure but for its inputs. */
import { EMOTIONS, type PerEmotion } from '../emotions.ts';
import { featureNames, featureVersion } from '../features/hear-song.ts';
import { type Deam, type DeamRating, type DeamSong, softShares } from './deam.ts';
import { createLinearPopulation } from './linear-population.ts';
import type { PopulationModel } from './population-model.ts';
import { fitRidge, type RidgeFit } from './ridge.ts';

/** Strength of the ridge, in weighted samples; chosen on DEAM. */
export const RIDGE_ALPHA = 60;
export const FOLD_COUNT = 5;

/** Which fold a song is kept out of: a fixed scramble of its id (Knuth's multiplicative hash), so folds never move. */
export function foldOf(songId: number): number {
  return (Math.imul(songId, 2654435761) >>> 16) % FOLD_COUNT;
}

function ratingsBySong(ratings: readonly DeamRating[]): ReadonlyMap<number, readonly DeamRating[]> {
  const bySong = new Map<number, DeamRating[]>();
  for (const rating of ratings) {
    const list = bySong.get(rating.songId);
    if (list === undefined) bySong.set(rating.songId, [rating]);
    else list.push(rating);
  }
  return bySong;
}

/** Ridge from features to (valence, arousal, four shares); a song counts by the root of its number of raters. */
export function fitStandIn(songs: readonly DeamSong[], ratings: readonly DeamRating[]): RidgeFit {
  const bySong = ratingsBySong(ratings);
  const samples = songs.map((song) => {
    const { shares, raters } = softShares(song, bySong.get(song.songId) ?? []);
    return {
      features: song.features,
      targets: [song.valence, song.arousal, ...shares],
      weight: Math.sqrt(raters),
    };
  });
  const meanWeight = samples.reduce((sum, { weight }) => sum + weight, 0) / samples.length;
  return fitRidge(
    samples.map((sample) => ({ ...sample, weight: sample.weight / meanWeight })),
    RIDGE_ALPHA,
  );
}

/** The fit as a model, nameless: for judging, not for shipping. */
export function standInModel(fit: RidgeFit): PopulationModel {
  return createLinearPopulation({
    ...fit,
    id: 'unshipped',
    featureVersion,
    featureNames,
  });
}

/** What the model says of each song when fitted without that song's fold: how a child's songs look to it. */
export function crossFitted(
  songs: readonly DeamSong[],
  ratings: readonly DeamRating[],
): ReadonlyMap<number, PerEmotion> {
  const opinions = new Map<number, PerEmotion>();
  for (let fold = 0; fold < FOLD_COUNT; fold++) {
    const model = standInModel(
      fitStandIn(
        songs.filter(({ songId }) => foldOf(songId) !== fold),
        ratings,
      ),
    );
    for (const song of songs) {
      if (foldOf(song.songId) === fold) opinions.set(song.songId, model.predict(song.features));
    }
  }
  return opinions;
}

export interface StandInFigures {
  /** Share of songs whose likeliest class is the quadrant of the averaged ratings, songs unheard. */
  readonly accuracy: number;
  /** The same for always saying the commonest quadrant. */
  readonly majority: number;
  /** Mean -ln p of that quadrant. */
  readonly logLoss: number;
}

/** Cross-validated figures against the labels of averaged ratings. */
export function judgeStandIn({ songs, ratings }: Deam): StandInFigures {
  const opinions = crossFitted(songs, ratings);
  let right = 0;
  let loss = 0;
  for (const { songId, label } of songs) {
    const opinion = opinions.get(songId)!;
    if (EMOTIONS[opinion.indexOf(Math.max(...opinion))] === label) right++;
    loss -= Math.log(opinion[EMOTIONS.indexOf(label)]!);
  }
  const commonest = Math.max(...EMOTIONS.map((e) => songs.filter(({ label }) => label === e).length));
  return { accuracy: right / songs.length, majority: commonest / songs.length, logLoss: loss / songs.length };
}
