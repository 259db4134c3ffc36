import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStorage, type Storage } from '../../../../device/storage/storage.ts';
import { type BoxRecord, readBoxRecord } from '../../../../provisioning/cli/model/box-record.ts';
import type { JournalEntry } from '../../../../sync-server/protocol/journal-event.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { BOOT_ID } from '../../../support/journal-events.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { storedSong } from './child-record.ts';

const SONG = storedSong(1);
const { songId } = SONG;

const selected = (pressId: number): JournalEntry => ({
  kind: 'selected',
  pressId,
  button: 'calm',
  emotion: 'calm',
  songId,
  positionMs: 1,
  predicted: [0.25, 0.25, 0.25, 0.25],
});

/** A box with a song, three presses of which the second was withdrawn, and a stored model. */
async function box(path: string): Promise<Storage> {
  const storage = await openStorage({ path, bootId: BOOT_ID, clock: createFakeClock() });
  await storage.saveSong(SONG);
  for (const pressId of [1, 2, 3]) await storage.append(selected(pressId), 1);
  await storage.append({ kind: 'stopped', button: 'calm', songId, positionMs: 2, withdrawnPressId: 2 }, 2);
  await storage.saveModel('child', { epoch: 1, seq: 1, state: '{}' });
  return storage;
}

const KEPT: BoxRecord = {
  songs: [SONG],
  selections: [1, 3].map((seq) => ({ epoch: 1, seq, songId, emotion: 'calm' as const })),
  stored: { epoch: 1, seq: 1, state: '{}' },
};

/** Every file of the folder with its bytes. */
function contentsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );
}

describe('what a box has kept', () => {
  test('is read after the box ended, and not a byte or a file is left changed', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'device.sqlite');
    await (await box(path)).close();
    const before = contentsOf(folder);
    expect(readBoxRecord(path)).toEqual({ kind: 'read', record: KEPT });
    expect(contentsOf(folder)).toEqual(before);
  });

  test('is read while the box runs, which goes on writing', async () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    const storage = await box(path);
    onTestFinished(() => storage.close());
    expect(readBoxRecord(path)).toEqual({ kind: 'read', record: KEPT });
    expect((await storage.append(selected(4), 5)).seq).toBe(5);
    expect(readBoxRecord(path)).toMatchObject({ record: { selections: { length: 3 } } });
  });

  test('is read whole after a power cut, from the log that was not written back', async () => {
    const folder = temporaryFolder();
    const storage = await box(join(folder, 'device.sqlite'));
    onTestFinished(() => storage.close());
    mkdirSync(join(folder, 'copy'));
    for (const name of ['device.sqlite', 'device.sqlite-wal']) {
      copyFileSync(join(folder, name), join(folder, 'copy', name));
    }
    const before = contentsOf(join(folder, 'copy'));
    expect(readBoxRecord(join(folder, 'copy', 'device.sqlite'))).toEqual({ kind: 'read', record: KEPT });
    expect(contentsOf(join(folder, 'copy'))).toEqual(before);
  });

  test('is read from a copy nobody may write to', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'device.sqlite');
    await (await box(path)).close();
    chmodSync(path, 0o400);
    chmodSync(folder, 0o500);
    onTestFinished(() => chmodSync(folder, 0o700));
    expect(readBoxRecord(path).kind).toBe('read');
  });
});

describe('what is no journal', () => {
  test('that is not there is said to be missing', () => {
    expect(readBoxRecord(join(temporaryFolder(), 'device.sqlite'))).toEqual({ kind: 'missing' });
  });

  test.each<[string, (path: string, good: Buffer) => void, RegExp]>([
    ['an empty file', (path) => writeFileSync(path, ''), /not the journal of a box/],
    [
      'a table of pulled events',
      (path) => writeFileSync(path, 'siteId,participantId\n1,2\n'),
      /not the journal/,
    ],
    ['a folder', (path) => mkdirSync(path), /not the journal/],
    ['a database of something else', otherDatabase, /not the journal/],
    [
      'the beginning of a journal',
      (path, good) => writeFileSync(path, good.subarray(0, good.length >> 1)),
      /damaged/,
    ],
    ['a journal with rotten pages', (path, good) => writeFileSync(path, rotten(good)), /damaged/],
    ['a journal with a song that is cut off', withRottenSong, /damaged/],
  ])('%s is told in a sentence and stays as it is', async (_, make, reason) => {
    const folder = temporaryFolder();
    await (await box(join(folder, 'good.sqlite'))).close();
    const path = join(folder, 'device.sqlite');
    make(path, readFileSync(join(folder, 'good.sqlite')));
    const before = readdirSync(folder);
    const reading = readBoxRecord(path);
    expect(reading).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) });
    expect(readdirSync(folder)).toEqual(before);
  });
});

function otherDatabase(path: string): void {
  const database = new Database(path);
  database.exec('CREATE TABLE recipes (name TEXT)');
  database.close();
}

/** All pages but the first overwritten. */
function rotten(good: Buffer): Buffer {
  return Buffer.concat([good.subarray(0, 4096), Buffer.alloc(good.length - 4096, 0xa5)]);
}

/** A sound database whose song is not JSON any more. */
function withRottenSong(path: string, good: Buffer): void {
  writeFileSync(path, good);
  const database = new Database(path);
  database.exec("UPDATE songs SET song = '{'");
  database.close();
}
