/** Looks into a box's database without touching it: is it sound, and how much of it waits for the server. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { SCHEMA_VERSION } from '../../device/storage/database.ts';
import { createJournalTable } from '../../device/storage/journal-table.ts';
import { readUntouched } from '../untouched-database.ts';

export type JournalReading =
  | { readonly kind: 'missing' | 'damaged' | 'notOurs' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'newer'; readonly schema: number }
  | {
      readonly kind: 'read';
      readonly schema: number;
      readonly events: number;
      /** Undefined in a schema older than this version's, which the box renews at its next start. */
      readonly unsent: number | undefined;
      readonly sizeBytes: number;
      /** Of the write-ahead log. */
      readonly logBytes: number;
      /** How many damaged ones a box has set aside beside it. */
      readonly setAside: number;
    };

/** Whatever the file is, it is an answer, no throw. Cost: the whole file is read. */
export function readJournal(path: string): JournalReading {
  if (!existsSync(path)) return { kind: 'missing' };
  try {
    const sizes = {
      sizeBytes: statSync(path).size,
      logBytes: existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0,
      setAside: countSetAside(path),
    };
    return readUntouched(path, (database) => look(database, sizes)) ?? { kind: 'notOurs' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('SQLITE_CORRUPT')) return { kind: 'damaged' };
    // A sound database without a journal's tables.
    if (code === 'SQLITE_NOTADB' || code === 'SQLITE_ERROR') return { kind: 'notOurs' };
    return { kind: 'unreadable', reason: code || (error as Error).message };
  }
}

function look(
  database: Database.Database,
  sizes: { readonly sizeBytes: number; readonly logBytes: number; readonly setAside: number },
): JournalReading {
  if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') return { kind: 'damaged' };
  const schema = database.pragma('user_version', { simple: true }) as number;
  if (schema > SCHEMA_VERSION) return { kind: 'newer', schema };
  const events = database.prepare('SELECT count(*) FROM events').pluck().get() as number;
  const unsent = schema === SCHEMA_VERSION ? createJournalTable(database).pendingCount() : undefined;
  return { kind: 'read', schema, events, unsent, ...sizes };
}

function countSetAside(path: string): number {
  const prefix = `${basename(path)}.damaged-`;
  return readdirSync(dirname(path)).filter((name) => name.startsWith(prefix) && /-\d+$/.test(name)).length;
}
