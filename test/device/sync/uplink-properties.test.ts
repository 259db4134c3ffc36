import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startUplink, type Uplink } from '../../../device/sync/uplink.ts';
import { comparePositions, JOURNAL_START, type Position } from '../../../sync-server/protocol/position.ts';
import { openDatabase } from '../../../sync-server/store/sqlite/open-database.ts';
import { createFakeTimers } from '../../support/fake-timers.ts';
import { createFaultyExchange, FAULTS, type Fault } from '../../support/faulty-exchange.ts';
import { createMemoryOutbox } from '../../support/memory-outbox.ts';
import { createTestServer, TEST_SITE } from '../../support/test-server.ts';

/** What happens around the uplink, in any order. */
type Happening =
  | { readonly kind: 'pressed'; readonly times: number }
  | { readonly kind: 'journalReplaced' }
  | { readonly kind: 'boxRestarted' }
  | { readonly kind: 'serverBackedUp' }
  | { readonly kind: 'serverRestored' }
  | { readonly kind: 'timePassed'; readonly timers: number }
  | { readonly kind: 'kicked' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('pressed' as const), times: fc.integer({ min: 1, max: 700 }) }),
  fc.record({ kind: fc.constant('timePassed' as const), timers: fc.integer({ min: 1, max: 6 }) }),
  fc.constantFrom<Happening>(
    { kind: 'kicked' },
    { kind: 'journalReplaced' },
    { kind: 'boxRestarted' },
    { kind: 'serverBackedUp' },
    { kind: 'serverRestored' },
  ),
);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fault>('ok') },
  { weight: 4, arbitrary: fc.constantFrom(...FAULTS) },
);

test('whatever the network, the box and the server do: every event is stored once, dense and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 2, maxLength: 12 }),
      fc.array(fault, { maxLength: 30 }),
      async (happenings, faults) => {
        const world = await createWorld([...faults]);
        try {
          for (const each of happenings) await world.happen(each);
          await world.heal();
          await world.check();
        } finally {
          await world.close();
        }
      },
    ),
    { numRuns: 60, timeout: 10_000 },
  );
}, 60_000);

async function createWorld(faults: Fault[]) {
  let database = openDatabase(':memory:');
  let server = await createTestServer(database);
  const deviceToken = await server.enrolBox();
  let backup = database.serialize();
  const outbox = createMemoryOutbox();
  const timers = createFakeTimers();
  const network = createFaultyExchange(
    () => server.app,
    () => faults.shift() ?? 'ok',
  );
  /** Acknowledged by the server that runs now; a restored server may have forgotten what it once acknowledged. */
  let promised: Position = JOURNAL_START;
  let uplink = start();

  function start(): Uplink {
    return startUplink({
      outbox,
      exchange: network.exchange,
      deviceToken,
      onEvent: (event) => {
        if (event.kind === 'synced' && comparePositions(event.through, promised) > 0)
          promised = event.through;
      },
      random: () => 0.5,
      timers,
    });
  }

  async function rest(): Promise<void> {
    for (let calm = 0; calm < 3; ) {
      await new Promise((resolve) => setImmediate(resolve));
      calm = network.inFlight() === 0 && timers.pendingMs().length === 1 ? calm + 1 : 0;
    }
  }

  async function stored() {
    const rows = await server.store.eventsAfter(TEST_SITE, 0, 1_000_000);
    return rows.map(({ event }) => event);
  }

  async function keepPromise(): Promise<void> {
    const keys = new Set((await stored()).map(({ stamp }) => `${stamp.epoch}.${stamp.seq}`));
    const broken = outbox.events
      .filter(({ stamp }) => comparePositions(stamp, promised) <= 0)
      .find(({ stamp }) => !keys.has(`${stamp.epoch}.${stamp.seq}`));
    expect(broken, 'acknowledged but not stored').toBeUndefined();
  }

  return {
    async happen(each: Happening): Promise<void> {
      switch (each.kind) {
        case 'pressed':
          for (let press = 0; press < each.times; press += 1) outbox.append();
          return;
        case 'journalReplaced':
          outbox.append(undefined, (outbox.events.at(-1)?.stamp.epoch ?? 0) + 1);
          return;
        case 'timePassed':
          for (let run = 0; run < each.timers; run += 1) {
            await rest();
            timers.runNext();
          }
          return keepPromise();
        case 'kicked':
          uplink.kick();
          return;
        case 'boxRestarted':
          // In the middle of whatever it was doing.
          await uplink.close();
          uplink = start();
          return;
        case 'serverBackedUp':
          await rest();
          backup = database.serialize();
          return;
        case 'serverRestored':
          await rest();
          await server.app.close();
          database = new Database(backup);
          server = await createTestServer(database);
          promised = JOURNAL_START;
      }
    },

    /** From now on everything works; the last press makes the box look. */
    async heal(): Promise<void> {
      faults.length = 0;
      outbox.append();
      for (let round = 0; round < 40; round += 1) {
        await rest();
        if ((await outbox.pending(1)).length === 0) return;
        timers.runNext();
      }
      throw new Error('the queue is blocked');
    },

    async check(): Promise<void> {
      const events = await stored();
      const inOrder = [...events].sort((a, b) => comparePositions(a.stamp, b.stamp));
      expect(inOrder).toEqual(outbox.events);
      expect(events, 'stored in another order than it happened').toEqual(inOrder);
      expect(await server.store.quarantineCount(TEST_SITE)).toBe(0);
    },

    async close(): Promise<void> {
      await uplink.close();
      await server.app.close();
    },
  };
}
