/**
 * Makes two sets of listener data fit to train on one and test on the other: the same columns, and nobody and nothing
 * that is tested among what is learnt from. Pure.
 */
import type { ListenedSong, ListeningData } from '../population/listening-data.ts';
import { withoutRaters } from '../population/training-samples.ts';
import type { StudyMaterial } from './protocols/protocol.ts';

/** No population is learnt from fewer. */
const FEWEST_SONGS = 10;

/** With training data of its own. */
export type TransferMaterial = StudyMaterial & { readonly training: ListeningData };

export type AlignedData =
  | {
      readonly kind: 'aligned';
      readonly material: TransferMaterial;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Keeps the columns both have; of these the `preferred` ones where any are among them. A rater of both sets is left
 * out of training, and so is a song that is the same in both: the same id and the same features.
 */
export function alignForTransfer(
  training: ListeningData,
  tested: ListeningData,
  preferred: readonly string[],
): AlignedData {
  const shared = training.columns.filter((column) => tested.columns.includes(column));
  if (shared.length === 0) {
    return {
      kind: 'refused',
      reason: `${training.name} and ${tested.name} have no feature column in common: one has ${some(training)}, the other ${some(tested)}.`,
    };
  }
  const liked = shared.filter((column) => preferred.includes(column));
  const columns = liked.length > 0 ? liked : shared;
  const test = withColumns(tested, columns);
  const all = withColumns(training, columns);

  const testRaters = new Set(test.ratings.map(({ rater }) => rater));
  const raters = new Set(all.ratings.map(({ rater }) => rater).filter((rater) => testRaters.has(rater)));
  const others = withoutRaters(all, raters);
  const testSongs = new Map(test.songs.map((song) => [song.songId, song]));
  const songs = others.songs.filter((song) => !isSameSong(song, testSongs.get(song.songId)));
  if (songs.length < FEWEST_SONGS) {
    return {
      kind: 'refused',
      reason: `Of ${training.name}, ${songs.length} songs are left to learn from that are not tested: too few.`,
    };
  }
  const kept = new Set(songs.map(({ songId }) => songId));
  const ratings = others.ratings.filter(({ songId }) => kept.has(songId));
  return {
    kind: 'aligned',
    material: { training: { ...all, songs, ratings }, tested: test },
    notes: [
      `${columns.length} feature columns in common.`,
      ...(raters.size === 0
        ? []
        : [`${raters.size} raters of ${all.name} are tested too: left out of training.`]),
      ...(songs.length === all.songs.length
        ? []
        : [`${all.songs.length - songs.length} songs of ${all.name} are tested too: left out of training.`]),
    ],
  };
}

function withColumns(data: ListeningData, columns: readonly string[]): ListeningData {
  const at = columns.map((column) => data.columns.indexOf(column));
  return {
    ...data,
    columns,
    songs: data.songs.map((song) => ({ ...song, features: at.map((j) => song.features[j]!) })),
  };
}

function isSameSong(song: ListenedSong, other: ListenedSong | undefined): boolean {
  return other?.features.every((value, j) => value === song.features[j]) === true;
}

function some({ columns }: ListeningData): string {
  const shown = columns.slice(0, 3).join(', ');
  return columns.length > 3 ? `${shown} and ${columns.length - 3} more` : shown;
}
