/**
 * Lays what the ears hear in DEAM's own clips beside the librosa table the population model learnt from, column by
 * column, and says whether it is as close as it has been shown to be possible. Pure.
 */
import { meanAndSdOf } from '../features/statistics.ts';

/**
 * The greatest error a column may have over the ten clips: relative, and, where a column lies near zero or hardly
 * varies, in its standard deviations over the table's songs. Reached by a numpy recomputation of the clips, but for
 * chroma, which it left without a tuning estimate. "1.0 %" is 1.05 %: zcr_std of song 8 is 1.02 % off, and by as much
 * when computed plainly by librosa's definition.
 */
export interface ColumnBound {
  readonly relative: number;
  readonly deviations: number;
}

const bound = (relative: number, deviations = 1): ColumnBound => ({ relative, deviations });

/** By column of `POPULATION_FEATURE_NAMES`. */
export const COLUMN_BOUNDS: Readonly<Record<string, ColumnBound>> = {
  chroma_stft_mean: bound(0.003, 0.02),
  chroma_stft_std: bound(0.003, 0.07),
  melspectrogram_mean: bound(0.0105),
  melspectrogram_std: bound(0.0105),
  mfcc_mean: bound(Infinity, 0.04),
  mfcc_std: bound(0.006),
  mfcc_delta_mean: bound(Infinity, 0.14),
  mfcc_delta_std: bound(0.006),
  centroid_mean: bound(0.0105),
  centroid_std: bound(0.0105),
  spec_bw_mean: bound(0.0105),
  spec_bw_std: bound(0.0105),
  contrast_mean: bound(0.028, 0.13),
  contrast_std: bound(0.047, 0.31),
  flatness_mean: bound(0.028),
  flatness_std: bound(0.006),
  rolloff_mean: bound(0.0105),
  rolloff_std: bound(0.0105),
  zcr_mean: bound(0.0105),
  zcr_std: bound(0.0105),
};

/** One clip's value of one column. */
export interface CellComparison {
  readonly songId: string;
  readonly table: number;
  readonly heard: number;
  /** |heard - table| / |table|. */
  readonly relative: number;
  /** |heard - table| in standard deviations of the column over the table. */
  readonly deviations: number;
}

export interface ColumnComparison {
  readonly name: string;
  /** In the order of the songs heard. */
  readonly cells: readonly CellComparison[];
  /** The greatest over the cells. */
  readonly relative: number;
  readonly deviations: number;
  readonly bound: ColumnBound;
  readonly isWithin: boolean;
}

/**
 * One comparison a column. `table` and `heard`: by song, in the order of `names`; every song heard must be in the
 * table. `bounds` may replace some of `COLUMN_BOUNDS`. @throws RangeError where a song or a bound is missing.
 */
export function compareWithTable(
  names: readonly string[],
  table: ReadonlyMap<string, readonly number[]>,
  heard: ReadonlyMap<string, ArrayLike<number>>,
  bounds: Readonly<Record<string, ColumnBound>> = {},
): readonly ColumnComparison[] {
  return names.map((name, at) => {
    const columnBound = bounds[name] ?? COLUMN_BOUNDS[name];
    if (columnBound === undefined) throw new RangeError(`compare: no bound is known for ${name}`);
    const { sd } = meanAndSdOf(Float64Array.from(table.values(), (row) => row[at]!));
    const cells = [...heard].map(([songId, features]): CellComparison => {
      const row = table.get(songId);
      if (row === undefined) throw new RangeError(`compare: song ${songId} is not in the table`);
      const gap = Math.abs(features[at]! - row[at]!);
      return {
        songId,
        table: row[at]!,
        heard: features[at]!,
        relative: gap / Math.abs(row[at]!),
        deviations: gap / sd,
      };
    });
    const relative = Math.max(...cells.map((cell) => cell.relative));
    const deviations = Math.max(...cells.map((cell) => cell.deviations));
    const isWithin = relative <= columnBound.relative && deviations <= columnBound.deviations;
    return { name, cells, relative, deviations, bound: columnBound, isWithin };
  });
}
