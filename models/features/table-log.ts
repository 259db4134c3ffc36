/**
 * Logarithms read from a table, to 1e-11, in a third of the time of `Math.log2`: the features take over two million
 * of them a song.
 */

/** Leading bits of the mantissa that choose the table's row; the rest goes through three terms of the series. */
const ROW_BITS = 8;
const ROWS = 2 ** ROW_BITS;
/** A double's exponent is stored plus this. */
const EXPONENT_BIAS = 1023;
const EXPONENTS = 2048;
/** Which half of a double's eight bytes, as 32-bit words, holds sign and exponent: the second on little-endian machines. */
const HIGH_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

const log2OfRow = new Float64Array(ROWS);
const inverseOfRow = new Float64Array(ROWS);
for (let row = 0; row < ROWS; row++) {
  const centre = 1 + (row + 0.5) / ROWS;
  log2OfRow[row] = Math.log2(centre);
  inverseOfRow[row] = 1 / centre;
}
const inverseOfExponent = new Float64Array(EXPONENTS);
for (let e = 1; e < EXPONENTS - 1; e++) inverseOfExponent[e] = 2 ** (EXPONENT_BIAS - e);

/** The same bytes as 32-bit words, for the functions below. */
export function wordsOf(values: Float64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
}

/** Sum of x log2 x over `values` (>= 0; 0 log 0 is 0), whose words are `words`. */
export function weightedLog2Sum(values: Float64Array, words: Int32Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const x = values[k]!;
    const word = words[2 * k + HIGH_WORD]!;
    const exponent = word >>> 20;
    const row = (word >>> (20 - ROW_BITS)) & (ROWS - 1);
    // x = 2^e * centre * (1 + r); r is within 2^-9, so the series of log2(1 + r) ends with r^3.
    const r = x * inverseOfExponent[exponent]! * inverseOfRow[row]! - 1;
    sum +=
      x * (exponent - EXPONENT_BIAS + log2OfRow[row]! + Math.LOG2E * (r * (1 - r * (0.5 - r * (1 / 3)))));
  }
  return sum;
}

/** Each of `values` (normal numbers above 0) replaced by its log2 times `factor`. */
export function scaledLog2(values: Float64Array, factor: number): void {
  const words = wordsOf(values);
  for (let k = 0; k < values.length; k++) {
    const word = words[2 * k + HIGH_WORD]!;
    const exponent = word >>> 20;
    const row = (word >>> (20 - ROW_BITS)) & (ROWS - 1);
    const r = values[k]! * inverseOfExponent[exponent]! * inverseOfRow[row]! - 1;
    values[k] =
      factor *
      (exponent - EXPONENT_BIAS + log2OfRow[row]! + Math.LOG2E * (r * (1 - r * (0.5 - r * (1 / 3)))));
  }
}
