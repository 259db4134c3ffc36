import { expect, test } from 'vitest';
import { type JournalEntry, journalEntrySchema } from '../../../sync-server/protocol/journal-event.ts';
import { csvCell } from '../../../sync-server/pull/csv.ts';
import { dictionaryRows } from '../../../sync-server/pull/dictionary.ts';
import { EVENT_COLUMNS, type SiteRow } from '../../../sync-server/pull/event-columns.ts';
import { createInteractionCollector, INTERACTION_COLUMNS } from '../../../sync-server/pull/interactions.ts';
import { journalEvent, SONG_ID } from '../../support/journal-events.ts';

test.each([
  [undefined, ''],
  ['', ''],
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hello"', '"say ""hello"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  [-1.5, '-1.5'],
  [1e-7, '1e-7'],
  [true, 'yes'],
  [false, 'no'],
])('the cell %j is written %j', (value, written) => {
  expect(csvCell(value)).toBe(written);
});

const row = (seq: number, entry: JournalEntry, { boot = 'a', device = 'box-1' } = {}): SiteRow => ({
  siteId: 'site',
  log: seq,
  deviceId: device,
  participantId: 'child',
  receivedAtMs: 0,
  event: journalEvent(1, seq, entry, { bootId: boot }),
  correctedMs: null,
  timeErrorMs: null,
  timeBasis: null,
  timeFlags: [],
});

const requested = (pressId: number): JournalEntry => ({
  kind: 'requested',
  pressId,
  button: 'yellow',
  emotion: 'happy',
  songId: SONG_ID,
  predicted: [0.7, 0.1, 0.1, 0.1],
  propensity: 0.5,
});
const selected = (pressId: number): JournalEntry => ({
  kind: 'selected',
  pressId,
  button: 'blue',
  emotion: 'sad',
  songId: SONG_ID,
  positionMs: 1234.5,
  predicted: [0.6, 0.2, 0.1, 0.1],
});
const stopped = (withdrawnPressId?: number): JournalEntry => ({
  kind: 'stopped',
  button: 'blue',
  songId: SONG_ID,
  positionMs: 2800,
  ...(withdrawnPressId === undefined ? {} : { withdrawnPressId }),
});

function cells<Row>(columns: readonly { name: string; value: (row: Row) => unknown }[], each: Row) {
  return Object.fromEntries(columns.map(({ name, value }) => [name, value(each)]));
}

test('a request whose song could not be played says what was heard instead, the last of several', () => {
  const replaced = (songId: string): JournalEntry => ({
    kind: 'replaced',
    pressId: 1,
    songId,
    predicted: [0.7, 0.1, 0.1, 0.1],
    propensity: 1,
  });
  const [first, last] = ['b'.repeat(32), 'c'.repeat(32)] as const;
  const collector = createInteractionCollector();
  for (const each of [row(4, replaced(last)), row(1, requested(1)), row(3, replaced(first))])
    collector.add(each);
  collector.add(row(1, requested(1), { boot: 'b' }));
  const found = collector.interactions().map((press) => cells(INTERACTION_COLUMNS, press).replaced_by);
  expect(found.sort()).toEqual([last, undefined]);
});

test('a selection is withdrawn by a later stop of the same boot that names it, and by nothing else', () => {
  const collector = createInteractionCollector();
  const rows = [
    row(1, requested(1)),
    row(2, selected(2)),
    row(3, stopped(2)),
    row(4, selected(3)),
    row(5, stopped()),
    row(1, selected(2), { boot: 'b' }),
    row(1, selected(2), { device: 'box-2' }),
    row(6, stopped(7)),
    row(7, selected(7)),
  ];
  for (const each of rows) collector.add(each);
  const pressed = collector
    .interactions()
    .map(({ row: { deviceId, event }, pressId, isWithdrawn }) => [
      `${deviceId} ${event.stamp.bootId} ${pressId}`,
      isWithdrawn,
    ]);
  expect(Object.fromEntries(pressed)).toEqual({
    'box-1 a 1': false,
    'box-1 a 2': true,
    'box-1 a 3': false,
    'box-1 a 7': false,
    'box-1 b 2': false,
    'box-2 a 2': false,
  });
});

