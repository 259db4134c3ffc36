import { describe, expect, test } from 'vitest';
import {
  findColumn,
  nameAt,
  numberAt,
  parseCsv,
  refuseFaults,
  type TableFault,
} from '../../../models/population/csv-table.ts';

function parse(text: string) {
  const faults: TableFault[] = [];
  return { table: parseCsv(text, 'table.csv', faults), faults };
}

describe('a table', () => {
  test.each([
    ['commas', 'song,loud\n1,0.5\n2,1.5\n'],
    ['commas followed by spaces, as DEAM has them', 'song, loud\n1, 0.5\n2, 1.5\n'],
    ['semicolons and decimal commas', 'song;loud\n1;0,5\n2;1,5\n'],
    ['tabs', 'song\tloud\n1\t0.5\n2\t1.5'],
    ['a byte-order mark, quotes and Windows line ends', '\uFEFF"song","loud"\r\n"1","0.5"\r\n"2","1.5"\r\n'],
    ['empty lines between', 'song,loud\n\n1,0.5\n,\n2,1.5\n\n'],
  ])('is read with %s', (_, text) => {
    const { table, faults } = parse(text);
    expect(faults).toEqual([]);
    expect(table.columns).toEqual(['song', 'loud']);
    expect(table.rows.map((row) => [nameAt(row, 0), numberAt(table, row, 1)])).toEqual([
      ['1', 0.5],
      ['2', 1.5],
    ]);
  });

  test('keeps separators, line ends and doubled quotes inside quotes, and counts lines all the same', () => {
    const { table } = parse('song,title\n1,"Stop, ""now""\nplease"\n2,x\n');
    expect(table.rows).toEqual([
      { line: 2, cells: ['1', 'Stop, "now"\nplease'] },
      { line: 4, cells: ['2', 'x'] },
    ]);
  });

  test('knows a column by any of its names, whatever case and punctuation', () => {
    const { table } = parse('Worker_ID, SongId\n');
    expect(findColumn(table, ['rater', 'worker id'])).toBe(0);
    expect(findColumn(table, ['song id'])).toBe(1);
    expect(findColumn(table, ['valence'])).toBe(-1);
  });

  test.each(['', 'loud', 'NaN', 'Infinity', '1e999', '0x', '1 2'])(
    'holds no number where it says %j',
    (cell) => {
      const { table } = parse(`song,loud\n1,${cell}\n`);
      expect(numberAt(table, table.rows[0]!, 1)).toBeUndefined();
    },
  );

  test('names a song 12 where another program wrote 12.0', () => {
    const { table } = parse('song,loud\n12.0,1\n1.5,1\n');
    expect(table.rows.map((row) => nameAt(row, 0))).toEqual(['12', '1.5']);
  });

  test.each([
    ['nothing at all', '', 'table.csv: the file is empty'],
    [
      'a row that is too long',
      'a,b\n1,2\n1,2,3\n',
      'table.csv, line 3: 3 cells, but the header names 2 columns',
    ],
  ])('with %s is refused', (_, text, message) => {
    expect(() => refuseFaults(parse(text).faults)).toThrow(message);
  });
});

test('all faults are told at once, a few of them word for word', () => {
  const faults = Array.from({ length: 23 }, (_, i) => ({
    path: 'a.csv',
    line: i + 2,
    column: 'x',
    what: 'is odd',
  }));
  const tell = () => refuseFaults(faults);
  expect(tell).toThrow('a.csv, line 2, column x: is odd\na.csv, line 3, column x: is odd');
  expect(tell).toThrow(/line 21.*\nand 3 more faults$/);
});
