/**
 * What outlives a server process: its database, which can be copied as a backup is and put back. SQLite on a file, or
 * PostgreSQL (PGlite, in this process).
 */
import { rmSync, writeFileSync } from 'node:fs';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import Database from 'better-sqlite3';
import {
  createLocalProofMemory,
  createSharedProofMemory,
  type ProofMemory,
} from '../../sync-server/store/sql/proof-memory.ts';
import type { SqlDatabase, SqlRow, SqlRunner } from '../../sync-server/store/sql/sql-database.ts';
import { openSqliteDatabase } from '../../sync-server/store/sqlite/sqlite-database.ts';

export interface ServerDisk {
  /** A connection for a new process. */
  connect(): Promise<SqlDatabase>;
  /** Where its servers remember proofs. */
  proofMemory(database: SqlDatabase): ProofMemory;
  /** Committed rows, as a witness sees them. */
  rows(sql: string): Promise<readonly SqlRow[]>;
  /** A backup; give it back to `restore` when no process is connected. */
  snapshot(): Promise<unknown>;
  restore(snapshot: unknown): Promise<void>;
  /** The witness looks no longer; the database stays. */
  close(): Promise<void>;
}

/** A SQLite database at `path`, where nothing is yet. */
export function createSqliteDisk(path: string): ServerDisk {
  let open: Database.Database | undefined;
  const witness = (): Database.Database => {
    open ??= new Database(path, { readonly: true });
    return open;
  };
  const close = (): void => {
    open?.close();
    open = undefined;
  };
  return {
    connect: async () => openSqliteDatabase(path, 0),
    proofMemory: createLocalProofMemory,
    rows: async (sql) => witness().prepare(sql).all() as SqlRow[],
    snapshot: async () => witness().serialize(),
    async restore(snapshot) {
      close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      writeFileSync(path, snapshot as Buffer);
    },
    close: async () => close(),
  };
}

/**
 * PostgreSQL inside this process; each disk begins empty. A process cut off in a transaction undoes it, as the server
 * does when a connection is lost.
 */
export async function createPgliteDisk(database: PGlite): Promise<ServerDisk> {
  const runnerOn = (on: PGlite | Transaction): SqlRunner => ({
    query: async <Row extends object>(sql: string, values: readonly (string | number | null)[] = []) =>
      (await on.query<Row>(sql, [...values])).rows,
  });
  const tables = async (): Promise<readonly string[]> => {
    const found = await database.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    return found.rows.map(({ name }) => name);
  };
  const empty = async (): Promise<void> => {
    const names = await tables();
    const kept = names.filter((name) => name !== 'schema_version');
    if (kept.length > 0) await database.exec(`TRUNCATE ${kept.join(', ')}`);
  };
  await empty();
  return {
    connect: async () => ({
      query: runnerOn(database).query,
      transaction: (work) => database.transaction((transaction) => work(runnerOn(transaction))),
      close: async () => {},
    }),
    proofMemory: createSharedProofMemory,
    rows: async (sql) => (await database.query<SqlRow>(sql)).rows,
    async snapshot() {
      const contents: [string, string][] = [];
      for (const name of await tables()) {
        const { rows } = await database.query<{ json: string }>(
          `SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')::text AS json FROM ${name} AS row`,
        );
        if (name !== 'schema_version') contents.push([name, rows[0]!.json]);
      }
      return contents;
    },
    async restore(snapshot) {
      await empty();
      for (const [name, json] of snapshot as [string, string][]) {
        const fill = `INSERT INTO ${name} SELECT * FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)`;
        await database.query(fill, [json]);
      }
    },
    async close() {},
  };
}
