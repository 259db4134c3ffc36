import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StoredSong } from '../../../device/music/library-store.ts';
import { openDatabase } from '../../../device/storage/database.ts';
import { openStorage, type Storage } from '../../../device/storage/storage.ts';
import type { JournalEntry } from '../../../sync-server/protocol/journal-event.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { songNumber } from '../../support/songs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BOOT = '0192d3a4-0000-7000-8000-000000000001';
const SONG = songNumber(7).songId;
const DAY_MS = 24 * 60 * 60 * 1000;

const selected = (pressId: number, emotion: 'happy' | 'calm' = 'calm'): JournalEntry => ({
  kind: 'selected',
  pressId,
  button: emotion,
  emotion,
  songId: SONG,
  positionMs: 10,
  predicted: [0.25, 0.25, 0.25, 0.25],
});

async function open(path: string, bootId = BOOT): Promise<Storage> {
  const storage = await openStorage({ path, bootId, clock: createFakeClock() });
  onTestFinished(() => storage.close());
  return storage;
}

describe('the journal', () => {
  test('numbers events densely and keeps them, with their stamp, over a restart', async () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    const first = await open(path);
    const stamps = await Promise.all([1, 2, 3].map((pressId) => first.append(selected(pressId), 900)));
    expect(stamps.map(({ epoch, seq }) => [epoch, seq])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    // The press was 100 ms before "now", so its wall time is too.
    expect(stamps[0]).toMatchObject({
      monotonicMs: 900,
      wallMs: Date.UTC(2026, 0, 1) - 100,
      clockState: 'ntp',
    });
    await first.close();

    const second = await open(path);
    expect((await second.append(selected(4), 950)).seq).toBe(4);
    expect((await second.pending(10)).map(({ event }) => event.entry)).toEqual(
      [1, 2, 3, 4].map((id) => selected(id)),
    );
  });

  test('is written with synchronous=FULL on a write-ahead log', () => {
    const { database } = openDatabase(join(temporaryFolder(), 'device.sqlite'), 0);
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    database.close();
  });

  test('hands out its unacknowledged tail and never moves its cursor back by itself', async () => {
    const storage = await open(join(temporaryFolder(), 'device.sqlite'));
    for (let pressId = 1; pressId <= 5; pressId++) await storage.append(selected(pressId), 0);
    await storage.acknowledge({ epoch: 1, seq: 3 });
    await storage.acknowledge({ epoch: 1, seq: 2 });
    expect((await storage.pending(10)).map(({ event }) => event.stamp.seq)).toEqual([4, 5]);
    expect(await storage.pendingCount()).toBe(2);
    expect(await storage.rewind({ epoch: 1, seq: 1 }, 'g1')).toBe(true);
    expect(await storage.rewind({ epoch: 1, seq: 2 }, 'g2')).toBe(false);
    expect((await storage.pending(2)).map(({ event }) => event.stamp.seq)).toEqual([2, 3]);
    expect(await storage.generation()).toBe('g2');
  });

  test('gives the learner only selections that stand, by the boot they belong to', async () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    const storage = await open(path);
    await storage.append(selected(1), 0);
    await storage.append(selected(2, 'happy'), 0);
    await storage.append(
      { kind: 'stopped', button: 'happy', songId: SONG, positionMs: 1, withdrawnPressId: 2 },
      0,
    );
    await storage.close();
    // Another boot counts its presses from 1 again: its press 2 was not withdrawn.
    const later = await open(path, '0192d3a4-0000-7000-8000-000000000002');
    await later.append(selected(2), 0);
    expect(
      (await later.selectionsAfter({ epoch: 0, seq: 0 })).map(({ seq, emotion }) => [seq, emotion]),
    ).toEqual([
      [1, 'calm'],
      [4, 'calm'],
    ]);
    expect(await later.selectionsAfter({ epoch: 1, seq: 1 })).toHaveLength(1);
  });

  test('counts how often each song was asked for', async () => {
    const storage = await open(join(temporaryFolder(), 'device.sqlite'));
    const requested: JournalEntry = {
      kind: 'requested',
      pressId: 1,
      button: 'calm',
      emotion: 'calm',
      songId: SONG,
      predicted: [0.1, 0.1, 0.1, 0.7],
      propensity: 1,
    };
    await storage.append(requested, 0);
    await storage.append({ ...requested, pressId: 2 }, 0);
    expect(await storage.timesPlayed()).toEqual([[SONG, 2]]);
  });

  test('goes on in a new epoch when it is told of a fork, and lets go of old events', async () => {
    const clock = createFakeClock();
    const path = join(temporaryFolder(), 'device.sqlite');
    const storage = await openStorage({ path, bootId: BOOT, clock });
    onTestFinished(() => storage.close());
    await storage.append({ kind: 'shutDown' }, 0);
    expect(await storage.beginEpoch({ insteadOf: 1, atLeast: 4 })).toBe(4);
    await storage.append({ kind: 'shutDown' }, 0);
    await storage.append({ kind: 'shutDown' }, 0);
    await storage.acknowledge({ epoch: 1, seq: 1 }, 0);
    const fork = { epoch: 4, firstSeq: 1, lastSeq: 3, ackedSeq: 0, isForked: false };
    expect(await storage.epochs()).toEqual([
      { epoch: 1, firstSeq: 1, lastSeq: 1, ackedSeq: 1, isForked: true },
      fork,
    ]);
    await storage.acknowledge({ epoch: 4, seq: 1 }, 90 * DAY_MS);
    await storage.acknowledge({ epoch: 4, seq: 2 }, 91 * DAY_MS);
    await storage.purgeSent();
    expect(await storage.epochs()).toEqual([{ ...fork, ackedSeq: 2 }]);
  });

  test('rejects what was asked after it closed, with a reason', async () => {
    const storage = await open(join(temporaryFolder(), 'device.sqlite'));
    await storage.close();
    await expect(storage.append(selected(1), 0)).rejects.toThrow(/closed/);
  });
});

