/** The calls of an enrolled box to a real server, with a clock that stands still. */
import { createFetchExchange, type Exchange, systemTimers } from '../../device/sync/exchange.ts';
import type { Identity } from '../../device/sync/identity-file.ts';
import { createKeyRing } from '../../device/sync/key-ring.ts';
import { createServerCalls, type ServerCalls } from '../../device/sync/server-calls.ts';
import { createFakeClock } from './fake-clock.ts';
import { BOOT_ID } from './journal-events.ts';

/** As the uplink asks for them; `serverUrl` when the server has moved. */
export function callsOf(
  identity: Identity,
  serverUrl = identity.serverUrl,
  exchange: Exchange = createFetchExchange(serverUrl),
): (stop: AbortSignal) => ServerCalls {
  const keys = createKeyRing(identity, async () => {});
  const clock = { ...createFakeClock(), bootId: BOOT_ID };
  return (stop) => createServerCalls({ exchange, serverUrl, keys, clock, timers: systemTimers, stop });
}
