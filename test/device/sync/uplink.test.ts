import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingBatch } from '../../../device/core/outbox.ts';
import { startUplink, type Uplink, type UplinkParts } from '../../../device/sync/uplink.ts';
import type { UplinkEvent } from '../../../device/sync/uplink-events.ts';
import { CHAIN_START } from '../../../sync-server/protocol/chain-value.ts';
import { nextLink } from '../../../sync-server/protocol/journal-chain.ts';
import { createFakeTimers, type FakeTimers } from '../../support/fake-timers.ts';
import { createJournalOutbox, type JournalOutbox } from '../../support/journal-outbox.ts';
import { type CallFault, createSyncCentre, type SyncCentre } from '../../support/sync-centre.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let centre: SyncCentre;
let timers: FakeTimers;
let outbox: JournalOutbox;
let events: UplinkEvent[];
let downlinkVersions: number[];
let uplinks: Uplink[];

beforeEach(async () => {
  centre = await createSyncCentre();
  timers = createFakeTimers();
  outbox = createJournalOutbox();
  events = [];
  downlinkVersions = [];
  uplinks = [];
});
afterEach(async () => {
  await Promise.all(uplinks.map((uplink) => uplink.close()));
  await centre.close();
});

function start(random = 0.5, from: JournalOutbox = outbox, createCalls = centre.createCalls): Uplink {
  const uplink = startUplink({
    outbox: from,
    createCalls,
    onEvent: (event) => events.push(event),
    onDownlinkVersion: (version) => downlinkVersions.push(version),
    random: () => random,
    timers,
  });
  uplinks.push(uplink);
  return uplink;
}

/** Lets everything run that runs by itself, then every uplink rests on a timer or on a call that hangs. */
async function rest(): Promise<void> {
  for (let calm = 0; calm < 5; ) {
    await new Promise((resolve) => setImmediate(resolve));
    calm = centre.inFlight() === 0 ? calm + 1 : 0;
  }
}

async function stopUplinks(): Promise<void> {
  await Promise.all(uplinks.splice(0).map((uplink) => uplink.close()));
}

async function runTimers(count: number): Promise<void> {
  for (let run = 0; run < count; run += 1) {
    timers.runNext();
    await rest();
  }
}

const places = async () => (await centre.stored()).map(({ stamp }) => `${stamp.epoch}.${stamp.seq}`);
const placesOf = (box: JournalOutbox) => box.events().map(({ stamp }) => `${stamp.epoch}.${stamp.seq}`);
const batches = () => centre.asked.filter((each): each is OutgoingBatch => each !== 'cursor');
const answer = <T>(value: T) => ({ kind: 'answer' as const, value });
const waits = () => events.filter((event) => event.kind === 'waiting');

