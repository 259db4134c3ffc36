/**
 * The store on any SQL database that has a driver here.
 */
import type { Store } from '../store.ts';
import { createDeviceRegistry } from './device-registry.ts';
import { createDownlinkStore } from './downlink-store.ts';
import { createEventLog } from './event-log.ts';
import { migrate } from './migrate.ts';
import type { ProofMemory } from './proof-memory.ts';
import { readGeneration } from './server-state.ts';
import type { SqlDatabase } from './sql-database.ts';

/** Brings the schema up to date; the store owns the database from now on, and closes it when it cannot be used. */
export async function createSqlStore(database: SqlDatabase, proofs: ProofMemory): Promise<Store> {
  try {
    await migrate(database);
    await readGeneration(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    ...createDeviceRegistry(database, proofs),
    ...createEventLog(database),
    ...createDownlinkStore(database),
    close: () => database.close(),
  };
}
