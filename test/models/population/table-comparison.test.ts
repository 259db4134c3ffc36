import { describe, expect, test } from 'vitest';
import { POPULATION_FEATURE_NAMES } from '../../../models/features/population-aggregates.ts';
import { COLUMN_BOUNDS, compareWithTable } from '../../../models/population/table-comparison.ts';

test('every input of the population model has a bound', () => {
  expect(Object.keys(COLUMN_BOUNDS)).toEqual([...POPULATION_FEATURE_NAMES]);
});

describe('a column', () => {
  // Mean 2, standard deviation 1 over the table.
  const table = new Map([
    ['7', [1]],
    ['8', [3]],
  ]);
  const compare = (heard: number, relative: number, deviations: number) =>
    compareWithTable(['x'], table, new Map([['8', [heard]]]), { x: { relative, deviations } })[0]!;

  test.each([
    ['exactly heard', 3, 0, 0, true],
    ['within both bounds', 3.3, 0.11, 0.31, true],
    ['too far off in relation to its value', 3.3, 0.09, 1, false],
    ['too far off in deviations', 3.3, 1, 0.29, false],
  ])('%s', (_, heard, relative, deviations, isWithin) => {
    expect(compare(heard, relative, deviations).isWithin).toBe(isWithin);
  });

  test('tells each clip and the worst', () => {
    const heard = new Map([
      ['7', [1.5]],
      ['8', [2.7]],
    ]);
    const [column] = compareWithTable(['x'], table, heard, { x: { relative: 1, deviations: 1 } });
    expect(column!.relative).toBeCloseTo(0.5, 12);
    expect(column!.deviations).toBeCloseTo(0.5, 12);
    expect(column!.cells.map(({ songId, table: given }) => [songId, given])).toEqual([
      ['7', 1],
      ['8', 3],
    ]);
  });

  test('without a bound, or a clip the table has not, is refused', () => {
    expect(() => compareWithTable(['y'], table, new Map([['8', [1]]]))).toThrow(RangeError);
    expect(() => compareWithTable(['zcr_std'], table, new Map([['9', [1]]]))).toThrow(/song 9/);
  });
});
