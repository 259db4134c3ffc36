import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startUplink, type Uplink, type UplinkEvent } from '../../../device/sync/uplink.ts';
import type { EventBatch } from '../../../sync-server/protocol/event-batch.ts';
import { openDatabase } from '../../../sync-server/store/sqlite/open-database.ts';
import { createFakeTimers, type FakeTimers } from '../../support/fake-timers.ts';
import { createFaultyExchange, type Fault, type FaultyExchange } from '../../support/faulty-exchange.ts';
import { journalEvents } from '../../support/journal-events.ts';
import { createMemoryOutbox, type MemoryOutbox } from '../../support/memory-outbox.ts';
import { createTestServer, TEST_SITE, type TestServer } from '../../support/test-server.ts';

let database: Database.Database;
let server: TestServer;
let deviceToken: string;
let timers: FakeTimers;
let outbox: MemoryOutbox;
let faults: Fault[];
let network: FaultyExchange;
let events: UplinkEvent[];
let uplink: Uplink | undefined;

beforeEach(async () => {
  database = openDatabase(':memory:');
  server = await createTestServer(database);
  deviceToken = await server.enrolBox();
  timers = createFakeTimers();
  outbox = createMemoryOutbox();
  faults = [];
  network = createFaultyExchange(
    () => server.app,
    () => faults.shift() ?? 'ok',
  );
  events = [];
});
afterEach(async () => {
  await uplink?.close();
  uplink = undefined;
  await server.app.close();
});

function start(random = 0.5): Uplink {
  uplink = startUplink({
    outbox,
    exchange: network.exchange,
    deviceToken,
    onEvent: (event) => events.push(event),
    random: () => random,
    timers,
  });
  return uplink;
}

/** Lets everything run that runs by itself, then says whether the uplink rests on a timer. */
async function rest(): Promise<void> {
  for (let calm = 0; calm < 5; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const isAtRest = network.inFlight() === 0 && timers.pendingMs().length === 1;
    calm = isAtRest ? calm + 1 : 0;
  }
}

async function runTimers(count: number): Promise<void> {
  for (let run = 0; run < count; run += 1) {
    timers.runNext();
    await rest();
  }
}

async function storedSeqs(): Promise<number[]> {
  const rows = await server.store.eventsAfter(TEST_SITE, 0, 10_000);
  return rows.map(({ event }) => event.stamp.seq);
}

function sentBatches(): EventBatch[] {
  return network.requests
    .filter(({ body }) => body !== undefined)
    .map(({ body }) => JSON.parse(gunzipSync(body!).toString()) as EventBatch);
}

const waits = () => events.filter((event) => event.kind === 'waiting');

