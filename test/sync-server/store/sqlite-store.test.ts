import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openSqliteDatabase } from '../../../sync-server/store/sqlite/sqlite-database.ts';
import { openSqliteStore } from '../../../sync-server/store/sqlite/sqlite-store.ts';
import { type Store, StoreUnavailableError } from '../../../sync-server/store/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { describeStore } from './store-contract.ts';

describeStore('SQLite', async () => {
  const directory = temporaryFolder();
  const open: Store[] = [];
  const openCopy = async (path: string): Promise<Store> => {
    const store = await openSqliteStore(path);
    open.push(store);
    return store;
  };
  const live = join(directory, 'live');
  const image = join(directory, 'image');
  return {
    store: await openCopy(live),
    // A copy of the files while they are open is what a killed process leaves: the log not yet folded in.
    async reopen() {
      for (const suffix of ['', '-wal']) cpSync(live + suffix, image + suffix);
      return openCopy(image);
    },
    async dispose() {
      for (const store of open) await store.close();
    },
  };
});

test('the connection is WAL with synchronous=FULL and overwrites what it deletes', async () => {
  const database = openSqliteDatabase(join(temporaryFolder(), 'db'));
  expect(await database.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await database.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  expect(await database.query('PRAGMA secure_delete')).toEqual([{ secure_delete: 1 }]);
  await database.close();
});

test('what is asked while a transaction waits is no part of it', async () => {
  const database = openSqliteDatabase(':memory:');
  await database.query('CREATE TABLE t (x BIGINT)');
  const failing = database.transaction(async (sql) => {
    await sql.query('INSERT INTO t VALUES ($1)', [1]);
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('undo');
  });
  const beside = database.query('INSERT INTO t VALUES ($1)', [2]);
  await expect(failing).rejects.toThrow('undo');
  await beside;
  expect(await database.query('SELECT x FROM t')).toEqual([{ x: 2 }]);
  await database.close();
});

test('another database is another generation; the same one keeps its own', async () => {
  const folder = temporaryFolder();
  const generationOf = async (name: string): Promise<string> => {
    const store = await openSqliteStore(join(folder, name));
    const generation = await store.generation();
    await store.close();
    return generation;
  };
  const first = await generationOf('a');
  expect(await generationOf('a')).toBe(first);
  expect(await generationOf('b')).not.toBe(first);
});

test('a nonce key lives as long as the store is open, so that no proof outlives its memory', async () => {
  const path = join(temporaryFolder(), 'db');
  const keyOf = async (): Promise<Uint8Array> => {
    const store = await openSqliteStore(path);
    const key = await store.nonceKey();
    await store.close();
    return key;
  };
  expect(await keyOf()).not.toEqual(await keyOf());
});

test('a file that is no database is refused by name', async () => {
  const path = join(temporaryFolder(), 'db');
  writeFileSync(path, 'not a database, but long enough to have a header of its own');
  await expect(openSqliteStore(path)).rejects.toThrow(`open ${path}: file is not a database`);
});

test('a store locked by another process is unavailable, not broken, and takes the call once it is free', async () => {
  const path = join(temporaryFolder(), 'db');
  const database = openSqliteDatabase(path, 1);
  await database.query('CREATE TABLE t (x BIGINT)');
  const blocker = new Database(path);
  blocker.exec('BEGIN IMMEDIATE');
  const insert = () => database.transaction((sql) => sql.query('INSERT INTO t VALUES (1)'));
  await expect(insert()).rejects.toBeInstanceOf(StoreUnavailableError);
  blocker.exec('ROLLBACK');
  await insert();
  expect(await database.query('SELECT x FROM t')).toEqual([{ x: 1 }]);
  blocker.close();
  await database.close();
});
