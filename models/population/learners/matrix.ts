/** The little that learners need of row-major matrices beside their contract. */
import type { Matrix } from './fits.ts';

/** All zeros. */
export function createMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** A view, not a copy. */
export function rowOf({ columns, values }: Matrix, row: number): Float64Array {
  return values.subarray(row * columns, (row + 1) * columns);
}

/** The rows asked for, in that order, copied. */
export function rowsOf(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  const picked = createMatrix(rows.length, matrix.columns);
  for (let at = 0; at < rows.length; at++) {
    picked.values.set(rowOf(matrix, rows[at]!), at * matrix.columns);
  }
  return picked;
}
