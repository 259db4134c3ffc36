import { expect, test } from 'vitest';
import { openDatabase } from '../../../device/storage/database.ts';
import type { EventRow } from '../../../device/storage/journal-chain-column.ts';
import { createJournalTable } from '../../../device/storage/journal-table.ts';
import type { Emotion } from '../../../models/emotions.ts';
import { BOOT_ID, SONG_ID } from '../../support/journal-events.ts';
import { journalFaults } from './cut-journal.ts';

const PRESSED: readonly Emotion[] = ['happy', 'sad', 'calm', 'sad'];

/** A boot and four presses, by the box's own journal. */
function journal(): readonly EventRow[] {
  const { database } = openDatabase(':memory:', 0);
  const table = createJournalTable(database);
  const moment = { bootId: BOOT_ID, monotonicMs: 1, wallMs: 1, clockState: 'ntp' } as const;
  table.append(moment, { kind: 'booted', appVersion: '1' });
  for (const [at, emotion] of PRESSED.entries()) {
    const press = { pressId: at + 1, button: emotion, emotion, songId: SONG_ID };
    table.append(moment, { kind: 'selected', ...press, positionMs: 1, predicted: [1, 0, 0, 0] });
  }
  const rows = database.prepare('SELECT * FROM events ORDER BY epoch, seq').all() as EventRow[];
  database.close();
  return rows;
}

const rows = journal();
const whole = { rows, before: 1 };

test.each([
  { what: 'the whole journal', left: rows, confirmed: 4 },
  { what: 'a beginning of it, with every press that was confirmed', left: rows.slice(0, 3), confirmed: 2 },
  { what: 'a press more than was confirmed', left: rows.slice(0, 4), confirmed: 2 },
  { what: 'nothing, when nothing was promised', left: [], confirmed: 0 },
])('a cut may leave $what', ({ left, confirmed }) => {
  expect(journalFaults(left, whole, PRESSED.slice(0, confirmed))).toEqual([]);
});

test('a press whose light had confirmed must be there', () => {
  expect(journalFaults(rows.slice(0, 3), whole, PRESSED.slice(0, 3))).toEqual([
    '3 presses were confirmed, the journal has 2',
  ]);
});

test('a press in another order is found', () => {
  const otherwise: readonly Emotion[] = ['sad', 'happy', 'calm', 'sad'];
  expect(journalFaults(rows, whole, otherwise)).toEqual(['4 presses were confirmed, the journal has 4']);
});

test('a lost event is a gap, and the chain does not hold after it', () => {
  const left = [...rows.slice(0, 2), ...rows.slice(3)];
  expect(journalFaults(left, whole, [])).toEqual(
    expect.arrayContaining([
      'a gap before event 1.4',
      'the chain does not hold at event 1.4',
      'event 4 is not the one that happened',
    ]),
  );
});

test('a changed event is found', () => {
  const entry = rows[2]!.entry.replace('sad', 'calm');
  const left = rows.map((row, at) => (at === 2 ? { ...row, entry } : row));
  expect(journalFaults(left, whole, [])).toEqual([
    'the chain does not hold at event 1.4',
    'event 3 is not the one that happened',
  ]);
});
