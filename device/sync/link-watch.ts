/** Watches for the network coming up: an address this machine did not have a moment ago. */
import { networkInterfaces } from 'node:os';
import { systemTimers, type Timers } from './exchange.ts';

/** Node tells nobody of a link that comes up, so it is looked for; a look costs about 50 µs. */
const LOOK_EVERY_MS = 3_000;

/** Addresses of all links that lead out of this machine. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
}

/** Calls `onUp` whenever an address is there that was not; the result ends the watch. */
export function watchLink(
  onUp: () => void,
  {
    addresses = ownAddresses,
    timers = systemTimers,
  }: { addresses?: () => readonly string[]; timers?: Timers } = {},
): () => void {
  let known = new Set(addresses());
  let cancel = timers.after(LOOK_EVERY_MS, look);

  function look(): void {
    const now = addresses();
    const isUp = now.some((address) => !known.has(address));
    known = new Set(now);
    cancel = timers.after(LOOK_EVERY_MS, look);
    if (isUp) onUp();
  }
  return () => cancel();
}
