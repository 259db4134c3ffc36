/**
 * From 65 descriptors a frame to 1,040 numbers a song, in the layout of DEAM's openSMILE features: each descriptor
 * and its delta, sd and mean over every half second (260 columns), and the mean, sd, least and greatest of each over
 * the song.
 */
import { DESCRIPTOR_COUNT, DESCRIPTORS } from './descriptors.ts';
import { ANALYSIS_RATE_HZ, HOP_SIZE } from './frame-shape.ts';
import { slopesOf } from './slopes.ts';

/** Changes whenever a number of the 1,040, or their order, could come out differently for the same song. */
export const descriptorVersion = 'amecs-1040/1';

/** Milliseconds of a row of the 260 columns: DEAM's. */
export const ROW_MS = 500;
const ROW_SAMPLES = (ANALYSIS_RATE_HZ * ROW_MS) / 1000;

/** openSMILE's names, in its order: sd before mean, descriptors before their deltas (`_de`). */
const ROW_STATISTICS = ['stddev', 'amean'] as const;
const SONG_STATISTICS = ['mean', 'sd', 'min', 'max'] as const;

/** Names of the 260 columns of a row, such as `mfcc_1_stddev` and `mfcc_1_de_amean`. */
export const rowColumnNames: readonly string[] = ['', '_de'].flatMap((delta) =>
  DESCRIPTORS.flatMap(({ name }) => ROW_STATISTICS.map((statistic) => `${name}${delta}_${statistic}`)),
);

/** Names of the 1,040, such as `mfcc_1_de_amean_max`: each column's four statistics side by side. */
export const descriptorFeatureNames: readonly string[] = rowColumnNames.flatMap((column) =>
  SONG_STATISTICS.map((statistic) => `${column}_${statistic}`),
);

export const ROW_WIDTH = rowColumnNames.length;

/** Half-second rows [rows, 260] of descriptor columns: one row at least when there is a frame. */
export function halfSecondRows(columns: readonly Float64Array[]): Float64Array {
  const frameCount = columns[0]!.length;
  const starts = rowStarts(frameCount);
  const rowCount = starts.length - 1;
  const rows = new Float64Array(rowCount * ROW_WIDTH);
  for (let d = 0; d < DESCRIPTOR_COUNT; d++) {
    const values = columns[d]!;
    summarise(values, starts, rows, ROW_STATISTICS.length * d);
    summarise(slopesOf(values, 1), starts, rows, ROW_STATISTICS.length * (DESCRIPTOR_COUNT + d));
  }
  return rows;
}

/** The 1,040 in the order of `descriptorFeatureNames`, of rows [rows, 260]; finite, and 0 without any row. */
export function songFunctionals(rows: Float64Array): Float32Array {
  const rowCount = rows.length / ROW_WIDTH;
  const functionals = new Float32Array(descriptorFeatureNames.length);
  if (rowCount === 0) return functionals;
  for (let column = 0; column < ROW_WIDTH; column++) {
    let sum = 0;
    let least = Infinity;
    let greatest = -Infinity;
    for (let row = 0; row < rowCount; row++) {
      const value = rows[row * ROW_WIDTH + column]!;
      sum += value;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    const mean = sum / rowCount;
    let squares = 0;
    for (let row = 0; row < rowCount; row++) {
      const apart = rows[row * ROW_WIDTH + column]! - mean;
      squares += apart * apart;
    }
    const at = SONG_STATISTICS.length * column;
    functionals[at] = mean;
    functionals[at + 1] = Math.sqrt(squares / rowCount);
    functionals[at + 2] = least;
    functionals[at + 3] = greatest;
  }
  return functionals;
}

/**
 * First frame of each row, and the end: a frame belongs to the half second its centre lies in, 21 or 22 to a row. A
 * last row of less than half its frames would have no sd worth the name and is left out, unless it is the only one.
 */
function rowStarts(frameCount: number): Int32Array {
  const rowCount = Math.max(1, Math.round((frameCount * HOP_SIZE) / ROW_SAMPLES));
  const starts = Int32Array.from({ length: rowCount + 1 }, (_, row) =>
    Math.min(frameCount, Math.ceil((row * ROW_SAMPLES) / HOP_SIZE)),
  );
  return starts;
}

/** Sd and mean of each row's frames into columns `at` and `at + 1`. */
function summarise(values: Float64Array, starts: Int32Array, rows: Float64Array, at: number): void {
  for (let row = 0; row < starts.length - 1; row++) {
    const start = starts[row]!;
    const end = starts[row + 1]!;
    let sum = 0;
    for (let i = start; i < end; i++) sum += values[i]!;
    const mean = sum / (end - start);
    let squares = 0;
    for (let i = start; i < end; i++) {
      const apart = values[i]! - mean;
      squares += apart * apart;
    }
    rows[row * ROW_WIDTH + at] = Math.sqrt(squares / (end - start));
    rows[row * ROW_WIDTH + at + 1] = mean;
  }
}
