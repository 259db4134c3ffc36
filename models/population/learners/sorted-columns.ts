/** Standardised features as trees want them: in single precision, column by column, each column's songs in order. */
import type { Matrix } from './fits.ts';

export interface SortedColumns {
  readonly songs: number;
  readonly columns: number;
  /** [columns, songs] float32, so that ties are those a runtime in single precision sees. */
  readonly values: Float32Array;
  /** [columns, songs] the songs from lowest to highest value; equal ones in the order of the songs. */
  readonly order: Int32Array;
}

/** O(features · songs · log songs), once for all trees. */
export function sortColumns(z: Matrix): SortedColumns {
  const { rows: songs, columns } = z;
  const values = new Float32Array(columns * songs);
  const order = new Int32Array(columns * songs);
  for (let j = 0; j < columns; j++) {
    const column = values.subarray(j * songs, (j + 1) * songs);
    for (let i = 0; i < songs; i++) column[i] = z.values[i * columns + j]!;
    const indices = Int32Array.from({ length: songs }, (_, i) => i);
    order.set(
      indices.sort((a, b) => column[a]! - column[b]! || a - b),
      j * songs,
    );
  }
  return { songs, columns, values, order };
}
