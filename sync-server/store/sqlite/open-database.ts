/**
 * Opens the server's SQLite file with the durability the acknowledgements promise, and brings its schema up to date.
 */
import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { StoreUnavailableError } from '../event-store.ts';
import { MIGRATIONS } from './migrations.ts';

/** How long a writer waits for another process before the request is answered 503. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens or makes the database at `path` (`:memory:` for tests). Rejects nothing: throws "open PATH: reason" when the
 * file is not a database, cannot be written, or was made by a newer version.
 */
export function openDatabase(path: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    setDurable(database);
    migrate(database);
    return database;
  } catch (error) {
    database?.close();
    throw new Error(`open ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** On every connection: the binding's default for WAL is NORMAL, which may lose the last commits in a power cut. */
export function setDurable(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
}

/** Runs the migrations this file has not seen, each in its own transaction; there is no way back. */
export function migrate(database: Database.Database, migrations: readonly string[] = MIGRATIONS): void {
  database.exec('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)');
  const readVersion = database.prepare('SELECT max(version) FROM schema_version').pluck();
  const runAll = database.transaction(() => {
    const version = (readVersion.get() as number | null) ?? 0;
    if (version > migrations.length) {
      throw new Error(
        `its schema is version ${version} and this program knows ${migrations.length}; update the program`,
      );
    }
    for (const [index, sql] of migrations.entries()) {
      if (index < version) continue;
      database.exec(sql);
      database.prepare('INSERT INTO schema_version VALUES (?)').run(index + 1);
    }
    database
      .prepare("INSERT INTO server_state VALUES ('generation', ?) ON CONFLICT (name) DO NOTHING")
      .run(randomBytes(16).toString('hex'));
  });
  runAll.immediate();
}

/** Runs `operation`; a store that is busy, full or failing becomes a `StoreUnavailableError`, a bug stays a bug. */
export function whenAvailable<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (
      error instanceof Database.SqliteError &&
      /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY)/.test(error.code)
    ) {
      throw new StoreUnavailableError(`SQLite: ${error.message} (${error.code})`, { cause: error });
    }
    throw error;
  }
}
