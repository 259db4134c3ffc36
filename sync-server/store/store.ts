/**
 * What the server needs of a database. One contract suite runs on every adapter.
 * A promise that resolves means: durably committed. One that rejects with `StoreUnavailableError` means: not now, ask again.
 */
import type { DeviceRegistry } from './device-registry.ts';
import type { DownlinkStore } from './downlink-store.ts';
import type { EventLog } from './event-log.ts';

/** The store is locked, full or failing; nothing of the call was kept. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

export interface Store extends DeviceRegistry, EventLog, DownlinkStore {
  close(): Promise<void>;
}
