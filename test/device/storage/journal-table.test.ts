import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../device/storage/database.ts';
import type { JournalTable, Moment } from '../../../device/storage/journal-table.ts';
import { createOperations, type StorageOperations } from '../../../device/storage/operations.ts';
import { CHAIN_START } from '../../../sync-server/protocol/chain-value.ts';
import { nextLink } from '../../../sync-server/protocol/journal-chain.ts';
import type { EventStamp, JournalEntry } from '../../../sync-server/protocol/journal-event.ts';
import { BOOT_ID, SONG_ID } from '../../support/journal-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START_MS = Date.UTC(2026, 0, 1);

function open(path = ':memory:'): StorageOperations {
  const { database } = openDatabase(path, 0);
  onTestFinished(() => void database.close());
  return createOperations(database);
}

/** A moment so many days after 2026-01-01. */
function day(days: number, clockState: EventStamp['clockState'] = 'ntp'): Moment {
  return { bootId: BOOT_ID, monotonicMs: days * DAY_MS, wallMs: START_MS + days * DAY_MS, clockState };
}

const scanned = (songs: number): JournalEntry => ({ kind: 'libraryScanned', songs, refused: 0 });

const selected = (pressId: number): JournalEntry => ({
  kind: 'selected',
  pressId,
  button: 'calm',
  emotion: 'calm',
  songId: SONG_ID,
  positionMs: 10.25,
  predicted: [0.1, 0.2, 0.3, 0.4],
});

const requested = (pressId: number): JournalEntry => ({
  kind: 'requested',
  pressId,
  button: 'calm',
  emotion: 'calm',
  songId: SONG_ID,
  predicted: [0.1, 0.2, 0.3, 0.4],
  propensity: 1,
});

const stopped = (withdrawnPressId?: number): JournalEntry => ({
  kind: 'stopped',
  button: 'calm',
  songId: SONG_ID,
  positionMs: 1,
  ...(withdrawnPressId === undefined ? {} : { withdrawnPressId }),
});

/** Expects that each event handed out carries the chain of the events before it in its epoch. */
function expectWholeChain(table: JournalTable, chains = new Map<number, string>()): void {
  for (const { event, chainBefore } of table.pending(1_000_000)) {
    const { epoch } = event.stamp;
    expect(chainBefore).toBe(chains.get(epoch) ?? CHAIN_START);
    // As the server does: of what came over the wire.
    chains.set(epoch, nextLink(chainBefore, JSON.parse(JSON.stringify(event))));
  }
}

/** When the server answers, so many days after 2026-01-01 by its clock. */
const onDay = (days: number): number => START_MS + days * DAY_MS;

/** Everything of epoch 1 up to each seq was acknowledged on a day. */
function sendAll(table: JournalTable, acknowledged: readonly (readonly [seq: number, days: number])[]): void {
  for (const [seq, days] of acknowledged) table.acknowledge({ epoch: 1, seq }, onDay(days));
}

function purgeAll(table: JournalTable): void {
  while (table.purgeSent(3));
}

const seqsOf = (table: JournalTable): number[] => table.pending(1000).map(({ event }) => event.stamp.seq);

describe('the chain', () => {
  test('holds everything before an event, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            reason: fc.string({ unit: 'binary', maxLength: 20 }),
            wallMs: fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
            monotonicMs: fc.double({ noNaN: true, min: 0, max: 1e15 }),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        (each) => {
          const { database } = openDatabase(':memory:', 0);
          const table = createOperations(database);
          for (const { reason, wallMs, monotonicMs } of each) {
            table.append({ ...day(0), wallMs, monotonicMs }, { kind: 'soundLost', reason });
          }
          expectWholeChain(table);
          database.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('begins anew with every epoch and goes on after a restart', () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    const table = open(path);
    table.append(day(0), scanned(1));
    table.beginEpoch(day(0), { insteadOf: 1, atLeast: 2 });
    open(path).append(day(0), scanned(2));
    expect(table.pending(9).map(({ event }) => [event.stamp.epoch, event.stamp.seq])).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
    expectWholeChain(table);
  });

  test('after an event is what the next one has before it; of events that are not there nobody knows it', () => {
    const table = open();
    for (let seq = 1; seq <= 3; seq += 1) table.append(day(0), scanned(seq));
    const [, second, third] = table.pending(9);
    const after = [1, 2, 3, 4].map((seq) => ({ epoch: 1, seq }));
    expect(table.chainsAfter(after)).toEqual([
      second!.chainBefore,
      third!.chainBefore,
      nextLink(third!.chainBefore, third!.event),
      undefined,
    ]);
  });

  test('is made for the events of a journal from before there was one', () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    writeFirstVersion(path, [
      [1, 1],
      [1, 2],
      [4, 1],
    ]);
    const { database, epoch } = openDatabase(path, 0);
    expect(epoch).toBe(4);
    expect(database.pragma('user_version', { simple: true })).toBe(2);
    const table = createOperations(database);
    expect(table.append(day(0), scanned(9))).toMatchObject({ epoch: 4, seq: 2 });
    expect(table.pending(9)).toHaveLength(4);
    expectWholeChain(table);
    database.close();
  });
});

