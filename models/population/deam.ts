/**
 * Reads DEAM (MediaEval Database for Emotional Analysis of Music; Aljanaki, Yang & Soleymani 2017) in its published
 * layout with the librosa table beside it: annotations averaged per song, annotations of each rater, features.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { quadrantOf } from '../emotions.ts';
import {
  type CsvRow,
  type CsvTable,
  findColumn,
  nameAt,
  notANumber,
  numberAt,
  parseCsv,
  readText,
  refuseFaults,
  type TableFault,
} from './csv-table.ts';
import { type FeatureTable, parseFeatureTable } from './feature-table.ts';
import type { AveragedRatings, ListenedSong, Rating } from './listening-data.ts';
import { type RatedListening, separateRepeats } from './repeated-ratings.ts';

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
const FEATURES = 'features_librosa';
/** The 38 aggregates of 1,737 songs. */
const AGGREGATES = 'deam_agg_features_librosa.csv';

/** Gave 99 % of 760 songs one quadrant: no listener. */
const DEGENERATE_RATER = '4eb43aa7';

/** (x - 5) / 4: DEAM's 1-9 scale to [-1, 1]. */
function centred(rating: number): number {
  return (rating - 5) / 4;
}

/** The librosa table alone: the columns given, in their order, else all. @throws TableFaultsError */
export function readFeatureTable(folder: string, columns?: readonly string[]): FeatureTable {
  const path = join(folder, FEATURES, AGGREGATES);
  const faults: TableFault[] = [];
  const table = parseFeatureTable(readText(path), path, faults, columns);
  refuseFaults(faults);
  return table;
}

/** Where a song's features come from when not from the librosa table: such as heard by the box's own ears. */
export interface HeardFeatures extends FeatureTable {
  /** Of the audio and the ears, for the data's hash. */
  readonly sha256: string;
}

export interface DeamOptions {
  /** Instead of the aggregates of the librosa table. */
  readonly heard?: HeardFeatures;
  /** Other tables of the features folder, such as the per-coefficient ones; a song is taken from the first that has it. */
  readonly tables?: readonly string[];
}

/**
 * Reads the folder. Songs are those with both features and averaged annotations, in the table's order; the degenerate
 * rater is left out. `columns`: which features, in which order; all where not given. About 2 MB, synchronous.
 * @throws TableFaultsError with every fault of every file.
 */
export function readDeam(
  folder: string,
  columns?: readonly string[],
  { heard, tables = [AGGREGATES] }: DeamOptions = {},
): RatedListening {
  const hash = createHash('sha256');
  const faults: TableFault[] = [];
  const read = (...parts: readonly string[]): { text: string; path: string } => {
    const path = join(folder, ...parts);
    const text = readText(path);
    hash.update(text);
    return { text, path };
  };

  let table: FeatureTable | undefined = heard;
  if (heard !== undefined) hash.update(heard.sha256);
  else {
    for (const name of tables) {
      const { text, path } = read(FEATURES, name);
      const next: FeatureTable = parseFeatureTable(text, path, faults, table?.columns ?? columns);
      table = { columns: next.columns, features: new Map([...next.features, ...(table?.features ?? [])]) };
    }
  }
  const { columns: chosen, features } = table!;

  const averagedById = new Map<string, AveragedRatings>();
  for (const file of AVERAGED_FILES) {
    const { text, path } = read(...AVERAGED, file);
    for (const [songId, averaged] of averagedIn(parseCsv(text, path, faults), faults)) {
      averagedById.set(songId, averaged);
    }
  }
  const { text, path } = read(...RATINGS);
  const ratings = ratingsIn(parseCsv(text, path, faults), faults);
  refuseFaults(faults);

  const songs = [...features].flatMap(([songId, values]): ListenedSong[] => {
    const averaged = averagedById.get(songId);
    return averaged === undefined ? [] : [{ songId, features: values, averaged }];
  });
  const hasFeatures = new Set(songs.map(({ songId }) => songId));
  const listeners = ratings.filter(
    ({ rater, songId }) => hasFeatures.has(songId) && !rater.startsWith(DEGENERATE_RATER),
  );
  return { name: 'DEAM', columns: chosen, songs, ...separateRepeats(listeners), sha256: hash.digest('hex') };
}

/** Gives each row's number of a column, adding a fault where it has none. */
function columnReader(table: CsvTable, faults: TableFault[]): (row: CsvRow, name: string) => number {
  const missing = new Set<string>();
  return (row, name) => {
    const at = findColumn(table, [name]);
    const value = numberAt(table, row, at);
    if (at < 0 && !missing.has(name)) {
      missing.add(name);
      faults.push({ path: table.path, column: name, what: 'there is no such column' });
    }
    if (at >= 0 && value === undefined) {
      faults.push({ path: table.path, line: row.line, column: name, what: notANumber(row, at) });
    }
    return value ?? Number.NaN;
  };
}

function averagedIn(table: CsvTable, faults: TableFault[]): Map<string, AveragedRatings> {
  const numberOf = columnReader(table, faults);
  return new Map(
    table.rows.map((row) => [
      String(numberOf(row, 'song_id')),
      {
        valence: centred(numberOf(row, 'valence_mean')),
        arousal: centred(numberOf(row, 'arousal_mean')),
        valenceDeviation: numberOf(row, 'valence_std') / 4,
        arousalDeviation: numberOf(row, 'arousal_std') / 4,
      },
    ]),
  );
}

function ratingsIn(table: CsvTable, faults: TableFault[]): Rating[] {
  const numberOf = columnReader(table, faults);
  const raterColumn = findColumn(table, ['workerID']);
  if (raterColumn < 0) faults.push({ path: table.path, column: 'workerID', what: 'there is no such column' });
  return table.rows.map((row) => {
    const valence = centred(numberOf(row, 'Valence'));
    const arousal = centred(numberOf(row, 'Arousal'));
    const songId = String(numberOf(row, 'SongId'));
    return {
      rater: nameAt(row, raterColumn),
      songId,
      emotion: quadrantOf(valence, arousal),
      valence,
      arousal,
    };
  });
}
