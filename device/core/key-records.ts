/**
 * The kernel's records of a keyboard, `struct input_event` (include/uapi/linux/input.h): on 64-bit systems 24 bytes,
 * seconds and microseconds (8 each), type and code (2 each), value (4), little-endian. Pure.
 */

export const RECORD_BYTES = 24;

/** include/uapi/linux/input-event-codes.h. */
const EV_SYN = 0;
const EV_KEY = 1;
const SYN_DROPPED = 3;

export type KeyRecord =
  | { readonly kind: 'key'; readonly code: number; readonly isDown: boolean; readonly stampMs: number }
  /** The kernel's queue ran over: which keys are down is not known any more. */
  | { readonly kind: 'dropped' };

/** Reads records from a stream cut anywhere; a key that repeats itself says nothing new. */
export function createKeyReader(onRecord: (record: KeyRecord) => void): (bytes: Uint8Array) => void {
  let rest = new Uint8Array(0);
  return (bytes) => {
    const all = new Uint8Array(rest.length + bytes.length);
    all.set(rest);
    all.set(bytes, rest.length);
    const whole = all.length - (all.length % RECORD_BYTES);
    const view = new DataView(all.buffer);
    for (let at = 0; at < whole; at += RECORD_BYTES) {
      const type = view.getUint16(at + 16, true);
      const code = view.getUint16(at + 18, true);
      const value = view.getInt32(at + 20, true);
      if (type === EV_SYN && code === SYN_DROPPED) onRecord({ kind: 'dropped' });
      if (type !== EV_KEY || (value !== 0 && value !== 1)) continue;
      const stampMs =
        Number(view.getBigInt64(at, true)) * 1000 + Number(view.getBigInt64(at + 8, true)) / 1000;
      onRecord({ kind: 'key', code, isDown: value === 1, stampMs });
    }
    rest = all.slice(whole);
  };
}
