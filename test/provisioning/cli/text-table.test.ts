import { expect, test } from 'vitest';
import { cellWidth, tableLines } from '../../../provisioning/cli/text-table.ts';

test('columns line up whatever script their words are in', () => {
  const lines = tableLines(
    [{ heading: 'title' }, { heading: 'n', align: 'right' }],
    [
      ['Für Elise', '1'],
      ['너의 생일엔', '22'],
      ['Ame\u0301lie 🎵', '333'],
    ],
  );
  expect(lines[0]).toBe('title          n');
  expect(lines.map(cellWidth)).toEqual([16, 16, 16, 16]);
});

test.each([
  ['a long title', 8, 'a long…'],
  ['보고보고', 6, '보고…'],
  ['short', 8, 'short'],
])('%s in %d cells is %s', (text, maxWidth, cut) => {
  expect(tableLines([{ heading: '', maxWidth }], [[text]])[1]).toBe(cut);
});
