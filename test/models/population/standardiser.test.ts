import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitStandardiser, LARGEST_Z, standardise, zScore } from '../../../models/population/standardiser.ts';

describe('standardising', () => {
  test('each column gets mean 0 and deviation 1', () => {
    const rows = [
      [1, 100],
      [3, 300],
      [5, 200],
    ];
    const { values } = standardise(fitStandardiser(rows), rows);
    // (x - 3) / √(8/3) and (x - 200) / √(20000/3)
    const expected = [-1.224745, -1.224745, 0, 1.224745, 1.224745, 0];
    for (const [at, z] of values.entries()) expect(z).toBeCloseTo(expected[at]!, 6);
  });

  // numpy 2.4: x, m, s = np.float32(0.1), np.float32(0.7), np.float32(0.3); float((x - m) / s)
  test('rounds every step to single precision, as the exported graph does', () => {
    expect(zScore(0.1, Math.fround(0.7), Math.fround(0.3))).toBe(-1.999999761581421);
  });

  test('every z is a number of single precision within ±4', () => {
    const finite = fc.double({ min: -1e30, max: 1e30, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 9 }), (rows) => {
        for (const z of standardise(fitStandardiser(rows), rows).values) {
          expect(z).toBe(Math.fround(z));
          expect(Math.abs(z)).toBeLessThanOrEqual(LARGEST_Z);
        }
      }),
    );
  });

  test.each([7, 0, 0.1, 1e9 + 1])(
    'a column that was always %d is 0, for songs that differ in it too',
    (x) => {
      const standardiser = fitStandardiser([[x], [x], [x]]);
      for (const z of standardise(standardiser, [[x], [x + 1], [-x]]).values)
        expect(Math.abs(z)).toBeLessThan(1e-28);
    },
  );

  test.each([
    ['no songs', [], 'no songs'],
    ['songs of different length', [[1, 2], [1]], 'song 1 has 1 features, expected 2'],
    ['a feature that is not a number', [[1], [Number.NaN]], 'feature 0 of song 1 is NaN'],
    ['a feature beyond single precision', [[1, 1e39]], 'feature 1 of song 0 is 1e+39'],
  ])('%s are refused', (_, rows, message) => {
    expect(() => fitStandardiser(rows)).toThrow(message);
  });

  test('a song with other features than those learnt from is refused', () => {
    const standardiser = fitStandardiser([[1, 2]]);
    expect(() => standardise(standardiser, [[1, 2, 3]])).toThrow('song 0 has 3 features, expected 2');
  });
});
