import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../device/storage/database.ts';
import { createOperations, type StorageOperations } from '../../../device/storage/operations.ts';
import type { JournalEntry } from '../../../sync-server/protocol/journal-event.ts';
import { songNumber } from '../../support/songs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MOMENT = {
  bootId: '0197c2d4-0000-7000-8000-00000000cafe',
  monotonicMs: 5,
  wallMs: 1_700_000_000_000,
  clockState: 'ntp',
} as const;

function press(n: number): JournalEntry {
  const predicted = [0.25, 0.25, 0.25, 0.25] as [number, number, number, number];
  const { songId } = songNumber(n % 7);
  return {
    kind: 'selected',
    pressId: n,
    button: 'secret-button',
    emotion: 'sad',
    songId,
    positionMs: 9,
    predicted,
  };
}

interface Box {
  readonly path: string;
  readonly database: Database.Database;
  readonly operations: StorageOperations;
}

/** A box with 300 presses, a model, and half of it sent. */
function createBox(): Box {
  const path = join(temporaryFolder(), 'device.sqlite');
  const { database } = openDatabase(path, 0);
  // Durability is not what is tested here.
  database.pragma('synchronous = OFF');
  const operations = createOperations(database);
  operations.saveSong(songNumber(1) as never, new Float32Array(1040));
  for (let n = 1; n <= 300; n++) operations.append(MOMENT, press(n));
  operations.saveModel('child', { epoch: 1, seq: 300, state: '{"secret-state":[1,2,3]}' });
  operations.acknowledge({ epoch: 1, seq: 150 });
  operations.rewind(undefined, 'generation-1');
  return { path, database, operations };
}

/** Whatever the files of the database hold, in use or not. */
function bytesOnCard(path: string): string {
  return ['', '-wal', '-shm']
    .map((suffix) => path + suffix)
    .filter(existsSync)
    .map((file) => readFileSync(file, 'latin1'))
    .join();
}

test('an erased child left nothing in the files of the box: no press, no model, not in freed pages, not in the log', () => {
  const { path, operations } = createBox();
  expect(bytesOnCard(path)).toMatch(/secret-button/);
  expect(bytesOnCard(path)).toMatch(/secret-state/);
  operations.eraseChild();
  expect(bytesOnCard(path)).not.toMatch(/secret|0197c2d4|selected/);
});

test('the box begins a new epoch with nothing to send and nothing learnt; its songs stay', () => {
  const { operations } = createBox();
  operations.eraseChild();
  expect(operations.pending(10)).toEqual([]);
  expect(operations.pendingCount()).toBe(0);
  expect(operations.epochs()).toEqual([]);
  expect(operations.generation()).toBeUndefined();
  expect(operations.loadModel('child')).toBeUndefined();
  expect(operations.timesPlayed()).toEqual([]);
  expect(operations.selectionsAfter({ epoch: 0, seq: 0 })).toEqual([]);
  expect(operations.songs()).toHaveLength(1);
  expect(operations.descriptors(songNumber(1).songId)).toHaveLength(1040);
  expect(operations.append(MOMENT, press(1))).toMatchObject({ epoch: 2, seq: 1 });
  expect(operations.pending(10)).toMatchObject([{ chainBefore: '0'.repeat(64) }]);
});

test('erasing again, as after a power cut, erases what came since', () => {
  const { operations } = createBox();
  operations.eraseChild();
  operations.append(MOMENT, press(1));
  operations.eraseChild();
  expect(operations.pendingCount()).toBe(0);
  expect(operations.append(MOMENT, press(2))).toMatchObject({ epoch: 3, seq: 1 });
});

test('the database is whole afterwards, and opens as before', () => {
  const { path, database, operations } = createBox();
  operations.eraseChild();
  operations.append(MOMENT, press(1));
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  database.close();
  expect(openDatabase(path, 0)).toMatchObject({ epoch: 2, setAsideAs: undefined });
});
