import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cholesky,
  choleskyOrNull,
  dot,
  inverse,
  solveInPlace,
  timesVector,
} from '../../../models/child/linear-algebra.ts';

/** B Bᵀ + I / 10 for a random B: symmetric positive definite. */
const positiveDefinite = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc
    .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: size * size, maxLength: size * size })
    .map((root) => {
      const matrix = new Float64Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          for (let k = 0; k < size; k++) {
            matrix[i * size + j] = matrix[i * size + j]! + root[i * size + k]! * root[j * size + k]!;
          }
        }
        matrix[i * size + i] = matrix[i * size + i]! + 0.1;
      }
      return { size, matrix };
    }),
);

describe('dense kernels', () => {
  test('a solved system gives its right-hand side back', () => {
    fc.assert(
      fc.property(positiveDefinite, ({ size, matrix }) => {
        const wanted = Float64Array.from({ length: size }, (_, i) => Math.sin(i + 1));
        const vector = timesVector(matrix, wanted);
        solveInPlace(cholesky(matrix, size), vector);
        for (let i = 0; i < size; i++) expect(vector[i]).toBeCloseTo(wanted[i]!, 8);
      }),
    );
  });

  test('the factor needs no jitter where the matrix is well conditioned, and reads the lower triangle only', () => {
    const lowerOnly = Float64Array.from([4, Number.NaN, 2, 3]);
    const factor = cholesky(lowerOnly, 2);
    expect(factor.jitter).toBe(0);
    expect([factor.lower[0], factor.lower[2], factor.lower[3]]).toEqual([2, 1, Math.SQRT2]);
  });

  test('an inverse is symmetric to the bit and undoes the matrix', () => {
    fc.assert(
      fc.property(positiveDefinite, ({ size, matrix }) => {
        const inverted = inverse(cholesky(matrix, size));
        for (let i = 0; i < size; i++) {
          const row = Float64Array.from({ length: size }, (_, j) => matrix[i * size + j]!);
          const product = timesVector(inverted, row);
          for (let j = 0; j < size; j++) {
            expect(inverted[i * size + j]).toBe(inverted[j * size + i]);
            expect(product[j]).toBeCloseTo(i === j ? 1 : 0, 7);
          }
        }
      }),
    );
  });

  test('a singular matrix is factored with the smallest jitter that works', () => {
    const { jitter, lower } = cholesky(Float64Array.from([1, 1, 1, 1]), 2);
    expect(jitter).toBe(1e-12);
    expect(lower[3]).toBeGreaterThan(0);
  });

  test.each([
    ['an indefinite matrix', [1, 2, 2, 1]],
    ['a negative matrix', [-1, 0, 0, -1]],
    ['NaN', [Number.NaN, 0, 0, 1]],
    ['infinity', [Number.POSITIVE_INFINITY, 0, 0, 1]],
  ])('%s has no factor', (_, entries) => {
    const matrix = Float64Array.from(entries);
    expect(choleskyOrNull(matrix, 2)).toBeNull();
    expect(() => cholesky(matrix, 2)).toThrow('the 2 x 2 matrix is not positive definite');
  });

  test('a product of vectors is the sum of products', () => {
    expect(dot(Float64Array.from([1, 2, 3]), Float64Array.from([4, -5, 6]))).toBe(12);
  });
});
