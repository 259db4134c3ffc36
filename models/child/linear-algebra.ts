/**
 * Small dense kernels for symmetric positive definite matrices: Cholesky, triangular solves, inverse, products.
 * Matrices are row-major Float64Array(n * n); only sizes of some dozens occur, so clarity goes before blocking.
 */

/** A Cholesky factor L (lower triangle, row-major) of A + jitter I. */
export interface CholeskyFactor {
  readonly size: number;
  readonly lower: Float64Array;
  /** What had to be added to the diagonal for the factor to exist; 0 for a well-conditioned matrix. */
  readonly jitter: number;
}

/** First jitter tried, as a share of the mean diagonal: far above rounding (1e-16), far below any prior variance. */
const FIRST_JITTER = 1e-12;
/** Beyond this share of the mean diagonal the matrix is wrong, not badly rounded. */
const LAST_JITTER = 1e-6;

/**
 * Writes L with L Lᵀ = A + jitter I into `lower` (upper triangle is left as it is) and says whether it exists.
 * Reads the lower triangle of `matrix` only. n³/6 multiplications.
 */
function factorise(lower: Float64Array, matrix: Float64Array, size: number, jitter: number): boolean {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column]! + (row === column ? jitter : 0);
      for (let k = 0; k < column; k++) sum -= lower[row * size + k]! * lower[column * size + k]!;
      if (row !== column) {
        lower[row * size + column] = sum / lower[column * size + column]!;
      } else {
        if (!(sum > 0) || sum === Number.POSITIVE_INFINITY) return false;
        lower[row * size + row] = Math.sqrt(sum);
      }
    }
  }
  return true;
}

/** L with L Lᵀ = A, or null where A is not positive definite (or holds NaN). Reads the lower triangle of A only. */
export function choleskyOrNull(matrix: Float64Array, size: number): CholeskyFactor | null {
  const lower = new Float64Array(size * size);
  return factorise(lower, matrix, size, 0) ? { size, lower, jitter: 0 } : null;
}

/**
 * L with L Lᵀ = A + jitter I, for a matrix that is positive definite by construction but perhaps not after rounding:
 * jitter is 0, else grows tenfold from 1e-12 to 1e-6 of the mean diagonal. Throws a RangeError beyond that.
 */
export function cholesky(matrix: Float64Array, size: number): CholeskyFactor {
  const exact = choleskyOrNull(matrix, size);
  if (exact !== null) return exact;
  let trace = 0;
  for (let i = 0; i < size; i++) trace += matrix[i * size + i]!;
  const lower = new Float64Array(size * size);
  for (let share = FIRST_JITTER; share <= LAST_JITTER * 1.5; share *= 10) {
    const jitter = (share * trace) / size;
    if (jitter > 0 && factorise(lower, matrix, size, jitter)) return { size, lower, jitter };
  }
  throw new RangeError(`cholesky: the ${size} x ${size} matrix is not positive definite`);
}

/** Solves A x = b in place, given A's factor: `vector` holds b before and x after. n² multiplications. */
export function solveInPlace({ size, lower }: CholeskyFactor, vector: Float64Array): void {
  for (let row = 0; row < size; row++) {
    let sum = vector[row]!;
    for (let k = 0; k < row; k++) sum -= lower[row * size + k]! * vector[k]!;
    vector[row] = sum / lower[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = vector[row]!;
    for (let k = row + 1; k < size; k++) sum -= lower[k * size + row]! * vector[k]!;
    vector[row] = sum / lower[row * size + row]!;
  }
}

/** A⁻¹ = L⁻ᵀ L⁻¹ from A's factor, symmetric to the bit. n³/3 multiplications. */
export function inverse({ size, lower }: CholeskyFactor): Float64Array {
  // Column j of L⁻¹ begins at its diagonal; kept as row j, so that the products below run along rows.
  const columns = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const start = j * size;
    columns[start + j] = 1 / lower[j * size + j]!;
    for (let row = j + 1; row < size; row++) {
      let sum = 0;
      for (let k = j; k < row; k++) sum -= lower[row * size + k]! * columns[start + k]!;
      columns[start + row] = sum / lower[row * size + row]!;
    }
  }
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < size; k++) sum += columns[i * size + k]! * columns[j * size + k]!;
      result[i * size + j] = sum;
      result[j * size + i] = sum;
    }
  }
  return result;
}

/** y = A x for a square A. */
export function timesVector(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const result = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += matrix[row * size + k]! * vector[k]!;
    result[row] = sum;
  }
  return result;
}

/** aᵀ b. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