test('interactions come by box and place in its journal, in whatever order they arrived', () => {
  const collector = createInteractionCollector();
  for (const seq of [3, 1, 2]) collector.add(row(seq, requested(seq)));
  collector.add(row(1, requested(1), { device: 'box-0' }));
  expect(collector.interactions().map(({ row: { deviceId }, pressId }) => `${deviceId} ${pressId}`)).toEqual([
    'box-0 1',
    'box-1 1',
    'box-1 2',
    'box-1 3',
  ]);
});

test('a press has its prediction in class order, its propensity when it was a request, its position when a selection', () => {
  const collector = createInteractionCollector();
  collector.add(row(1, requested(1)));
  collector.add(row(2, selected(2)));
  collector.add(
    row(3, { kind: 'unanswered', pressId: 3, button: 'red', emotion: 'angry', reason: 'resting' }),
  );
  const written = collector.interactions().map((each) => cells(INTERACTION_COLUMNS, each));
  expect(written).toMatchObject([
    {
      interaction: 'request',
      press_id: 1,
      emotion: 'happy',
      song_id: SONG_ID,
      predicted_happy: 0.7,
      predicted_angry: 0.1,
      predicted_sad: 0.1,
      predicted_calm: 0.1,
      propensity: 0.5,
      position_ms: undefined,
      withdrawn: false,
    },
    {
      interaction: 'selection',
      emotion: 'sad',
      predicted_happy: 0.6,
      propensity: undefined,
      position_ms: 1234.5,
    },
    { interaction: 'unanswered', song_id: undefined, predicted_calm: undefined, reason: 'resting' },
  ]);
});

test('every field of every kind of event has its column', () => {
  const fields = new Set(journalEntrySchema.options.flatMap(({ shape }) => Object.keys(shape)));
  const names = new Set(EVENT_COLUMNS.map(({ name }) => name));
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  for (const field of fields) {
    const column = field === 'predicted' ? 'predicted_happy' : snake(field);
    expect(names, field).toContain(column);
  }
});

test.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [-1, '1969-12-31T23:59:59.999Z'],
  [8.64e15, '+275760-09-13T00:00:00.000Z'],
  [8.64e15 + 1, undefined],
  [-1e300, undefined],
])('a wall clock of %s ms is written %s', (wallMs, written) => {
  const each = {
    ...row(1, { kind: 'shutDown' }),
    event: journalEvent(1, 1, { kind: 'shutDown' }, { wallMs }),
  };
  expect(cells(EVENT_COLUMNS, each).wall_clock).toBe(written);
});

test('a time the server worked out is written with its error and what it rests on, and left empty when unknown', () => {
  const unknown = row(1, { kind: 'shutDown' });
  expect(cells(EVENT_COLUMNS, unknown)).toMatchObject({
    corrected_time: undefined,
    time_error_ms: undefined,
    time_basis: undefined,
    time_flags: '',
    received_time: '1970-01-01T00:00:00.000Z',
  });
  const known: SiteRow = {
    ...row(1, requested(1)),
    correctedMs: Date.UTC(2026, 0, 2),
    timeErrorMs: 40,
    timeBasis: 'syncPoint',
    timeFlags: ['wallClockWrong', 'clockSuspicious'],
  };
  const collector = createInteractionCollector();
  collector.add(known);
  for (const written of [
    cells(EVENT_COLUMNS, known),
    ...collector.interactions().map((press) => cells(INTERACTION_COLUMNS, press)),
  ]) {
    expect(written).toMatchObject({
      corrected_time: '2026-01-02T00:00:00.000Z',
      time_error_ms: 40,
      time_basis: 'syncPoint',
      time_flags: 'wallClockWrong clockSuspicious',
    });
  }
});

test('every column of every file is in the dictionary, once, with a meaning', () => {
  const rows = dictionaryRows();
  expect(new Set(rows.map(({ file, column }) => `${file} ${column}`)).size).toBe(rows.length);
  expect(rows.filter(({ file }) => file === 'events.csv').map(({ column }) => column)).toEqual(
    EVENT_COLUMNS.map(({ name }) => name),
  );
  for (const { meaning, type } of rows) {
    expect(meaning).toMatch(/^\S.{5,}/);
    expect(['text', 'integer', 'number', 'time']).toContain(type);
  }
});
