/** Reads a table of song features: one row a song, its id in one column, numbers in others. */
import {
  type CsvTable,
  findColumn,
  nameAt,
  notANumber,
  numberAt,
  parseCsv,
  type TableFault,
} from './csv-table.ts';

/** What a song's id is called in tables of music data sets; the first column where none of these is there. */
export const SONG_COLUMNS = [
  'song',
  'song id',
  'track',
  'track id',
  'music id',
  'clip',
  'stimulus',
  'item',
  'id',
];

export interface FeatureTable {
  readonly columns: readonly string[];
  /** By song, in the table's order; values in the order of `columns`. */
  readonly features: ReadonlyMap<string, readonly number[]>;
}

/**
 * The features in `text`: the `columns` asked for, else every column that holds a number at all (so that titles and
 * genres may stand beside them). `path` is only for the faults, which are added to `faults`.
 */
export function parseFeatureTable(
  text: string,
  path: string,
  faults: TableFault[],
  columns?: readonly string[],
): FeatureTable {
  const table = parseCsv(text, path, faults);
  const songColumn = Math.max(0, findColumn(table, SONG_COLUMNS));
  const chosen = columns ?? numericColumns(table, songColumn);
  const places = chosen.map((name) => placeOf(table, name, faults));
  if (chosen.length === 0 && columns === undefined && table.rows.length > 0) {
    faults.push({ path, what: 'no column beside the song’s id holds numbers' });
  }
  const features = new Map<string, readonly number[]>();
  for (const row of table.rows) {
    const songId = nameAt(row, songColumn);
    const place = { path, line: row.line, column: table.columns[songColumn]! };
    if (songId === '') faults.push({ ...place, what: 'is empty, the song’s id is needed' });
    else if (features.has(songId)) faults.push({ ...place, what: `song ${songId} has a row already` });
    const values = places.map((at, i) => {
      if (at < 0) return Number.NaN;
      const value = numberAt(table, row, at);
      if (value === undefined) {
        faults.push({ path, line: row.line, column: chosen[i]!, what: notANumber(row, at) });
      }
      return value ?? Number.NaN;
    });
    features.set(songId, values);
  }
  return { columns: chosen, features };
}

function placeOf(table: CsvTable, name: string, faults: TableFault[]): number {
  const at = table.columns.indexOf(name);
  if (at < 0 && table.columns.length > 0) {
    faults.push({ path: table.path, column: name, what: 'there is no such column' });
  }
  return at;
}

function numericColumns(table: CsvTable, songColumn: number): string[] {
  return table.columns.filter(
    (_, at) => at !== songColumn && table.rows.some((row) => numberAt(table, row, at) !== undefined),
  );
}
