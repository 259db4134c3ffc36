/**
 * Parts broken on purpose. A checker that lets one of these pass proves nothing about the real ones.
 */
import type { Outbox } from '../../device/core/ports.ts';
import type { Exchange } from '../../device/sync/exchange.ts';
import type { SqlDatabase } from '../../sync-server/store/sql/sql-database.ts';
import type { Store } from '../../sync-server/store/store.ts';

/** Puts a broken part in the place of a sound one. */
export interface Sabotage {
  readonly database?: (database: SqlDatabase) => SqlDatabase;
  readonly store?: (store: Store) => Store;
  readonly outbox?: (outbox: Outbox) => Outbox;
  readonly exchange?: (exchange: Exchange, outbox: Outbox) => Exchange;
}
