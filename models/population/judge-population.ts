/**
 * How well a learner places songs it has not heard: five song-disjoint folds, each judged by a fit to the other four.
 * Judged against the label of averaged ratings, and against what each listener said for himself.
 */
import { EMOTIONS, type Emotion, emotionIndex, type PerEmotion, quadrantOf } from '../emotions.ts';
import type { ListeningData, Rating } from './listening-data.ts';
import { FEWEST_RATINGS, ratingsByRater } from './prior-training.ts';
import { ratedSongs } from './training-samples.ts';

export const FOLD_COUNT = 5;

/** Which fold a song is kept out of, 0 to 4: FNV-1a (Fowler, Noll, Vo) of its id, so that folds never move. */
export function foldOf(songId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < songId.length; i++) hash = Math.imul(hash ^ songId.charCodeAt(i), 0x01000193);
  // The low bits of FNV depend on the low bits of the text alone.
  return ((hash >>> 16) ^ (hash & 0xffff)) % FOLD_COUNT;
}

export interface PopulationFigures {
  readonly folds: number;
  /** Share of songs whose likeliest emotion is the quadrant of their averaged ratings. */
  readonly accuracy: number;
  /** The same for always saying the commonest quadrant. */
  readonly majority: number;
  /** Mean -ln p of that quadrant, nats. */
  readonly logLoss: number;
  /** Mean over listeners with 20 or more ratings of the share of their own ratings that is the likeliest emotion. */
  readonly listenerAccuracy: number;
  /** The same for always saying the emotion that ratings name most. */
  readonly listenerMajority: number;
  readonly listeners: number;
}

/** A trainer's predictions for songs it was not given. */
export type FoldTrainer = (
  training: ListeningData,
  fold: number,
) => (features: readonly number[]) => PerEmotion;

/** Trains once a fold, and judges. Ratings of a fold's songs are kept from its trainer, averages too. */
export function judgePopulation(data: ListeningData, train: FoldTrainer): PopulationFigures {
  const opinions = new Map<string, PerEmotion>();
  for (let fold = 0; fold < FOLD_COUNT; fold++) {
    const isKeptOut = ({ songId }: { readonly songId: string }): boolean => foldOf(songId) === fold;
    const predict = train(
      {
        ...data,
        songs: data.songs.filter((song) => !isKeptOut(song)),
        ratings: data.ratings.filter((rating) => !isKeptOut(rating)),
      },
      fold,
    );
    for (const song of data.songs.filter(isKeptOut)) opinions.set(song.songId, predict(song.features));
  }
  return figuresOf(data, opinions);
}

/** The figures of opinions formed without having seen the songs. */
function figuresOf(data: ListeningData, opinions: ReadonlyMap<string, PerEmotion>): PopulationFigures {
  const labels = ratedSongs(data).map(({ song, targets }) => {
    const { valence, arousal } = song.averaged ?? targets;
    return { songId: song.songId, emotion: quadrantOf(valence, arousal) };
  });
  const listeners = [...ratingsByRater(data.ratings).values()].filter(
    ({ length }) => length >= FEWEST_RATINGS,
  );
  const usual = commonest(data.ratings);
  const meanOverListeners = (isRight: (rating: Rating) => boolean): number =>
    mean(listeners.map((own) => mean(own.map((rating) => (isRight(rating) ? 1 : 0)))));
  const label = commonest(labels);
  return {
    folds: FOLD_COUNT,
    accuracy: mean(
      labels.map(({ songId, emotion }) => (likeliest(opinions.get(songId)!) === emotion ? 1 : 0)),
    ),
    majority: mean(labels.map(({ emotion }) => (emotion === label ? 1 : 0))),
    logLoss: mean(
      labels.map(({ songId, emotion }) => -Math.log(opinions.get(songId)![emotionIndex(emotion)])),
    ),
    listenerAccuracy: meanOverListeners(
      ({ songId, emotion }) => likeliest(opinions.get(songId)!) === emotion,
    ),
    listenerMajority: meanOverListeners(({ emotion }) => emotion === usual),
    listeners: listeners.length,
  };
}

function likeliest(opinion: PerEmotion): Emotion {
  return EMOTIONS[opinion.indexOf(Math.max(...opinion))]!;
}

function commonest(said: readonly { readonly emotion: Emotion }[]): Emotion {
  const counts = EMOTIONS.map((emotion) => said.filter((one) => one.emotion === emotion).length);
  return EMOTIONS[counts.indexOf(Math.max(...counts))]!;
}

/** 0 of nothing. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);
}
