/** Takes every row out of a PostgreSQL database of the store: as good as a new one, and much sooner there. */
import type { SqlDatabase } from '../../sync-server/store/sql/sql-database.ts';

const TABLES = `
  SELECT table_name AS name FROM information_schema.tables
  WHERE table_schema = current_schema() AND table_name <> 'schema_version'`;

/** Changes nothing while there are no tables yet. */
export async function emptyTables(database: SqlDatabase): Promise<void> {
  const tables = await database.query<{ name: string }>(TABLES);
  if (tables.length > 0) await database.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
}