describe('songs', () => {
  const song: StoredSong = {
    ...songNumber(7),
    hasCover: false,
    sizeBytes: 1,
    mtimeMs: 2,
    samplePeakDb: -3,
    truePeakDb: -2,
    windowStartMs: 0,
    traits: { tempoBpm: 90, tempoConfidence: 1, keyClarity: 1, majorness: 0, dynamicRangeLu: 5 },
    descriptorVersion: 'd1',
  };

  test('are kept with the descriptors of their last hearing, also when saved again without', async () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    const storage = await open(path);
    await storage.saveSong(song, Float32Array.of(0.5, -1e-9, 3));
    await storage.saveSong({ ...song, title: 'Renamed' });
    await storage.close();
    const later = await open(path);
    expect(await later.songs()).toEqual([{ ...song, title: 'Renamed' }]);
    expect(await later.descriptors(SONG)).toEqual(Float32Array.of(0.5, -1e-9, 3));
    expect(await later.descriptors('another')).toBeUndefined();
  });

  test('are forgotten whole, refusals too, and the presses on them stay', async () => {
    const storage = await open(join(temporaryFolder(), 'device.sqlite'));
    await storage.saveSong(song, Float32Array.of(1));
    await storage.append(selected(1), 0);
    const refusal = { path: '/a', reason: 'r', hint: 'h', sizeBytes: 1, mtimeMs: 1, featureVersion: 'v' };
    await storage.saveRefusal(refusal);
    await storage.forgetSong(SONG);
    await storage.forgetRefusal('/a');
    expect([await storage.songs(), await storage.refusals()]).toEqual([[], []]);
    expect(await storage.descriptors(SONG)).toBeUndefined();
    expect(await storage.selectionsAfter({ epoch: 0, seq: 0 })).toHaveLength(1);
  });
});

describe('models', () => {
  test('are kept with how far they have learnt', async () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    const storage = await open(path);
    expect(await storage.loadModel('child')).toBeUndefined();
    await storage.saveModel('child', { epoch: 1, seq: 9, state: '{"w":[1]}' });
    await storage.close();
    expect(await (await open(path)).loadModel('child')).toEqual({ epoch: 1, seq: 9, state: '{"w":[1]}' });
  });
});

describe('a damaged database', () => {
  test.each([
    [
      'overwritten with text',
      (path: string) => writeFileSync(path, 'not a database, but long enough to look at'),
    ],
    ['with its pages scrambled', scramblePages],
    ['cut short in the middle', (path: string) => truncateSync(path, 6000)],
  ])('%s is set aside, not deleted, and a new epoch begins', async (_, damage) => {
    const folder = temporaryFolder();
    const path = join(folder, 'device.sqlite');
    const first = await open(path);
    for (let pressId = 1; pressId <= 200; pressId++) await first.append(selected(pressId), 0);
    await first.close();
    damage(path);
    const sizeBytes = statSync(path).size;

    const second = await open(path);
    expect(second.setAsideAs).toMatch(/^device\.sqlite\.damaged-\d+$/);
    expect(statSync(join(folder, second.setAsideAs!)).size).toBe(sizeBytes);
    const stamp = await second.append(selected(1), 0);
    expect(stamp.epoch).toBeGreaterThan(1);
    expect(stamp.seq).toBe(1);
  });

  test('that a newer version made is left alone, with a hint', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'device.sqlite');
    const newer = new Database(path);
    newer.pragma('user_version = 999');
    newer.close();
    await expect(openStorage({ path, bootId: BOOT, clock: createFakeClock() })).rejects.toThrow(
      /newer version of AMECS.*Update AMECS/,
    );
    expect(readdirSync(folder).some((name) => name.includes('damaged'))).toBe(false);
  });
});

/** Fills every page but the first (the schema) with noise. */
function scramblePages(path: string): void {
  const bytes = readFileSync(path);
  for (let i = 4096; i < bytes.length; i++) bytes[i] = (i * 131) & 0xff;
  writeFileSync(path, bytes);
}