describe('the uplink', () => {
  test('asks how far the server is, then sends what it lacks, in batches of 500', async () => {
    outbox.events.push(...journalEvents(1, 1, 1100));
    start();
    await rest();
    expect(network.requests.map(({ path }) => path)).toEqual(['/v1/cursor', ...Array(3).fill('/v1/events')]);
    expect(sentBatches().map((batch) => batch.events.length)).toEqual([500, 500, 100]);
    expect(events.at(-1)).toEqual({
      kind: 'synced',
      through: { epoch: 1, seq: 1100 },
      count: 100,
      quarantined: [],
    });
    expect(outbox.acknowledged()).toEqual({ epoch: 1, seq: 1100 });
    expect(await storedSeqs()).toEqual(journalEvents(1, 1, 1100).map(({ stamp }) => stamp.seq));
  });

  test('asks nothing while there is nothing to send, and sends at once when kicked', async () => {
    const { kick } = start();
    await rest();
    expect(network.requests).toEqual([]);
    outbox.append();
    kick();
    await rest();
    expect(outbox.acknowledged()).toEqual({ epoch: 1, seq: 1 });
  });

  test('looks again by itself within a minute when a kick was lost', async () => {
    start();
    await rest();
    outbox.append();
    await runTimers(1);
    expect(timers.nowMs()).toBe(60_000);
    expect(outbox.acknowledged()).toEqual({ epoch: 1, seq: 1 });
  });

  test.each<[Fault, string, RegExp]>([
    ['unreachable', 'offline', /ECONNREFUSED/],
    ['replyLost', 'offline', /ECONNRESET/],
    ['replyCut', 'stranger', /makes no sense/],
    ['serverError', 'stranger', /status 500/],
    ['portal', 'stranger', /may want somebody to sign in/],
    ['redirected', 'stranger', /may want somebody to sign in/],
  ])('after "%s" waits, says why, and tries again', async (fault, trouble, reason) => {
    outbox.append();
    faults = ['ok', fault];
    start();
    await rest();
    expect(events).toEqual([
      { kind: 'waiting', trouble, reason: expect.stringMatching(reason), retryInMs: 500 },
    ]);
    await runTimers(1);
    expect(events.at(-1)).toMatchObject({ kind: 'synced', count: 1 });
    expect(await storedSeqs()).toEqual([1]);
  });

  test('gives up a request that hangs after 20 s', async () => {
    outbox.append();
    faults = ['hangs'];
    start();
    await rest();
    expect(timers.pendingMs()).toEqual([20_000]);
    await runTimers(1);
    expect(waits()).toMatchObject([{ trouble: 'offline', reason: 'no answer within 20 s' }]);
  });

  test('waits at least as long as the server asks', async () => {
    outbox.append();
    faults = ['tooMany'];
    start(0);
    await rest();
    expect(timers.pendingMs()).toEqual([30_000]);
  });

  test('waits twice as long after each failure, up to 15 minutes, and for ever', async () => {
    outbox.append();
    faults = Array(14).fill('unreachable');
    start(0.999_999_999);
    await rest();
    await runTimers(13);
    expect(waits().map(({ retryInMs }) => retryInMs / 1000)).toEqual([
      1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900,
    ]);
    await runTimers(1);
    expect(events.at(-1)).toMatchObject({ kind: 'synced' });
  });

  test('tries at once when kicked while it waits, and goes on waiting longer if that fails', async () => {
    outbox.append();
    faults = ['unreachable', 'unreachable'];
    const { kick } = start(0.999_999_999);
    await rest();
    kick();
    await rest();
    expect(waits().map(({ retryInMs }) => retryInMs)).toEqual([1000, 2000]);
    expect(timers.nowMs()).toBe(0);
  });

  test('halves a batch that is too large until it passes, then grows again', async () => {
    outbox.events.push(...journalEvents(1, 1, 1000));
    faults = ['ok', 'tooLarge', 'tooLarge'];
    start();
    await rest();
    expect(sentBatches().map((batch) => batch.events.length)).toEqual([500, 250, 125, 250, 500, 125]);
    expect(waits()).toEqual([]);
    expect(await storedSeqs()).toHaveLength(1000);
  });

  test('waits when a single event is too large, instead of asking for ever', async () => {
    outbox.append();
    faults = ['ok', 'tooLarge'];
    start();
    await rest();
    expect(waits()).toHaveLength(1);
  });

  test('sends again what a server restored from a backup lost, without being restarted', async () => {
    outbox.events.push(...journalEvents(1, 1, 4));
    const { kick } = start();
    await rest();
    const backup = database.serialize();
    outbox.events.push(...journalEvents(1, 5, 9), ...journalEvents(2, 1, 2));
    kick();
    await rest();
    expect(await storedSeqs()).toHaveLength(11);

    await server.app.close();
    database = new Database(backup);
    server = await createTestServer(database);
    outbox.append();
    kick();
    await rest();
    expect(events).toContainEqual({ kind: 'rewound', to: { epoch: 1, seq: 4 } });
    expect(await storedSeqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3]);
    expect(outbox.acknowledged()).toEqual({ epoch: 2, seq: 3 });
  });

  test('sends again what the server lost while the box was off, also when a new epoch has begun', async () => {
    outbox.events.push(...journalEvents(1, 1, 4));
    const { kick } = start();
    await rest();
    const backup = database.serialize();
    outbox.events.push(...journalEvents(1, 5, 9));
    kick();
    await rest();
    await uplink?.close();

    await server.app.close();
    server = await createTestServer(new Database(backup));
    outbox.append(undefined, 2);
    start();
    await rest();
    expect(await storedSeqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 1]);
  });

  test('says so when the server does not know it any more, and keeps everything', async () => {
    outbox.append();
    deviceToken = 'x'.repeat(43);
    start();
    await rest();
    expect(waits()).toMatchObject([
      { trouble: 'refused', reason: expect.stringMatching(/token is not known here.*enrolled again/) },
    ]);
    expect(await outbox.pending(10)).toHaveLength(1);
  });

  test('passes a hole the box cannot fill, and an epoch after it', async () => {
    outbox.events.push(...journalEvents(1, 1, 3), ...journalEvents(1, 6, 7), ...journalEvents(2, 1, 2));
    start();
    await rest();
    expect(sentBatches().map(({ epoch, firstSeq, lostBefore }) => [epoch, firstSeq, lostBefore])).toEqual([
      [1, 1, false],
      [1, 6, true],
      [2, 1, false],
    ]);
    expect(await storedSeqs()).toEqual([1, 2, 3, 6, 7, 1, 2]);
    expect(outbox.acknowledged()).toEqual({ epoch: 2, seq: 2 });
  });

  test('tells of events the server could not read, and goes on', async () => {
    outbox.append({ kind: 'booted', appVersion: 'x'.repeat(41) });
    outbox.append();
    start();
    await rest();
    expect(events).toMatchObject([
      { kind: 'synced', count: 2, quarantined: [{ epoch: 1, seq: 1, reason: 'unreadable' }] },
    ]);
  });

  test('survives a journal that does not answer', async () => {
    outbox.append();
    const { pending } = outbox;
    outbox.pending = () => Promise.reject(new Error('the disk is gone'));
    start();
    await rest();
    expect(waits()).toMatchObject([{ trouble: 'outbox', reason: 'read outbox: the disk is gone' }]);
    outbox.pending = pending;
    await runTimers(1);
    expect(events.at(-1)).toMatchObject({ kind: 'synced' });
  });

  test('closes at once in the middle of a request that hangs, and leaves no timer', async () => {
    outbox.append();
    faults = ['hangs'];
    start();
    await rest();
    await uplink?.close();
    expect(timers.pendingMs()).toEqual([]);
  });

  test('carries the token in the header and never in the body or address', async () => {
    outbox.append();
    start();
    await rest();
    for (const { path, headers, body } of network.requests) {
      expect(headers?.authorization).toBe(`Bearer ${deviceToken}`);
      expect(path).not.toContain(deviceToken);
      if (body !== undefined) expect(gunzipSync(body).toString()).not.toContain(deviceToken);
    }
  });
});