describe('epochs', () => {
  test('are what is held, with how far it was acknowledged', () => {
    const table = open();
    expect(table.epochs()).toEqual([]);
    for (let seq = 1; seq <= 3; seq += 1) table.append(day(0), scanned(seq));
    table.beginEpoch(day(0), { insteadOf: 1, atLeast: 7 });
    table.append(day(0), scanned(1));
    table.beginEpoch(day(0), { insteadOf: 7, atLeast: 2 });
    table.acknowledge({ epoch: 7, seq: 1 });
    expect(table.epochs()).toEqual([
      { epoch: 1, firstSeq: 1, lastSeq: 3, ackedSeq: 3, isForked: true },
      { epoch: 7, firstSeq: 1, lastSeq: 2, ackedSeq: 1, isForked: true },
      { epoch: 8, firstSeq: 1, lastSeq: 1, ackedSeq: 0, isForked: false },
    ]);
    expect(table.pendingCount()).toBe(2);
  });

  test('that fork count as unsent, since another card may have been taken for this one', () => {
    const table = open();
    table.append(day(0), scanned(1));
    table.acknowledge({ epoch: 1, seq: 1 });
    table.beginEpoch(day(0), { insteadOf: 1, atLeast: 2 });
    expect(table.pendingCount()).toBe(2);
  });

  test('that are known to be forked change nothing any more', () => {
    const table = open();
    table.append(day(0), scanned(1));
    table.beginEpoch(day(0), { insteadOf: 1, atLeast: 2 });
    expect(table.beginEpoch(day(0), { insteadOf: 1, atLeast: 3 })).toBeUndefined();
    expect(table.epochs().map(({ epoch, isForked }) => [epoch, isForked])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(table.append(day(0), scanned(2)).epoch).toBe(2);
  });

  test('are one journal for two processes on one file: neither writes behind the other', () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    const [one, other] = [open(path), open(path)];
    one.append(day(0), scanned(1));
    expect(other.append(day(0), scanned(2))).toMatchObject({ epoch: 1, seq: 2 });
    one.beginEpoch(day(0), { insteadOf: 1, atLeast: 2 });
    expect(other.append(day(0), scanned(3))).toMatchObject({ epoch: 2, seq: 2 });
    expectWholeChain(one);
  });
});

