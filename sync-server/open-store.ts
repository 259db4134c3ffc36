/**
 * Opens the store a server works on: one SQLite file in its folder, or a PostgreSQL database.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SERVER_FILES } from './server-files.ts';
import { StartError } from './start-error.ts';
import { openPostgresStore } from './store/postgres/postgres-store.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import type { Store } from './store/store.ts';

export interface StorePlace {
  /** The SQLite file lies in `dataDir/server`, which only this user may enter. */
  readonly dataDir: string;
  /** Such as `postgres://user:password@host/database`; undefined for the SQLite file. */
  readonly database?: string | undefined;
}

/** Rejects with a `StartError` that says what is in the way and what to do. */
export async function openStore({ dataDir, database }: StorePlace): Promise<Store> {
  if (database !== undefined) return openPostgres(database);
  const directory = join(dataDir, 'server');
  return orSay('Check that the folder is yours and its disk has room, or choose another with --data.', () => {
    makeServerFolder(directory);
    return openSqliteStore(join(directory, SERVER_FILES.database));
  });
}

/** Makes the folder of a server, or keeps it; only this user may enter. */
export function makeServerFolder(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
}

async function openPostgres(url: string): Promise<Store> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new StartError(
      'the database is not named by a PostgreSQL URL',
      'Write --database postgres://USER:PASSWORD@HOST:5432/DATABASE; encode special characters of the password.',
    );
  }
  return orSay(
    'Check that PostgreSQL runs, that the user may make tables in that database, and the URL.',
    () => openPostgresStore(url),
  );
}

async function orSay(hint: string, open: () => Promise<Store>): Promise<Store> {
  try {
    return await open();
  } catch (error) {
    throw new StartError((error as Error).message, hint, { cause: error });
  }
}
