/**
 * The store in one SQLite file: the embedded default, for one server process at a time. Commands may work on the same
 * file meanwhile.
 */
import { createLocalProofMemory } from '../sql/proof-memory.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import type { Store } from '../store.ts';
import { openSqliteDatabase } from './sqlite-database.ts';

/** Opens or makes the store at `path` (`:memory:` for tests). Rejects with "open PATH: reason". */
export async function openSqliteStore(path: string): Promise<Store> {
  const database = openSqliteDatabase(path);
  try {
    return await createSqlStore(database, createLocalProofMemory());
  } catch (error) {
    throw new Error(`open ${path}: ${(error as Error).message}`, { cause: error });
  }
}
