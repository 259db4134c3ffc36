/**
 * The keys of an enrolled box: the one in use and, during a rotation, the next one. The next key is on the card before
 * the server hears of it, and whichever key the server accepts is the one in use: a reply lost anywhere locks nobody out.
 */
import { createDeviceKey, type DeviceKey } from './device-key.ts';
import type { Identity } from './identity-file.ts';

/** A key is replaced after this long, so that a card somebody copied is of no use to them for longer: 30 days. */
export const KEY_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

export interface KeyRing {
  /** Keys to try, in this order: a next key may be the one in use already, if the server's word for it was lost. */
  candidates(): readonly DeviceKey[];
  /** The server accepted this key, at `serverMs` on its clock: no other is needed any more. */
  accepted(key: DeviceKey, serverMs: number | undefined): Promise<void>;
  /** The next key, saved before it is given; the same one until it is accepted. */
  nextKey(): Promise<DeviceKey>;
  /** Whether the key in use is due to be replaced, by the server's clock: the box's own may be anything. */
  isRotationDue(serverMs: number): boolean;
}

/** Keys of `identity`; `save` keeps each change of it, and resolves once that is durable. */
export function createKeyRing(identity: Identity, save: (identity: Identity) => Promise<void>): KeyRing {
  let current = identity;

  return {
    candidates: () => (current.nextKey === undefined ? [current.key] : [current.nextKey, current.key]),
    async accepted(key, serverMs) {
      const { nextKey, ...rest } = current;
      if (nextKey === undefined || key !== nextKey) return;
      current = { ...rest, key: nextKey, ...(serverMs === undefined ? {} : { keySinceMs: serverMs }) };
      // A card that cannot be written still holds both keys: after a restart the new one is tried first.
      await save(current).catch(() => {});
    },
    async nextKey() {
      if (current.nextKey !== undefined) return current.nextKey;
      const nextKey = createDeviceKey();
      await save({ ...current, nextKey });
      current = { ...current, nextKey };
      return nextKey;
    },
    isRotationDue: (serverMs) =>
      current.keySinceMs === undefined || Math.abs(serverMs - current.keySinceMs) >= KEY_LIFETIME_MS,
  };
}
