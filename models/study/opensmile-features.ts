/**
 * Reads DEAM's official features: one CSV a song, named after its id, with 260 openSMILE columns (ComParE 2013 low-level
 * descriptors, mean and deviation of each half second), semicolons between. A song becomes 1,040 numbers: of each column
 * its mean, deviation, least and greatest over the song, as the seed did it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readText, refuseFaults, type TableFault } from '../population/csv-table.ts';
import type { HeardFeatures } from '../population/deam.ts';

/** The clock of the rows: no feature. */
const TIME_COLUMN = 'frameTime';
/** Of each column over the rows of a song, in this order. */
export const FUNCTIONALS = ['mean', 'std', 'min', 'max'] as const;

/** Where the official archive unpacks to, beside `annotations`; some unpack it into a folder of its own. */
const FOLDERS = [['features'], ['features', 'features']];

/** The folder of the openSMILE files below DEAM's folder; undefined where a researcher does not have them. */
export function findOpenSmileFolder(deam: string): string | undefined {
  return FOLDERS.map((parts) => join(deam, ...parts)).find(
    (folder) => existsSync(folder) && songFiles(folder).length > 0,
  );
}

/** "12.csv", by number. */
function songFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d+\.csv$/.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/**
 * All songs of the folder. Columns are `<openSMILE name>_<functional>`; a number missing or infinite in the whole of a song
 * becomes the mean over the other songs. 300 MB in some 20 s for all of DEAM; `onProgress` hears the share done.
 * @throws TableFaultsError naming every file whose columns differ or whose cells are no numbers.
 */
export function readOpenSmileFeatures(folder: string, onProgress?: (share: number) => void): HeardFeatures {
  const hash = createHash('sha256');
  const faults: TableFault[] = [];
  const songs = new Map<string, number[]>();
  let names: readonly string[] | undefined;
  const files = songFiles(folder);
  for (const [at, file] of files.entries()) {
    const path = join(folder, file);
    const text = readText(path);
    hash.update(file).update(text);
    const song = songFunctionals(text, path, faults);
    names ??= song?.names;
    if (song !== undefined && names!.join() !== song.names.join()) {
      faults.push({ path, line: 1, what: `its columns are not those of ${files[0]}` });
    } else if (song !== undefined) songs.set(basename(file, '.csv'), song.values);
    onProgress?.((at + 1) / files.length);
  }
  if (files.length === 0)
    faults.push({ path: folder, what: 'holds no file named after a song, such as 12.csv' });
  refuseFaults(faults);
  fillGaps([...songs.values()]);
  return {
    columns: names!.flatMap((name) => FUNCTIONALS.map((functional) => `${name}_${functional}`)),
    features: songs,
    sha256: hash.digest('hex'),
  };
}

/** Of one song: the columns' names, and for each the functionals; NaN where no row has a number. */
function songFunctionals(
  text: string,
  path: string,
  faults: TableFault[],
): { readonly names: readonly string[]; readonly values: number[] } | undefined {
  const [header, ...rows] = text.split(/\r?\n/).filter((line) => line !== '');
  const columns = (header ?? '').split(';').map((name) => name.trim());
  if (columns[0] !== TIME_COLUMN || columns.length < 2 || rows.length === 0) {
    faults.push({
      path,
      line: 1,
      what: `${TIME_COLUMN} and features with semicolons between, and rows below, are expected`,
    });
    return undefined;
  }
  const names = columns.slice(1);
  const sums = names.map(createFunctionals);
  for (const [at, row] of rows.entries()) {
    const cells = row.split(';');
    if (cells.length !== columns.length) {
      faults.push({
        path,
        line: at + 2,
        what: `${cells.length} cells, but the header names ${columns.length}`,
      });
      return undefined;
    }
    for (const [column, sum] of sums.entries())
      sum.add(Number(cells[column + 1] === '' ? Number.NaN : cells[column + 1]));
  }
  return { names, values: sums.flatMap((sum) => sum.values()) };
}

/** Running functionals of one column (Welford 1962); what is no finite number is passed over. */
function createFunctionals(): { add(value: number): void; values(): number[] } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  return {
    add(value) {
      if (!Number.isFinite(value)) return;
      count++;
      const distance = value - mean;
      mean += distance / count;
      squares += distance * (value - mean);
      if (value < least) least = value;
      if (value > most) most = value;
    },
    values() {
      if (count === 0) return FUNCTIONALS.map(() => Number.NaN);
      return [mean, count > 1 ? Math.sqrt(squares / (count - 1)) : 0, least, most];
    },
  };
}

function fillGaps(songs: readonly number[][]): void {
  const columns = songs[0]?.length ?? 0;
  for (let column = 0; column < columns; column++) {
    const known = songs.map((values) => values[column]!).filter(Number.isFinite);
    if (known.length === songs.length) continue;
    const mean = known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
    for (const values of songs) if (!Number.isFinite(values[column]!)) values[column] = mean;
  }
}
