/**
 * Brings a database to the schema this program knows. Forward only; several processes may start on one database at once.
 */
import { MIGRATIONS } from './migrations.ts';
import type { SqlDatabase, SqlRunner } from './sql-database.ts';

const CREATE_VERSION = 'CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)';
const READ_VERSION = 'SELECT max(version) AS version FROM schema_version';
const WRITE_VERSION = 'INSERT INTO schema_version (version) VALUES ($1)';

/** Runs the steps this database has not seen, all in one transaction. Rejects when a newer program made the database. */
export async function migrate(database: SqlDatabase, steps: readonly string[] = MIGRATIONS): Promise<void> {
  for (;;) {
    const before = await versionOf(database).catch(() => 0);
    try {
      return await database.transaction((sql) => runMissing(sql, steps));
    } catch (error) {
      // Another process ran them first and took the names: look again what is left to do.
      const after = await versionOf(database).catch(() => 0);
      if (after <= before) throw error;
    }
  }
}

async function runMissing(sql: SqlRunner, steps: readonly string[]): Promise<void> {
  await sql.query(CREATE_VERSION);
  const version = await versionOf(sql);
  if (version > steps.length) {
    throw new Error(
      `its schema is version ${version} and this program knows ${steps.length}; update the program`,
    );
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    for (const statement of statementsOf(step)) await sql.query(statement);
    await sql.query(WRITE_VERSION, [index + 1]);
  }
}

async function versionOf(sql: SqlRunner): Promise<number> {
  const [row] = await sql.query<{ version: number | null }>(READ_VERSION);
  return row?.version ?? 0;
}

/** The statements of a step; none has a semicolon inside. */
function statementsOf(step: string): readonly string[] {
  return step
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