describe('what was acknowledged long ago', () => {
  test('goes after 90 days, but not what the child’s model and the counts are made of', () => {
    const table = open();
    const entries = [requested(1), selected(2), stopped(), requested(3), selected(4), stopped(4), scanned(1)];
    for (const entry of [...entries, scanned(2), scanned(3)]) table.append(day(0), entry);
    sendAll(table, [
      [7, 0],
      [8, 90],
      [9, 91],
    ]);
    const before = [table.selectionsAfter({ epoch: 0, seq: 0 }), table.timesPlayed()];
    purgeAll(table);
    expect([table.selectionsAfter({ epoch: 0, seq: 0 }), table.timesPlayed()]).toEqual(before);
    expect(before).toEqual([[{ epoch: 1, seq: 2, songId: SONG_ID, emotion: 'calm' }], [[SONG_ID, 2]]]);
    expect(table.epochs()).toEqual([{ epoch: 1, firstSeq: 8, lastSeq: 9, ackedSeq: 9, isForked: false }]);
  });

  test('takes a selection with it that a later hold withdraws, and the hold still does', () => {
    const table = open();
    for (const entry of [selected(1), stopped(1), scanned(1), scanned(2)]) table.append(day(0), entry);
    sendAll(table, [
      [1, 0],
      [3, 90],
      [4, 91],
    ]);
    purgeAll(table);
    expect(table.epochs()).toMatchObject([{ firstSeq: 2 }]);
    expect(table.selectionsAfter({ epoch: 0, seq: 0 })).toEqual([]);
  });

  test('is not sent again, and the rest keeps its chain', () => {
    const table = open();
    for (let seq = 1; seq <= 9; seq += 1) table.append(day(0), scanned(seq));
    const chains = new Map([[1, table.pending(9)[6]!.chainBefore]]);
    sendAll(table, [
      [6, 0],
      [8, 90],
      [9, 91],
    ]);
    purgeAll(table);
    expect(table.rewind({ epoch: 0, seq: 0 }, 'another')).toBe(true);
    expect(seqsOf(table)).toEqual([7, 8, 9]);
    expect(table.pendingCount()).toBe(3);
    table.append(day(100), scanned(10));
    expectWholeChain(table, chains);
  });

  test.each<[string, readonly (readonly [seq: number, days: number])[], firstHeld: number]>([
    [
      'stays until 90 days are over',
      [
        [2, 0],
        [5, 90 - 1e-6],
        [6, 91],
        [7, 91.5],
      ],
      1,
    ],
    [
      'goes after them',
      [
        [2, 0],
        [5, 90],
        [6, 91],
      ],
      3,
    ],
    [
      'stays until the server has said so for a day',
      [
        [2, 0],
        [5, 500],
        [6, 500.5],
      ],
      1,
    ],
    [
      'counts from the day it was acknowledged, however old it was',
      [
        [6, 200],
        [7, 201],
      ],
      1,
    ],
    [
      'counts from the next day when it came after the day’s mark',
      [
        [2, 0],
        [5, 0.5],
        [6, 1],
        [7, 90],
        [8, 91],
      ],
      3,
    ],
    [
      'stays when the server’s clock was far ahead for an hour',
      [
        [2, 0],
        [5, 300],
        [6, 0.1],
        [7, 1.5],
      ],
      1,
    ],
    [
      'goes all the same after such an hour',
      [
        [2, 300],
        [5, 0],
        [6, 90],
        [7, 91],
      ],
      6,
    ],
  ])('%s', (_what, acknowledged, firstHeld) => {
    const table = open();
    for (let seq = 1; seq <= 9; seq += 1) table.append(day(0), scanned(seq));
    sendAll(table, acknowledged);
    purgeAll(table);
    expect(table.epochs()).toMatchObject([{ firstSeq: firstHeld, lastSeq: 9 }]);
  });

  test.each<[string, Moment]>([
    ['a year ahead, from a clock that is believed', day(365, 'rtc')],
    ['in 1970', { ...day(0, 'unset'), wallMs: 0 }],
  ])('counts by the server’s clock: the box’s own may stand %s', (_where, moment) => {
    const table = open();
    for (let seq = 1; seq <= 4; seq += 1) table.append(moment, scanned(seq));
    sendAll(table, [
      [1, 0],
      [2, 89],
      [3, 90],
    ]);
    purgeAll(table);
    expect(table.epochs()).toMatchObject([{ firstSeq: 1 }]);
    sendAll(table, [[4, 91]]);
    purgeAll(table);
    expect(table.epochs()).toMatchObject([{ firstSeq: 2 }]);
  });

  test('counts anew when it had to be sent again', () => {
    const table = open();
    for (let seq = 1; seq <= 9; seq += 1) table.append(day(0), scanned(seq));
    table.rewind(undefined, 'g');
    sendAll(table, [
      [2, 0],
      [5, 10],
    ]);
    table.rewind({ epoch: 1, seq: 4 }, 'g');
    sendAll(table, [
      [6, 20],
      [7, 100],
      [8, 101],
    ]);
    purgeAll(table);
    expect(table.epochs()).toMatchObject([{ firstSeq: 3 }]);
  });

  test('counts anew when another history of the server has it', () => {
    const table = open();
    for (let seq = 1; seq <= 9; seq += 1) table.append(day(0), scanned(seq));
    table.rewind(undefined, 'g');
    sendAll(table, [[5, 0]]);
    table.rewind(undefined, 'restored');
    sendAll(table, [
      [6, 90],
      [7, 91],
    ]);
    purgeAll(table);
    expect(table.epochs()).toMatchObject([{ firstSeq: 1 }]);
  });

  test('stays in an epoch that turns out to be another card’s as well', () => {
    const table = open();
    for (let seq = 1; seq <= 9; seq += 1) table.append(day(0), scanned(seq));
    sendAll(table, [[9, 0]]);
    table.beginEpoch(day(90), { insteadOf: 1, atLeast: 2 });
    sendAll(table, [
      [5, 90],
      [6, 91],
    ]);
    purgeAll(table);
    expect(table.epochs()).toMatchObject([{ firstSeq: 1 }, { epoch: 2 }]);
  });

  test('never takes the newest event with it, whatever was acknowledged: the next one counts from it', () => {
    const table = open();
    table.append(day(0), scanned(1));
    table.append(day(0), scanned(2));
    const chain = table.pending(2)[1]!.chainBefore;
    sendAll(table, [
      [2, 0],
      [3, 90],
      [4, 91],
    ]);
    purgeAll(table);
    expect(table.epochs()).toMatchObject([{ firstSeq: 2 }]);
    expect(table.append(day(0), scanned(3))).toMatchObject({ epoch: 1, seq: 3 });
    table.rewind({ epoch: 0, seq: 0 }, 'g');
    expectWholeChain(table, new Map([[1, chain]]));
  });
});

