/**
 * Reads DEAM (MediaEval Database for Emotional Analysis of Music; Aljanaki, Yang & Soleymani 2017) in its published
 * layout with the librosa table beside it: annotations averaged per song, annotations of each rater, features.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emotion, PerEmotion } from '../emotions.ts';
import { EMOTIONS, quadrantOf } from '../emotions.ts';

/** One rating of one song by one person. */
export interface DeamRating {
  readonly rater: string;
  readonly songId: number;
  readonly emotion: Emotion;
}

export interface DeamSong {
  readonly songId: number;
  /** In the order of the columns asked for. */
  readonly features: readonly number[];
  /** Means over raters, in [-1, 1]. */
  readonly valence: number;
  readonly arousal: number;
  /** Quadrant of the means. */
  readonly label: Emotion;
  /** Standard deviations over raters, on the same scale. */
  readonly valenceDeviation: number;
  readonly arousalDeviation: number;
}

export interface Deam {
  /** Songs that have both annotations and features, in the table's order. */
  readonly songs: readonly DeamSong[];
  /** Without the degenerate rater; the first of repeated ratings. */
  readonly ratings: readonly DeamRating[];
  /** SHA-256 over the files read, hex. */
  readonly sha256: string;
}

const AVERAGED = ['annotations', 'annotations averaged per song', 'song_level'];
const AVERAGED_FILES = [
  'static_annotations_averaged_songs_1_2000.csv',
  'static_annotations_averaged_songs_2000_2058.csv',
];
const RATINGS = [
  'annotations',
  'annotations per each rater',
  'song_level',
  'static_annotations_songs_1_2000.csv',
];
const FEATURES = ['features_librosa', 'deam_agg_features_librosa.csv'];

/** Gave 99 % of 760 songs one quadrant: no listener. */
const DEGENERATE_RATER = '4eb43aa7';

/** (x - 5) / 4: DEAM's 1-9 scale to [-1, 1]. */
function centred(rating: number): number {
  return (rating - 5) / 4;
}

/** Rows of a comma-separated file without quotes, by header name; DEAM's headers have a space after each comma. */
function readTable(text: string, path: string): ReadonlyMap<string, string>[] {
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (header === undefined) throw new Error(`read ${path}: the file is empty`);
  const names = header.split(',').map((name) => name.trim());
  return lines.map((line) => {
    const cells = line.split(',');
    return new Map(names.map((name, i) => [name, (cells[i] ?? '').trim()]));
  });
}

function numberIn(row: ReadonlyMap<string, string>, column: string, path: string): number {
  const cell = row.get(column);
  const value = Number(cell);
  if (cell === undefined || cell === '' || !Number.isFinite(value)) {
    throw new Error(
      `read ${path}: column ${column} holds ${cell === undefined ? 'nothing' : `"${cell}"`}, not a number`,
    );
  }
  return value;
}

function featuresIn(
  rows: readonly ReadonlyMap<string, string>[],
  columns: readonly string[],
  path: string,
): Map<number, readonly number[]> {
  return new Map(
    rows.map((row) => [numberIn(row, 'song_id', path), columns.map((column) => numberIn(row, column, path))]),
  );
}

/** The librosa table alone, by song: `columns` in the order given. Throws an Error naming file and column. */
export function readFeatureTable(
  folder: string,
  columns: readonly string[],
): ReadonlyMap<number, readonly number[]> {
  const path = join(folder, ...FEATURES);
  return featuresIn(readTable(readFileSync(path, 'utf8'), path), columns, path);
}

/** Reads the folder; throws an Error naming file and column where something is missing. About 2 MB, synchronous. */
export function readDeam(folder: string, featureColumns: readonly string[]): Deam {
  const hash = createHash('sha256');
  function rowsOf(parts: readonly string[]): { rows: ReadonlyMap<string, string>[]; path: string } {
    const path = join(folder, ...parts);
    const text = readFileSync(path, 'utf8');
    hash.update(text);
    return { rows: readTable(text, path), path };
  }

  const table = rowsOf(FEATURES);
  const featuresById = featuresIn(table.rows, featureColumns, table.path);

  const annotated = new Map<number, Omit<DeamSong, 'features'>>();
  for (const file of AVERAGED_FILES) {
    const { rows, path } = rowsOf([...AVERAGED, file]);
    for (const row of rows) {
      const songId = numberIn(row, 'song_id', path);
      const valence = centred(numberIn(row, 'valence_mean', path));
      const arousal = centred(numberIn(row, 'arousal_mean', path));
      annotated.set(songId, {
        songId,
        valence,
        arousal,
        label: quadrantOf(valence, arousal),
        valenceDeviation: numberIn(row, 'valence_std', path) / 4,
        arousalDeviation: numberIn(row, 'arousal_std', path) / 4,
      });
    }
  }

  const raterTable = rowsOf(RATINGS);
  const ratings = new Map<string, DeamRating>();
  for (const row of raterTable.rows) {
    const rater = row.get('workerID') ?? '';
    const songId = numberIn(row, 'SongId', raterTable.path);
    const key = `${rater} ${songId}`;
    if (rater.startsWith(DEGENERATE_RATER) || ratings.has(key)) continue;
    const valence = centred(numberIn(row, 'Valence', raterTable.path));
    const arousal = centred(numberIn(row, 'Arousal', raterTable.path));
    ratings.set(key, { rater, songId, emotion: quadrantOf(valence, arousal) });
  }

  const songs = [...featuresById].flatMap(([songId, features]) => {
    const annotation = annotated.get(songId);
    return annotation === undefined ? [] : [{ ...annotation, features }];
  });
  return { songs, ratings: [...ratings.values()], sha256: hash.digest('hex') };
}

/** Raters of a song that has no ratings of its own in the files (songs 1001 on): DEAM's usual number. */
const USUAL_RATERS = 10;
/** Half a step of the 1-9 scale in [-1, 1]: whole ratings are `> 5` from 5.5 on. */
const HALF_STEP = 0.125;
/** No song is agreed on more closely than half a step. */
const SMALLEST_DEVIATION = 0.125;

/** Standard normal distribution function (Abramowitz & Stegun 26.2.17, error < 7.5e-8). */
function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return x > 0 ? 1 - tail : tail;
}

/** Soft quadrant shares of a song and how many people they rest on. */
export interface SoftShares {
  readonly shares: PerEmotion;
  readonly raters: number;
}

/**
 * Counted from the song's own ratings where there are any; else as if valence and arousal were two independent normals
 * with the published mean and deviation.
 */
export function softShares(song: DeamSong, ratings: readonly DeamRating[]): SoftShares {
  if (ratings.length > 0) {
    const counts = EMOTIONS.map((emotion) => ratings.filter((rating) => rating.emotion === emotion).length);
    const shares = counts.map((count) => count / ratings.length) as unknown as PerEmotion;
    return { shares, raters: ratings.length };
  }
  const above = (mean: number, deviation: number) =>
    normalBelow((mean - HALF_STEP) / Math.max(deviation, SMALLEST_DEVIATION));
  const pleasant = above(song.valence, song.valenceDeviation);
  const active = above(song.arousal, song.arousalDeviation);
  return {
    shares: [
      pleasant * active,
      (1 - pleasant) * active,
      (1 - pleasant) * (1 - active),
      pleasant * (1 - active),
    ],
    raters: USUAL_RATERS,
  };
}
