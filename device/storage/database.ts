/**
 * Opens the box's one database, durable and checked. A file that cannot be read is set aside, never deleted,
 * and a new one begun with the next epoch, so that no press waits for a repair.
 */
import { existsSync, renameSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { addChain } from './journal-chain-column.ts';

/** Forward-only; the index + 1 is the schema version kept in `user_version`. */
const MIGRATIONS: readonly ((database: Database.Database) => void)[] = [
  (database) => database.exec(FIRST_SCHEMA),
  addChain,
];

/** The newest schema this version of the box knows. */
export const SCHEMA_VERSION = MIGRATIONS.length;

const FIRST_SCHEMA = `
   CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE events (
     epoch INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     boot_id TEXT NOT NULL,
     monotonic_ms REAL NOT NULL,
     wall_ms REAL NOT NULL,
     clock_state TEXT NOT NULL,
     kind TEXT NOT NULL,
     entry TEXT NOT NULL,
     PRIMARY KEY (epoch, seq)
   ) WITHOUT ROWID;
   CREATE TABLE songs (
     song_id TEXT PRIMARY KEY,
     song TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE descriptors (
     song_id TEXT PRIMARY KEY,
     float32s BLOB NOT NULL
   );
   CREATE TABLE refusals (
     path TEXT PRIMARY KEY,
     refusal TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE models (
     name TEXT PRIMARY KEY,
     epoch INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     state TEXT NOT NULL
   ) WITHOUT ROWID;`;

export interface OpenedDatabase {
  readonly database: Database.Database;
  readonly epoch: number;
  /** File name under which an unreadable database was set aside just now. */
  readonly setAsideAs: string | undefined;
}

/**
 * Opens or makes the database at `path`. `nowMs` only names a file set aside.
 * Throws when the folder cannot be written or the database belongs to a newer version of the box.
 */
export function openDatabase(path: string, nowMs: number): OpenedDatabase {
  let damage: { epoch: number; setAsideAs: string } | undefined;
  if (existsSync(path) && !isSound(path)) damage = setAside(path, nowMs);

  const database = connect(path);
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > MIGRATIONS.length) {
    database.close();
    throw new Error(
      `open ${path}: made by a newer version of AMECS (schema ${version}, this one knows ${MIGRATIONS.length}). ` +
        'Update AMECS, or start with another --data folder.',
    );
  }
  for (let next = version; next < MIGRATIONS.length; next++) {
    database.transaction(() => {
      MIGRATIONS[next]!(database);
      database.pragma(`user_version = ${next + 1}`);
    })();
  }

  const epoch = readEpoch(database) ?? (damage?.epoch ?? 0) + 1;
  database.prepare("INSERT OR IGNORE INTO settings VALUES ('epoch', ?)").run(String(epoch));
  return { database, epoch, setAsideAs: damage?.setAsideAs };
}

function connect(path: string): Database.Database {
  const database = new Database(path, { timeout: 5000 });
  // Of a new file; an older one keeps its own. Each commit writes whole pages: with 512 bytes a press costs the card a
  // quarter less than with 1 KB, and half of what it costs with 4 KB.
  database.pragma('page_size = 512');
  database.pragma('journal_mode = WAL');
  // The binding is built with NORMAL as its WAL default, which loses the last commits on a power cut.
  database.pragma('synchronous = FULL');
  // A small write-ahead log keeps the bytes written to the card, and the time of a checkpoint, small.
  database.pragma('wal_autocheckpoint = 512');
  database.pragma('foreign_keys = ON');
  return database;
}

function isSound(path: string): boolean {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 5000 });
    return database.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  } finally {
    database?.close();
  }
}

function isDamage(error: unknown): boolean {
  const code = error instanceof Database.SqliteError ? error.code : '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

function setAside(path: string, nowMs: number): { epoch: number; setAsideAs: string } {
  let epoch: number | undefined;
  try {
    const damaged = new Database(path, { readonly: true });
    try {
      epoch = readEpoch(damaged);
    } finally {
      damaged.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  const name = `${basename(path)}.damaged-${nowMs}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.damaged-${nowMs}${suffix}`);
  }
  // Unreadable: an epoch nobody has used, which the clock gives well enough (seconds, always growing).
  return { epoch: epoch ?? Math.floor(nowMs / 1000), setAsideAs: name };
}

function readEpoch(database: Database.Database): number | undefined {
  const row = database.prepare("SELECT value FROM settings WHERE name = 'epoch'").get() as
    | { value: string }
    | undefined;
  return row === undefined ? undefined : Number(row.value);
}