describe('the uplink', () => {
  test('asks how far the server is, then sends what it lacks, in batches of 500', async () => {
    outbox.appendMany(1100);
    start();
    await rest();
    expect(centre.asked[0]).toBe('cursor');
    expect(batches().map((batch) => batch.events.length)).toEqual([500, 500, 100]);
    expect(events.at(-1)).toEqual({
      kind: 'synced',
      through: { epoch: 1, seq: 1100 },
      count: 100,
      quarantined: [],
    });
    expect(outbox.acknowledged()).toEqual({ epoch: 1, seq: 1100 });
    expect(await centre.stored()).toEqual(outbox.events());
  });

  test('gives each batch the chain of everything before it', async () => {
    outbox.appendMany(501);
    start();
    await rest();
    const [first, second] = batches();
    expect(first!.chainBefore).toBe(CHAIN_START);
    expect(second!.chainBefore).toBe(first!.events.reduce(nextLink, CHAIN_START));
  });

  test('asks nothing while there is nothing to send, and sends at once when kicked', async () => {
    const { kick } = start();
    await rest();
    expect(centre.asked).toEqual([]);
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

  test('with nothing to send asks every quarter of an hour, and says nothing when nobody answers', async () => {
    start();
    await rest();
    await runTimers(15);
    expect(centre.asked).toEqual(['cursor']);
    expect(timers.nowMs()).toBe(900_000);
    centre.faults.push('offline');
    await runTimers(15);
    expect(centre.asked).toEqual(['cursor', 'cursor']);
    expect(events).toEqual([]);
  });

  test.each<[CallFault, string, RegExp]>([
    ['offline', 'offline', /ECONNRESET/],
    ['replyLost', 'offline', /ECONNRESET/],
    ['portal', 'stranger', /something else answered/],
    [{ refusedAs: 'internal' }, 'refused', /The server made a mistake/],
    [{ refusedAs: 'protocolUnsupported' }, 'refused', /Update the server/],
  ])('after %j waits, says why, and tries again', async (fault, trouble, reason) => {
    outbox.append();
    centre.faults.push('ok', fault);
    start();
    await rest();
    expect(events).toEqual([
      { kind: 'waiting', trouble, reason: expect.stringMatching(reason), retryInMs: 500 },
    ]);
    await runTimers(1);
    expect(events.at(-1)).toMatchObject({ kind: 'synced', count: 1 });
    expect(await places()).toEqual(['1.1']);
  });

  test('waits as long as a busy server asks, whatever else happens', async () => {
    outbox.append();
    centre.faults.push({ refusedAs: 'overloaded', retryAfterMs: 30_000 });
    const { kick } = start(0);
    await rest();
    expect(timers.pendingMs()).toEqual([30_000]);
    kick();
    await rest();
    expect(centre.asked).toHaveLength(1);
    await runTimers(1);
    expect(events.at(-1)).toMatchObject({ kind: 'synced' });
  });

  test('waits twice as long after each failure, up to 15 minutes, and for ever', async () => {
    outbox.append();
    centre.faults.push(...Array<CallFault>(14).fill('offline'));
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
    centre.faults.push('offline', 'offline');
    const { kick } = start(0.999_999_999);
    await rest();
    kick();
    await rest();
    expect(waits().map(({ retryInMs }) => retryInMs)).toEqual([1000, 2000]);
    expect(timers.nowMs()).toBe(0);
  });

  test('halves a batch that is too large until it passes, then grows again', async () => {
    outbox.appendMany(1000);
    centre.faults.push('ok', 'tooLarge', 'tooLarge');
    start();
    await rest();
    expect(batches().map((batch) => batch.events.length)).toEqual([500, 250, 125, 250, 500, 125]);
    expect(waits()).toEqual([]);
    expect(await centre.stored()).toHaveLength(1000);
  });

  test('waits when a single event is too large, instead of asking for ever', async () => {
    outbox.append();
    centre.faults.push('ok', 'tooLarge');
    start();
    await rest();
    expect(waits()).toHaveLength(1);
  });

  test.each<[CallFault, string, RegExp]>([
    [{ refusedAs: 'deviceRevoked' }, 'revoked', /taken off the server.*It keeps its data/],
    [{ refusedAs: 'keyUnknown' }, 'unknownKey', /enrolled again with a new code/],
  ])('after %j says so, keeps everything, and asks again in an hour', async (fault, trouble, reason) => {
    outbox.append();
    centre.faults.push(fault, fault);
    const { kick } = start();
    await rest();
    kick();
    await rest();
    expect(waits()).toEqual([
      { kind: 'waiting', trouble, reason: expect.stringMatching(reason), retryInMs: 3_600_000 },
    ]);
    expect(await outbox.pending(10)).toHaveLength(1);
    await runTimers(1);
    expect(timers.nowMs()).toBe(3_600_000);
    expect(waits().map(({ retryInMs }) => retryInMs)).toEqual([3_600_000, 3_600_000]);
    await runTimers(1);
    expect(events.at(-1)).toMatchObject({ kind: 'synced' });
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

  test('hands on the version of the downlink when it is another than before', async () => {
    outbox.append();
    const { kick } = start();
    await rest();
    outbox.append();
    kick();
    await rest();
    expect(downlinkVersions).toEqual([0]);
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

  test('closes at once in the middle of a call that hangs, and leaves no timer', async () => {
    outbox.append();
    centre.faults.push('hangs');
    start();
    await rest();
    await stopUplinks();
    expect(timers.pendingMs()).toEqual([]);
  });

  test('two at once on one journal send everything once', async () => {
    outbox.appendMany(1200);
    start();
    start();
    await rest();
    expect(await centre.stored()).toEqual(outbox.events());
    expect(await centre.quarantined()).toEqual([]);
  });
});

describe('a server restored from a backup', () => {
  test.each([true, false])(
    'is sent again what it lost, without a restart (it said so: %s)',
    async (isTold) => {
      outbox.appendMany(4);
      const { kick } = start();
      await rest();
      const backup = centre.backUp();
      outbox.appendMany(5);
      kick();
      await rest();
      await centre.restore(backup, isTold);
      outbox.append();
      kick();
      await rest();
      expect(events).toContainEqual({ kind: 'rewound', to: { epoch: 1, seq: 4 } });
      expect(await centre.stored()).toEqual(outbox.events());
      expect(outbox.acknowledged()).toEqual({ epoch: 1, seq: 10 });
      expect(waits()).toEqual([]);
    },
  );

  test('is sent again what it lost of several epochs, while the box was off', async () => {
    outbox.appendMany(700);
    start();
    await rest();
    const backup = centre.backUp();
    outbox.appendMany(3);
    outbox.table.beginEpoch(
      { bootId: outbox.events()[0]!.stamp.bootId, monotonicMs: 1, wallMs: 1, clockState: 'ntp' },
      { insteadOf: 1, atLeast: 2 },
    );
    outbox.appendMany(2);
    uplinks[0]!.kick();
    await rest();
    await stopUplinks();
    await centre.restore(backup);
    outbox.append();
    start();
    await rest();
    expect(await centre.stored()).toEqual(outbox.events());
  });

  test('is sent what a cloned card has taken the places of, event for event, although nothing seems to be missing', async () => {
    outbox.appendMany(2);
    start();
    await rest();
    const backup = centre.backUp();
    const clone = outbox.copyTo(join(temporaryFolder(), 'clone.sqlite'));
    outbox.appendMany(3);
    uplinks[0]!.kick();
    await rest();
    await centre.restore(backup, false);
    for (let seq = 3; seq <= 5; seq += 1)
      clone.append({ kind: 'libraryScanned', songs: 90 + seq, refused: 0 });
    start(0.5, clone);
    await rest();
    await runTimers(40);
    expect(await places()).toEqual(['1.1', '1.2', '1.3', '1.4', '1.5', '2.1']);
    expect((await centre.quarantined()).map(({ body }) => JSON.parse(body))).toEqual(
      outbox.events().slice(2, 5),
    );
  });

  test('is sent again what it lost while the box was idle, within a quarter of an hour', async () => {
    const empty = centre.backUp();
    outbox.appendMany(3);
    start();
    await rest();
    await centre.restore(empty);
    await runTimers(16);
    expect(await places()).toEqual(['1.1', '1.2', '1.3']);
  });

  test('whose backup is older than what the box keeps is told so, and gets the rest', async () => {
    const empty = centre.backUp();
    const uplink = start();
    for (const [events, afterDays] of [
      [9, 0],
      [1, 90],
      [1, 1],
    ] as const) {
      centre.passTime(afterDays * DAY_MS);
      outbox.appendMany(events);
      uplink.kick();
      await rest();
    }
    await stopUplinks();
    while (outbox.table.purgeSent(4));
    await centre.restore(empty);
    outbox.append();
    start();
    await rest();
    expect(batches().at(-1)).toMatchObject({ firstSeq: 10, lostBefore: true, after: { epoch: 0, seq: 0 } });
    expect(await places()).toEqual(['1.10', '1.11', '1.12']);
    expect(await centre.quarantined()).toEqual([]);
  });

  test('that is two servers in turn is asked with patience', async () => {
    outbox.appendMany(3);
    const generations = Array.from({ length: 100 }, (_, index) => `${index}`);
    const createCalls: UplinkParts['createCalls'] = () => ({
      cursor: async () => answer({ heads: [], generation: generations.pop()!, downlinkVersion: 0 }),
      send: async ({ epoch, firstSeq, events: { length } }) =>
        answer({
          ackedThrough: { epoch, seq: firstSeq + length - 1 },
          isBehind: false,
          generation: generations.pop()!,
          quarantined: [],
          downlinkVersion: 0,
        }),
    });
    start(0.999_999_999, outbox, createCalls);
    await rest();
    await runTimers(5);
    expect(waits().map(({ retryInMs }) => retryInMs)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000]);
    expect(waits()[0]).toMatchObject({ trouble: 'refused', reason: 'the server goes back again and again' });
  });
});

describe('a journal that was replaced', () => {
  test('goes on in its new epoch although the old one is gone', async () => {
    outbox.appendMany(3);
    start();
    await rest();
    await stopUplinks();
    outbox.replaceJournal();
    outbox.appendMany(2);
    start();
    await rest();
    expect(await places()).toEqual(['1.1', '1.2', '1.3', '2.1', '2.2']);
    expect(await centre.quarantined()).toEqual([]);
  });
});

describe('a cloned card', () => {
  /** The original and its clone have 3 events in common; each then writes its own. */
  async function cloned(originalEvents: number, cloneEvents: number) {
    outbox.appendMany(3);
    start();
    await rest();
    await stopUplinks();
    const clone = outbox.copyTo(join(temporaryFolder(), 'clone.sqlite'));
    for (let own = 0; own < cloneEvents; own += 1)
      clone.append({ kind: 'soundLost', reason: `clone ${own}` });
    outbox.appendMany(originalEvents);
    return clone;
  }

  test('is told, goes on in an epoch of its own, and nothing of either is lost or mixed', async () => {
    const clone = await cloned(4, 6);
    start();
    await rest();
    const { kick } = start(0.5, clone);
    await rest();
    expect(events).toContainEqual({ kind: 'forked', fromEpoch: 1, epoch: 2 });
    clone.append();
    kick();
    uplinks[0]!.kick();
    outbox.append();
    await rest();
    const stored = await centre.stored();
    expect(stored.filter(({ stamp }) => stamp.epoch === 1)).toEqual(outbox.events());
    expect(stored.filter(({ stamp }) => stamp.epoch === 2)).toEqual(
      clone.events().filter(({ stamp }) => stamp.epoch === 2),
    );
    expect((await centre.quarantined()).map(({ seq, reason }) => [seq, reason])).toEqual(
      [4, 5, 6, 7, 8, 9].map((seq) => [seq, 'conflict']),
    );
    expect(waits()).toEqual([]);
  });

  test('begins its new epoch with the event that says so', async () => {
    const clone = await cloned(1, 1);
    start();
    await rest();
    start(0.5, clone);
    await rest();
    const [first] = clone.events().filter(({ stamp }) => stamp.epoch === 2);
    expect(first).toMatchObject({ stamp: { seq: 1 }, entry: { kind: 'journalForked', fromEpoch: 1 } });
  });

  test('with more of its own than one batch holds gets all of it set aside, in order, without waiting', async () => {
    const clone = await cloned(1, 1300);
    start();
    await rest();
    start(0.5, clone);
    await rest();
    expect((await centre.quarantined()).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 1300 }, (_, index) => 4 + index),
    );
    expect(await places()).toEqual(['1.1', '1.2', '1.3', '1.4', '2.1']);
    expect(waits()).toEqual([]);
    expect(await clone.pending(1)).toEqual([]);
  });

  test('does not send again what was set aside when it restarts, but does when the server lost it', async () => {
    const clone = await cloned(2, 700);
    start();
    await rest();
    const backup = centre.backUp();
    start(0.5, clone);
    await rest();
    await stopUplinks();
    const asked = centre.asked.length;
    clone.append();
    start(0.5, clone);
    await rest();
    expect(centre.asked.slice(asked).map((each) => (each === 'cursor' ? each : each.events.length))).toEqual([
      'cursor',
      1,
    ]);
    await stopUplinks();
    await centre.restore(backup);
    clone.append();
    start(0.5, clone);
    await rest();
    expect(await centre.quarantined()).toHaveLength(700);
    expect(await places()).toEqual([...placesOf(outbox), '2.1', '2.2', '2.3']);
  });

  test('hears of the fork again when it lost power before it could go on in a new epoch', async () => {
    const clone = await cloned(1, 1);
    start();
    await rest();
    await stopUplinks();
    const { beginEpoch } = clone;
    clone.beginEpoch = () => Promise.reject(new Error('power cut'));
    start(0.5, clone);
    await rest();
    await stopUplinks();
    clone.beginEpoch = beginEpoch;
    start(0.5, clone);
    await rest();
    expect(events.filter(({ kind }) => kind === 'forked')).toHaveLength(1);
    expect(await clone.pending(1)).toEqual([]);
  });
});
