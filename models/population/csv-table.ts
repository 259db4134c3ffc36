/**
 * Reads tables as people and programs save them: comma, semicolon or tab, quotes, a byte-order mark, any line ends.
 * What is wrong is gathered with file, line and column, and told all at once: nobody repairs a table row by row.
 */
import { readFileSync } from 'node:fs';

export interface CsvRow {
  /** Where it begins in the file; the header is line 1. */
  readonly line: number;
  /** Trimmed. */
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly path: string;
  /** Trimmed, as written. */
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  /** Where the comma does not separate cells it may be a decimal point. */
  readonly hasDecimalCommas: boolean;
}

/** One thing wrong with a table. */
export interface TableFault {
  readonly path: string;
  readonly line?: number;
  readonly column?: string;
  /** Such as `"loud" is not a number`. */
  readonly what: string;
}

/** As many faults as a person reads; the rest is counted. */
const MOST_TOLD = 20;

/** Everything wrong with the tables that were read, in one message. */
export class TableFaultsError extends Error {
  override readonly name = 'TableFaultsError';
  readonly faults: readonly TableFault[];

  constructor(faults: readonly TableFault[]) {
    const told = faults.slice(0, MOST_TOLD).map(({ path, line, column, what }) => {
      const place = [
        ...(line === undefined ? [] : [`line ${line}`]),
        ...(column ? [`column ${column}`] : []),
      ];
      return `${[path, ...place].join(', ')}: ${what}`;
    });
    const more = faults.length - told.length;
    super([...told, ...(more > 0 ? [`and ${more} more faults`] : [])].join('\n'));
    this.faults = faults;
  }
}

/** Stops with a `TableFaultsError` if there is any fault. */
export function refuseFaults(faults: readonly TableFault[]): void {
  if (faults.length > 0) throw new TableFaultsError(faults);
}

/** The text of a file. @throws TableFaultsError where it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new TableFaultsError([
      { path, what: code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})` },
    ]);
  }
}

/** The table in `text`; rows with more cells than columns, and an empty file, are faults. `path` is only for these. */
export function parseCsv(text: string, path: string, faults: TableFault[]): CsvTable {
  const plain = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(plain);
  const [header, ...rows] = splitRows(plain, separator);
  if (header === undefined) {
    faults.push({ path, what: 'the file is empty' });
    return { path, columns: [], rows: [], hasDecimalCommas: false };
  }
  for (const { line, cells } of rows) {
    if (cells.length > header.cells.length) {
      const what = `${cells.length} cells, but the header names ${header.cells.length} columns`;
      faults.push({ path, line, what });
    }
  }
  return { path, columns: header.cells, rows, hasDecimalCommas: separator !== ',' };
}

/** Whichever of the three stands most often in the header. */
function separatorOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text.trimStart())![0];
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: header.split(mark).length }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).mark;
}

/** Rows that hold anything; a quoted cell may hold separators, line ends and doubled quotes (RFC 4180). */
function splitRows(text: string, separator: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  let rowLine = 1;
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  function endCell(): void {
    cells.push(cell.trim());
    cell = '';
  }
  function endRow(): void {
    endCell();
    if (cells.some((value) => value !== '')) rows.push({ line: rowLine, cells });
    cells = [];
    rowLine = line;
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\n') line++;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[at++]!;
      else isQuoted = false;
    } else if (character === '"' && cell.trim() === '') {
      isQuoted = true;
      cell = '';
    } else if (character === separator) endCell();
    else if (character === '\n') endRow();
    else cell += character;
  }
  endRow();
  return rows;
}

/** Where a column of one of these names stands; case, spaces and punctuation do not count. -1 where there is none. */
export function findColumn(table: CsvTable, names: readonly string[]): number {
  const bare = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const wanted = new Set(names.map(bare));
  return table.columns.findIndex((column) => wanted.has(bare(column)));
}

/** The cell as a finite number, undefined where it is none. */
export function numberAt(table: CsvTable, row: CsvRow, column: number): number | undefined {
  const cell = row.cells[column] ?? '';
  const value = Number(table.hasDecimalCommas ? cell.replace(',', '.') : cell);
  return cell !== '' && Number.isFinite(value) ? value : undefined;
}

/** What to say of a cell that is no number. */
export function notANumber(row: CsvRow, column: number): string {
  const cell = row.cells[column] ?? '';
  return cell === '' ? 'is empty, a number is needed' : `"${cell}" is not a number`;
}

/** The song or person a cell names; `12.0`, as some programs write whole numbers, is `12`. */
export function nameAt(row: CsvRow, column: number): string {
  return (row.cells[column] ?? '').replace(/^(\d+)\.0+$/, '$1');
}
