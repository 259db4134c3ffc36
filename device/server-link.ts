/**
 * The box's connection to its server, put together: sends the journal, tries at once when the network comes up, and keeps
 * house now and then (a new key when the old one is due, sent events let go of). Decides nothing.
 */
import type { Logger } from 'pino';
import type { Clock } from './core/ports.ts';
import type { Storage } from './storage/storage.ts';
import { createFetchExchange, systemTimers } from './sync/exchange.ts';
import type { Identity } from './sync/identity-file.ts';
import { createKeyRing } from './sync/key-ring.ts';
import { watchLink } from './sync/link-watch.ts';
import { createServerCalls } from './sync/server-calls.ts';
import { startUplink, type Uplink } from './sync/uplink.ts';
import type { UplinkEvent } from './sync/uplink-events.ts';
import type { Wishes } from './wishes.ts';

export interface ServerLinkParts {
  readonly identity: Identity;
  /** Keeps a changed identity; resolves once durable. */
  readonly keepIdentity: (identity: Identity) => Promise<void>;
  readonly storage: Storage;
  readonly clock: Clock;
  /** As in the journal's stamps. */
  readonly bootId: string;
  readonly log: Logger;
  readonly onEvent: (event: UplinkEvent) => void;
  readonly wishes: Wishes;
  /** Removes the identity for good. */
  readonly forgetIdentity: () => Promise<void>;
}

export interface ServerLink {
  /** Something was appended. */
  kick(): void;
  /** Gives up what is under way; resolves when nothing runs any more. */
  close(): Promise<void>;
}

/** Of a child who was withdrawn. */
const NOTHING_TO_SEND: Uplink = { kick: () => {}, close: async () => {} };

/** Neither a key nor the journal's age changes faster than a day. */
const UPKEEP_EVERY_MS = 60 * 60 * 1000;

export function linkToServer(parts: ServerLinkParts): ServerLink {
  const { identity, keepIdentity, forgetIdentity, storage, clock, bootId, log, onEvent, wishes } = parts;
  const { serverUrl } = identity;
  const stop = new AbortController();
  const calls = createServerCalls({
    exchange: createFetchExchange(serverUrl),
    serverUrl,
    keys: createKeyRing(identity, keepIdentity),
    clock: { ...clock, bootId },
    timers: systemTimers,
    stop: stop.signal,
  });
  const uplink = wishes.isWithdrawn(identity)
    ? NOTHING_TO_SEND
    : startUplink({
        outbox: storage,
        createCalls: () => calls,
        onEvent,
        onDownlinkVersion: (version) => downlink.heardOf(version),
      });
  const downlink = wishes.follow({
    identity,
    calls,
    timers: systemTimers,
    random: Math.random,
    stop: stop.signal,
    forgetIdentity,
    async stopSending() {
      cancelUpkeep();
      await Promise.all([uplink.close(), upkeep]);
    },
  });
  const endWatch = watchLink(uplink.kick);

  let cancelUpkeep = systemTimers.after(UPKEEP_EVERY_MS, beginUpkeep);
  let upkeep = Promise.resolve();
  function beginUpkeep(): void {
    cancelUpkeep = systemTimers.after(UPKEEP_EVERY_MS, beginUpkeep);
    upkeep = keepHouse().catch((error: Error) => {
      log.warn({ event: 'upkeepFailed', reason: error.message });
    });
  }

  async function keepHouse(): Promise<void> {
    await storage.purgeSent();
    const outcome = await calls.rotateKeyIfDue();
    if (outcome.kind !== 'notDue') log.info({ event: 'keyRotation', outcome: outcome.kind });
  }

  return {
    kick: uplink.kick,
    async close() {
      cancelUpkeep();
      endWatch();
      stop.abort();
      await Promise.all([uplink.close(), downlink.close(), upkeep]);
    },
  };
}
