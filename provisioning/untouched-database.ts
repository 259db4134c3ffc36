/**
 * Opens a box's database to read it without changing a byte of it or beside it: while the box runs, after it ended,
 * after its plug was pulled, and from a copy nobody may write to.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** First bytes of every SQLite database, and where it says that a log lies beside it (file format, 1.3). */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const VERSIONS_AT = [18, 19] as const;
const WITHOUT_LOG = 1;

/** Reads it with `use`; `undefined` where it is no database at all. Throws what SQLite throws, and what `use` does. */
export function readUntouched<T>(path: string, use: (database: Database.Database) => T): T | undefined {
  if (!existsSync(`${path}-wal`)) return readCopyInMemory(path, use);
  if (existsSync(`${path}-shm`)) return readAndClose(new Database(path, { readonly: true }), use);
  // A log that no process has open: SQLite would make its index beside it, even to read.
  const folder = mkdtempSync(join(tmpdir(), 'amecs-'));
  try {
    const copy = join(folder, 'copy.sqlite');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
    return readAndClose(new Database(copy, { readonly: true }), use);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** SQLite would put two files beside a database even to read it, so one that no box has open is read into memory. */
function readCopyInMemory<T>(path: string, use: (database: Database.Database) => T): T | undefined {
  const bytes = readFileSync(path);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  // There is no log, so what says that there may be one is not needed; in memory SQLite would refuse it.
  for (const at of VERSIONS_AT) bytes[at] = WITHOUT_LOG;
  return readAndClose(new Database(bytes, { readonly: true }), use);
}

function readAndClose<T>(database: Database.Database, use: (database: Database.Database) => T): T {
  try {
    return use(database);
  } finally {
    database.close();
  }
}
