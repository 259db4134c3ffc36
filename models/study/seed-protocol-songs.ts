/**
 * The songs and the "children" of the seed's own protocol: every song labelled by the quadrant of its averaged ratings,
 * 80 % to learn from and 20 % to be tested on, and children who are 60 % of the former with features slightly rescaled.
 */
import { EMOTIONS, type Emotion, quadrantOf } from '../emotions.ts';
import type { Matrix } from '../population/learners/fits.ts';
import { rowOf } from '../population/learners/matrix.ts';
import { drawnNormal } from '../population/learners/seeded-random.ts';
import type { ListenedSong, ListeningData } from '../population/listening-data.ts';
import { fitStandardiser, standardise } from '../population/standardiser.ts';
import { randomAt, shuffled } from './named-random.ts';
import type { LabelledSong } from './press-run.ts';

const TEST_SHARE = 0.2;
/** Of fewer an emotion could hardly be both learnt and tested. */
const FEWEST_SONGS = 2 * EMOTIONS.length;
/** Of the songs to learn from, those one child hears. */
const CHILD_SHARE = 0.6;
/** Deviation of the factor, around 1, by which a child's feature differs. */
const PERCEPTION_DEVIATION = 0.1;

/** Songs in one order with what stands in the same order. */
export interface SeedSongs {
  readonly songs: readonly LabelledSong[];
  /** [songs, features], standardised by the songs to learn from. */
  readonly z: Matrix;
}

export interface SeedSplit {
  readonly training: SeedSongs;
  readonly tests: SeedSongs;
}

/** Why there is no seed's protocol of these data; undefined where there is one. */
export function seedProtocolRefusal(data: ListeningData): string | undefined {
  const { length } = labelledSongs(data);
  if (length >= FEWEST_SONGS) return undefined;
  return `${length} songs of ${data.name} have averaged ratings; it takes songs with averages, ${FEWEST_SONGS} at least`;
}

/** Songs with averaged ratings, dealt class by class so that both parts hold as much of each emotion. */
export function splitSongs(data: ListeningData, seed: number): SeedSplit {
  const refusal = seedProtocolRefusal(data);
  if (refusal !== undefined) throw new RangeError(`seed's protocol: ${refusal}`);
  const labelled = labelledSongs(data);
  const random = randomAt(seed, 'seedProtocol', 'split');
  const parts = EMOTIONS.map((emotion) => {
    const own = shuffled(
      labelled.filter((each) => each.emotion === emotion),
      random,
    );
    const count = Math.round(TEST_SHARE * own.length);
    return { tests: own.slice(0, count), training: own.slice(count) };
  });
  const training = shuffled(
    parts.flatMap((part) => part.training),
    random,
  );
  const tests = parts.flatMap((part) => part.tests);
  const standardiser = fitStandardiser(training.map(({ song }) => song.features));
  const asSongs = (part: readonly { song: ListenedSong; emotion: Emotion }[]): SeedSongs => ({
    songs: part.map(({ song: { songId }, emotion }) => ({ songId, emotion })),
    z: standardise(
      standardiser,
      part.map(({ song }) => song.features),
    ),
  });
  return { training: asSongs(training), tests: asSongs(tests) };
}

function labelledSongs({ songs }: ListeningData): readonly { song: ListenedSong; emotion: Emotion }[] {
  return songs.flatMap((song) => {
    const { averaged } = song;
    return averaged === undefined ? [] : [{ song, emotion: quadrantOf(averaged.valence, averaged.arousal) }];
  });
}

export interface SeedChild {
  /** Rows of the training songs, in the order in which they are pressed. */
  readonly rows: readonly number[];
  /** [features] what each of its songs' features is multiplied by. */
  readonly factors: Float64Array;
}

/** The child of this number; the same for every seed and set of songs. */
export function seedChild({ songs, z }: SeedSongs, seed: number, child: string): SeedChild {
  const random = randomAt(seed, 'seedProtocol', 'child', child);
  const rows = shuffled(
    songs.map((_, row) => row),
    random,
  ).slice(0, Math.floor(CHILD_SHARE * songs.length));
  return {
    rows,
    factors: Float64Array.from({ length: z.columns }, () => 1 + PERCEPTION_DEVIATION * drawnNormal(random)),
  };
}

/** The song's features as this child's. */
export function perceived(z: Matrix, row: number, factors: Float64Array): Float64Array {
  return rowOf(z, row).map((value, column) => value * factors[column]!);
}
