/**
 * The store in PostgreSQL: any number of server processes may work on one database.
 */
import { createSharedProofMemory } from '../sql/proof-memory.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import type { Store } from '../store.ts';
import { openPostgresDatabase } from './postgres-database.ts';

/** Opens the store at `url` and brings its schema up to date. Rejects with "open HOST/DATABASE: reason", without secrets. */
export async function openPostgresStore(url: string): Promise<Store> {
  try {
    const database = openPostgresDatabase(url);
    return await createSqlStore(database, createSharedProofMemory(database));
  } catch (error) {
    throw new Error(`open ${placeOf(url)}: ${(error as Error).message}`, { cause: error });
  }
}

/** Host and database of a URL: what may be shown. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'the PostgreSQL database';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
