import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../sync-server/store/event-store.ts';
import { MIGRATIONS } from '../../../sync-server/store/sqlite/migrations.ts';
import { migrate, openDatabase } from '../../../sync-server/store/sqlite/open-database.ts';
import { createSqliteEventStore } from '../../../sync-server/store/sqlite/sqlite-event-store.ts';
import { describeEventStore } from './event-store-contract.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amecs-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describeEventStore('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'amecs-store-'));
  const open: Database.Database[] = [];
  const openCopy = (path: string) => {
    const database = openDatabase(path);
    open.push(database);
    return createSqliteEventStore(database);
  };
  const live = join(directory, 'live');
  const image = join(directory, 'image');
  return {
    store: openCopy(live),
    // A copy of the files while they are open is what a killed process leaves: the log not yet folded in.
    async reopen() {
      for (const suffix of ['', '-wal']) cpSync(live + suffix, image + suffix);
      return openCopy(image);
    },
    async dispose() {
      for (const database of open) database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});

test('every connection is WAL with synchronous=FULL', () => {
  const database = openDatabase(join(folder, 'db'));
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(database.pragma('synchronous', { simple: true })).toBe(2);
  database.close();
});

test('another database is another generation; the same one keeps its own', async () => {
  const generationOf = async (name: string) => {
    const store = createSqliteEventStore(openDatabase(join(folder, name)));
    const generation = await store.generation();
    await store.close();
    return generation;
  };
  const first = await generationOf('a');
  expect(await generationOf('a')).toBe(first);
  expect(await generationOf('b')).not.toBe(first);
});

test('a database of a newer version is refused and left alone', () => {
  const path = join(folder, 'db');
  const newer = openDatabase(path);
  migrate(newer, [...MIGRATIONS, 'CREATE TABLE from_the_future (x TEXT)']);
  newer.close();
  expect(() => openDatabase(path)).toThrow(
    /schema is version 2 and this program knows 1; update the program/,
  );
});

test('a migration that fails leaves the version before it', () => {
  const database = openDatabase(':memory:');
  expect(() => migrate(database, [...MIGRATIONS, 'CREATE TABLE a (x TEXT)', 'nonsense'])).toThrow(/syntax/);
  expect(database.prepare('SELECT max(version) FROM schema_version').pluck().get()).toBe(MIGRATIONS.length);
  database.close();
});

test('a file that is no database is refused by name', () => {
  const path = join(folder, 'db');
  writeFileSync(path, 'not a database, but long enough to have a header of its own');
  expect(() => openDatabase(path)).toThrow(`open ${path}: file is not a database`);
});

test('a store locked by another process is unavailable, not broken, and takes the call once it is free', async () => {
  const path = join(folder, 'db');
  const database = openDatabase(path);
  database.pragma('busy_timeout = 1');
  const store = createSqliteEventStore(database);
  const blocker = openDatabase(path);
  blocker.exec('BEGIN IMMEDIATE');
  const site = { siteId: 'site', purpose: 'study' } as const;
  await expect(store.createSite(site, 1)).rejects.toBeInstanceOf(StoreUnavailableError);
  blocker.exec('ROLLBACK');
  await store.createSite(site, 1);
  expect(await store.sites()).toEqual([site]);
  blocker.close();
  await store.close();
});
