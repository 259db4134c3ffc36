/**
 * What every event store promises, run on each adapter. `reopen` ends the store as a killed process would, without
 * closing it, and opens what is on disk.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sortEvents } from '../../../sync-server/ingest/sort-events.ts';
import type {
  EnrolledDevice,
  EnrolmentClaim,
  EventStore,
  SortedBatch,
} from '../../../sync-server/store/event-store.ts';
import { journalEvents } from '../../support/journal-events.ts';

export interface StoreUnderTest {
  readonly store: EventStore;
  reopen(): Promise<EventStore>;
  dispose(): Promise<void>;
}

const SITE = '01900000-0000-7000-8000-00000000000a';
const OTHER_SITE = '01900000-0000-7000-8000-00000000000b';

/** A batch of the events `from` to `to` of epoch 1, which follows what comes before it. */
function batchOf(from: number, to: number, more: Partial<SortedBatch> = {}): SortedBatch {
  const batch = { epoch: 1, firstSeq: from, events: journalEvents(1, from, to) };
  const after = from === 1 ? { epoch: 0, seq: 0 } : { epoch: 1, seq: from - 1 };
  return { ...batch, after, lostBefore: false, events: sortEvents(batch), receivedAtMs: 7, ...more };
}

/** A claim whose secrets are told apart by `name`. */
function claimOf(name: string, more: Partial<EnrolmentClaim> = {}): EnrolmentClaim {
  return {
    codeHash: `code ${name}`,
    enrolmentKeyHash: `key ${name}`,
    tokenHash: `token ${name}`,
    deviceId: `device ${name}`,
    participantId: `participant ${name}`,
    atMs: 1,
    ...more,
  };
}

export function describeEventStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`event store on ${name}`, () => {
    let under: StoreUnderTest;
    let store: EventStore;

    beforeEach(async () => {
      under = await open();
      store = under.store;
      await store.createSite({ siteId: SITE, purpose: 'study' }, 1);
    });
    afterEach(() => under.dispose());

    async function enrolDevice(deviceName: string, siteId = SITE): Promise<EnrolledDevice> {
      await store.saveEnrolmentCode({ siteId, codeHash: `code ${deviceName}`, expiresAtMs: 1000 });
      const outcome = await store.enrol(claimOf(deviceName));
      if (outcome.kind !== 'enrolled') throw new Error(outcome.kind);
      return outcome.device;
    }

    test('a code is refused when unknown, expired or used by another key', async () => {
      expect(await store.enrol(claimOf('a'))).toEqual({ kind: 'codeUnknown' });
      await enrolDevice('a');
      expect(await store.enrol(claimOf('a', { enrolmentKeyHash: 'key b' }))).toEqual({ kind: 'codeUsed' });
      expect(await store.enrol(claimOf('a', { atMs: 1000 }))).toEqual({ kind: 'codeExpired' });
    });

    test('the same key gets the same device with another token', async () => {
      const device = await enrolDevice('a');
      const again = claimOf('a', { tokenHash: 'token b', deviceId: 'x', participantId: 'y' });
      expect(await store.enrol(again)).toEqual({ kind: 'enrolled', device });
      expect(await store.deviceByToken('token a')).toBeUndefined();
      expect(await store.deviceByToken('token b')).toEqual({ ...device, tokenHash: 'token b' });
    });

    test('a researcher token belongs to one site and is replaced by the next', async () => {
      await store.setResearcherToken(SITE, 'first');
      await store.setResearcherToken(SITE, 'second');
      expect(await store.siteByResearcherToken('first')).toBeUndefined();
      expect(await store.siteByResearcherToken('second')).toMatchObject({ siteId: SITE, purpose: 'study' });
    });

    test('a new device has sent nothing; a stored batch moves its cursor', async () => {
      const device = await enrolDevice('a');
      expect(await store.cursor(device)).toEqual({ epoch: 0, seq: 0 });
      const outcome = await store.append(device, batchOf(1, 3));
      expect(outcome).toEqual({ ackedThrough: { epoch: 1, seq: 3 }, stored: 3, quarantined: [] });
      expect(await store.cursor(device)).toEqual({ epoch: 1, seq: 3 });
    });

    test('a batch that does not connect changes nothing', async () => {
      const device = await enrolDevice('a');
      await store.append(device, batchOf(1, 3));
      const outcome = await store.append(device, batchOf(5, 6));
      expect(outcome).toEqual({ ackedThrough: { epoch: 1, seq: 3 }, stored: 0, quarantined: [] });
      expect(await store.eventsAfter(SITE, 0, 10)).toHaveLength(3);
    });

    test('an older batch sent again does not move the cursor back', async () => {
      const device = await enrolDevice('a');
      await store.append(device, batchOf(1, 5));
      const outcome = await store.append(device, batchOf(1, 2));
      expect(outcome).toEqual({ ackedThrough: { epoch: 1, seq: 5 }, stored: 0, quarantined: [] });
    });

    test('five copies of one batch at once store it once', async () => {
      const device = await enrolDevice('a');
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => store.append(device, batchOf(1, 20))),
      );
      expect(outcomes.map(({ stored }) => stored).reduce((a, b) => a + b)).toBe(20);
      expect(await store.eventsAfter(SITE, 0, 100)).toHaveLength(20);
    });

    test('log numbers are dense for each site, whatever is sent twice', async () => {
      await store.createSite({ siteId: OTHER_SITE, purpose: 'demo' }, 2);
      const [a, b, other] = [
        await enrolDevice('a'),
        await enrolDevice('b'),
        await enrolDevice('c', OTHER_SITE),
      ];
      await store.append(a, batchOf(1, 2));
      await store.append(other, batchOf(1, 4));
      await store.append(b, batchOf(1, 2));
      await store.append(a, batchOf(1, 4));
      const rows = await store.eventsAfter(SITE, 0, 100);
      expect(rows.map(({ log }) => log)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(rows.map(({ deviceId }) => deviceId.at(-1)).join('')).toBe('aabbaa');
      expect((await store.eventsAfter(OTHER_SITE, 0, 100)).map(({ log }) => log)).toEqual([1, 2, 3, 4]);
      expect((await store.eventsAfter(SITE, 4, 1)).map(({ log }) => log)).toEqual([5]);
    });

    test('the same content in quarantine is one entry, other content another', async () => {
      const device = await enrolDevice('a');
      const unreadable = (text: string) => {
        const raw = { epoch: 1, firstSeq: 1, events: [text] };
        return { ...batchOf(1, 1), events: sortEvents(raw) };
      };
      for (const text of ['?', '?', '!']) await store.append(device, unreadable(text));
      expect(await store.quarantineCount(SITE)).toBe(2);
      expect(await store.eventsAfter(SITE, 0, 10)).toEqual([]);
    });

    test('what was acknowledged is there after the process is killed', async () => {
      const generation = await store.generation();
      const device = await enrolDevice('a');
      await store.append(device, batchOf(1, 3));
      store = await under.reopen();
      expect(await store.generation()).toBe(generation);
      expect(await store.cursor(device)).toEqual({ epoch: 1, seq: 3 });
      expect(await store.eventsAfter(SITE, 0, 10)).toMatchObject([
        { log: 1, deviceId: device.deviceId, participantId: device.participantId, receivedAtMs: 7 },
        { log: 2 },
        { log: 3, event: journalEvents(1, 3, 3)[0] },
      ]);
      expect(await store.append(device, batchOf(4, 4))).toMatchObject({ stored: 1 });
    });
  });
}
