/**
 * Reads anybody's listener data: a table of ratings (who, which song, valence and arousal or the emotion) and a table
 * of features (song, numbers). Lenient about names, case and separators; strict about what the cells hold.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { EMOTIONS, type Emotion, quadrantOf } from '../emotions.ts';
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
import { parseFeatureTable, SONG_COLUMNS } from './feature-table.ts';
import type { Rating } from './listening-data.ts';
import { type RatedListening, separateRepeats } from './repeated-ratings.ts';

/** The ends of the scale people rated on; its middle counts as low, as on DEAM's 1-9. */
export interface RatingScale {
  readonly lowest: number;
  readonly highest: number;
}

/** The scale of DEAM, and of most studies with the Self-Assessment Manikin (Bradley & Lang 1994). */
export const USUAL_SCALE: RatingScale = { lowest: 1, highest: 9 };

export interface ListeningFiles {
  /** Paths of the two tables. */
  readonly ratings: string;
  readonly features: string;
  /** For reports; the name of the ratings file where not given. */
  readonly name?: string;
  /** Of valence and arousal; 1 to 9 where not given. */
  readonly scale?: RatingScale;
  /** Which features, in which order; every column of numbers where not given. */
  readonly columns?: readonly string[];
}

const RATER_COLUMNS = [
  'rater',
  'rater id',
  'worker',
  'worker id',
  'participant',
  'participant id',
  'subject',
  'subject id',
  'user',
  'user id',
  'listener',
  'listener id',
  'annotator',
  'person',
];
const VALENCE_COLUMNS = ['valence', 'pleasure', 'pleasantness', 'v'];
const AROUSAL_COLUMNS = ['arousal', 'activation', 'energy', 'a'];
const EMOTION_COLUMNS = ['emotion', 'quadrant', 'label', 'class'];

/** A scale such as `1..9`, `1-9` or `-1..1`; undefined for anything else. */
export function parseScale(text: string): RatingScale | undefined {
  const ends = /^\s*(-?[\d.]+)\s*(?:\.\.|-|:|to)\s*(-?[\d.]+?)\s*$/.exec(text);
  const [lowest, highest] = [Number(ends?.[1]), Number(ends?.[2])];
  return lowest < highest ? { lowest, highest } : undefined;
}

/**
 * Reads both files. Songs are those with features that somebody rated, in the order of the feature table; ratings of
 * other songs are left out. @throws TableFaultsError with every fault of both files.
 */
export function readListeningFiles(files: ListeningFiles): RatedListening {
  const faults: TableFault[] = [];
  const ratingsText = readText(files.ratings);
  const featuresText = readText(files.features);
  const rated = ratingsIn(parseCsv(ratingsText, files.ratings, faults), files.scale ?? USUAL_SCALE, faults);
  const { columns, features } = parseFeatureTable(featuresText, files.features, faults, files.columns);
  const isRated = new Set(rated.map(({ songId }) => songId));
  const songs = [...features].flatMap(([songId, values]) =>
    isRated.has(songId) ? [{ songId, features: values }] : [],
  );
  if (faults.length === 0 && songs.length === 0) {
    faults.push({ path: files.features, what: `none of its songs is rated in ${files.ratings}` });
  }
  refuseFaults(faults);
  return {
    name: files.name ?? basename(files.ratings).replace(/\.[^.]+$/, ''),
    columns,
    songs,
    ...separateRepeats(rated.filter(({ songId }) => features.has(songId))),
    sha256: createHash('sha256').update(ratingsText).update(featuresText).digest('hex'),
  };
}

function ratingsIn(table: CsvTable, scale: RatingScale, faults: TableFault[]): Rating[] {
  const rater = findColumn(table, RATER_COLUMNS);
  const song = findColumn(table, SONG_COLUMNS);
  const valence = findColumn(table, VALENCE_COLUMNS);
  const arousal = findColumn(table, AROUSAL_COLUMNS);
  const emotion = findColumn(table, EMOTION_COLUMNS);
  const isOnPlane = valence >= 0 && arousal >= 0;
  const missing = [
    ...(rater < 0 ? ['rater'] : []),
    ...(song < 0 ? ['song'] : []),
    ...(isOnPlane || emotion >= 0 ? [] : ['valence and arousal, or emotion']),
  ];
  if (missing.length > 0) {
    const what = `no column is called ${missing.join(', nor one ')}; it has ${table.columns.join(', ')}`;
    if (table.columns.length > 0) faults.push({ path: table.path, what });
    return [];
  }
  return table.rows.flatMap((row) => {
    const names = { rater: nameAt(row, rater), songId: nameAt(row, song) };
    for (const [at, name] of [
      [rater, names.rater],
      [song, names.songId],
    ] as const) {
      if (name === '') {
        faults.push({ path: table.path, line: row.line, column: table.columns[at]!, what: 'is empty' });
      }
    }
    const heard = isOnPlane
      ? planeRating(table, row, [valence, arousal], scale, faults)
      : emotionRating(table, row, emotion, faults);
    return heard === undefined ? [] : [{ ...names, ...heard }];
  });
}

function planeRating(
  table: CsvTable,
  row: CsvRow,
  columns: readonly [valence: number, arousal: number],
  { lowest, highest }: RatingScale,
  faults: TableFault[],
): Pick<Rating, 'emotion' | 'valence' | 'arousal'> | undefined {
  const [valence, arousal] = columns.map((at) => {
    const value = numberAt(table, row, at);
    const place = { path: table.path, line: row.line, column: table.columns[at]! };
    if (value === undefined) faults.push({ ...place, what: notANumber(row, at) });
    else if (value < lowest || value > highest) {
      faults.push({ ...place, what: `${value} is not on the scale from ${lowest} to ${highest}` });
    } else return (2 * value - lowest - highest) / (highest - lowest);
    return undefined;
  });
  if (valence === undefined || arousal === undefined) return undefined;
  return { emotion: quadrantOf(valence, arousal), valence, arousal };
}

function emotionRating(
  table: CsvTable,
  row: CsvRow,
  column: number,
  faults: TableFault[],
): Pick<Rating, 'emotion'> | undefined {
  const emotion = emotionFrom(row.cells[column] ?? '');
  if (emotion !== undefined) return { emotion };
  const what = `"${row.cells[column] ?? ''}" is none of ${EMOTIONS.join(', ')} or Q1 to Q4`;
  faults.push({ path: table.path, line: row.line, column: table.columns[column]!, what });
  return undefined;
}

/** An emotion by its name or its quadrant, `Q1` to `Q4`, in any case. */
function emotionFrom(cell: string): Emotion | undefined {
  const word = cell.toLowerCase();
  return EMOTIONS.find((emotion, at) => word === emotion || word === `q${at + 1}`);
}
