/** What a child's forest is trained on: which songs, in which order, and by which emotion each is known. */
import { CLASS_COUNT } from './embedding.ts';
import { type Forest, forestInputs } from './forest-votes.ts';
import type { HeardSongs } from './heard-songs.ts';

/** One row a song; several where it was called several things equally often. */
export interface ForestRows {
  /** Distinct songs among the rows. */
  readonly songs: number;
  /** [rows][inputs], see `forestInputs`. */
  readonly inputs: readonly Float64Array[];
  /** [rows] index of the emotion in `EMOTIONS`. */
  readonly labels: readonly number[];
}

/** Trains a forest: a pure function of rows and seed. Undefined where it failed, which is told elsewhere. */
export type ForestTrainer = (rows: ForestRows, seed: number) => Forest | undefined;

/** A song's features, or undefined where it has none a forest can read. */
export type FeaturesOf = (songId: string) => ArrayLike<number> | undefined;

/** Training time grows with the square of the songs: 500 take 2 s on a desktop. Those met last are kept. */
export const MOST_FOREST_SONGS = 500;

/**
 * The rows of these songs, each under what it was called most often: a slip of the hand among several presses of one
 * song is outvoted, and a song pressed every day counts no more than another. Sorted by song, so the order of presses
 * does not matter. Songs without features, or with another number of them than the song met last, are left out.
 */
export function forestRows(songs: HeardSongs, featuresOf: FeaturesOf): ForestRows {
  const known = songs.ids
    .map((songId, row) => ({ songId, row, features: featuresOf(songId) }))
    .filter((song): song is typeof song & { features: ArrayLike<number> } => song.features !== undefined);
  const width = known.at(-1)?.features.length;
  const kept = known.filter(({ features }) => features.length === width).slice(-MOST_FOREST_SONGS);
  kept.sort((a, b) => (a.songId < b.songId ? -1 : 1));
  const inputs: Float64Array[] = [];
  const labels: number[] = [];
  for (const { row, features } of kept) {
    const embedding = songs.embeddings.subarray(row * songs.width, (row + 1) * songs.width);
    const counts = songs.counts.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT);
    const most = Math.max(...counts);
    for (let k = 0; k < CLASS_COUNT; k++) {
      if (counts[k] !== most) continue;
      inputs.push(forestInputs(features, embedding));
      labels.push(k);
    }
  }
  return { songs: kept.length, inputs, labels };
}
