/** PGlite, PostgreSQL in this process, as the store's database: for tests that want no server. */
import { PGlite } from '@electric-sql/pglite';
import type { SqlDatabase, SqlRow, SqlRunner, SqlValue } from '../../sync-server/store/sql/sql-database.ts';

/** `query` of PGlite itself and of its transactions. */
type Query = (sql: string, values?: SqlValue[]) => Promise<{ rows: unknown[] }>;

const runnerOf = (query: Query): SqlRunner => ({
  query: async <Row extends object = SqlRow>(sql: string, values: readonly SqlValue[] = []) =>
    (await query(sql, [...values])).rows as Row[],
});

/** `pglite` stays open when the database is closed, for other schemas of other tests. */
export function pgliteDatabase(pglite: PGlite): SqlDatabase {
  return {
    ...runnerOf((sql, values) => pglite.query(sql, values)),
    transaction: async <T>(work: (sql: SqlRunner) => Promise<T>) =>
      (await pglite.transaction((sql) => work(runnerOf((text, values) => sql.query(text, values))))) as T,
    close: async () => undefined,
  };
}

let count = 0;

/** An empty database in `pglite`: a schema of its own, which becomes the one in use. */
export async function emptyPgliteDatabase(pglite: PGlite): Promise<SqlDatabase> {
  count += 1;
  await pglite.exec(`CREATE SCHEMA test_${count}; SET search_path TO test_${count};`);
  return pgliteDatabase(pglite);
}

export function startPglite(): Promise<PGlite> {
  return PGlite.create();
}
