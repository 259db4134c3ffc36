import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll } from 'vitest';
import { createSharedProofMemory } from '../../../sync-server/store/sql/proof-memory.ts';
import type { SqlDatabase } from '../../../sync-server/store/sql/sql-database.ts';
import { createSqlStore } from '../../../sync-server/store/sql/sql-store.ts';
import { emptyTables } from '../../support/empty-tables.ts';
import { emptyPgliteDatabase, startPglite } from '../../support/pglite-database.ts';
import { describeStore } from './store-contract.ts';

let pglite: PGlite;
let database: SqlDatabase;
beforeAll(async () => {
  pglite = await startPglite();
  database = await emptyPgliteDatabase(pglite);
});
afterAll(() => pglite.close());

describeStore('PGlite', async () => {
  await emptyTables(database);
  const open = () => createSqlStore(database, createSharedProofMemory(database));
  return { store: await open(), reopen: open, dispose: async () => undefined };
});