describe('a power cut', () => {
  // The compiled storage, since a child process knows no TypeScript.
  const compiled = (name: string): string =>
    pathToFileURL(join(process.cwd(), 'dist/device/storage', `${name}.js`)).href;
  const APPEND_FOR_EVER = `
    import { openDatabase } from ${JSON.stringify(compiled('database'))};
    import { createOperations } from ${JSON.stringify(compiled('operations'))};
    const table = createOperations(openDatabase(process.argv[1], 0).database);
    const moment = ${JSON.stringify(day(0))};
    for (;;) {
      const { epoch, seq } = table.append(moment, ${JSON.stringify(selected(1))});
      if (seq % 7 === 0) table.beginEpoch(moment, { insteadOf: epoch, atLeast: 1 });
      process.stdout.write(epoch + '.' + seq + '\\n');
    }`;

  test.each([1, 40, 95])(
    'after append %i leaves every event that was told, dense and in its chain',
    async (count) => {
      const path = join(temporaryFolder(), 'device.sqlite');
      const child = spawn(process.execPath, ['--input-type=module', '-e', APPEND_FOR_EVER, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const told: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        told.push(line);
        if (told.length === count) child.kill('SIGKILL');
      }
      const table = open(path);
      const kept = table.pending(1_000_000).map(({ event: { stamp } }) => `${stamp.epoch}.${stamp.seq}`);
      expect(told.filter((place) => !kept.includes(place))).toEqual([]);
      for (const { epoch, firstSeq, lastSeq } of table.epochs()) {
        const seqs = kept.filter((place) => place.startsWith(`${epoch}.`));
        expect([firstSeq, seqs.length]).toEqual([1, lastSeq]);
      }
      expectWholeChain(table);
    },
  );
});

test('a copied card is the same journal, until each writes its own', () => {
  const folder = temporaryFolder();
  const original = open(join(folder, 'device.sqlite'));
  original.append(day(0), scanned(1));
  for (const suffix of ['', '-wal']) {
    copyFileSync(join(folder, `device.sqlite${suffix}`), join(folder, `copy.sqlite${suffix}`));
  }
  const copy = open(join(folder, 'copy.sqlite'));
  expect(copy.pending(9)).toEqual(original.pending(9));
  original.append(day(0), scanned(2));
  copy.append(day(0), scanned(3));
  const chainAfter = (table: JournalTable): string => table.pending(9)[2]!.chainBefore;
  original.append(day(0), scanned(4));
  copy.append(day(0), scanned(4));
  expect(chainAfter(copy)).not.toBe(chainAfter(original));
});

/** The schema of version 1, as released, with events at these places. */
function writeFirstVersion(path: string, places: readonly (readonly [epoch: number, seq: number])[]): void {
  const database = new Database(path);
  database.exec(`
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE events (
      epoch INTEGER NOT NULL, seq INTEGER NOT NULL, boot_id TEXT NOT NULL, monotonic_ms REAL NOT NULL,
      wall_ms REAL NOT NULL, clock_state TEXT NOT NULL, kind TEXT NOT NULL, entry TEXT NOT NULL,
      PRIMARY KEY (epoch, seq)
    ) WITHOUT ROWID;
    CREATE TABLE songs (song_id TEXT PRIMARY KEY, song TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE descriptors (song_id TEXT PRIMARY KEY, float32s BLOB NOT NULL);
    CREATE TABLE refusals (path TEXT PRIMARY KEY, refusal TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE models (
      name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL
    ) WITHOUT ROWID;
    INSERT INTO settings VALUES ('epoch', '4');
    PRAGMA user_version = 1;`);
  const insert = database.prepare("INSERT INTO events VALUES (?, ?, ?, 1.5, 1.25e12, 'ntp', 'selected', ?)");
  for (const [epoch, seq] of places) insert.run(epoch, seq, BOOT_ID, JSON.stringify(selected(seq)));
  database.close();
}
