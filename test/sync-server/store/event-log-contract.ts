/** Batches into the log and out of it again. */
import { describe, expect, test } from 'vitest';
import { sortEvent, sortStoredEvent } from '../../../sync-server/ingest/sort-events.ts';
import type { SyncPoint } from '../../../sync-server/store/event-log.ts';
import { BOOT_ID, journalEvent } from '../../support/journal-events.ts';
import { type TestJournal, testJournal } from '../../support/sorted-batches.ts';
import { type ContractBench, OTHER_SITE, SITE } from './store-contract.ts';

/** A journal in which the events of `unreadable` are of a kind nobody knows. */
const withUnreadable = (...unreadable: number[]): TestJournal =>
  testJournal(1, (seq) =>
    unreadable.includes(seq) ? { ...journalEvent(1, seq), entry: { kind: 'future' } } : journalEvent(1, seq),
  );

export function describeEventLog(bench: ContractBench): void {
  const journal = testJournal();
  const seqsOf = async () =>
    (await bench.store().eventsAfter(SITE, 0, 1000)).map(({ event }) => event.stamp.seq);

  describe('a batch', () => {
    test('is stored, acknowledged to its end and moves the head', async () => {
      const device = await bench.enrol('a');
      expect(await bench.store().heads(device)).toEqual([]);
      expect(await bench.store().append(device, journal.batch(1, 3))).toEqual({
        ackedThrough: { epoch: 1, seq: 3 },
        isBehind: false,
        stored: 3,
        quarantined: [],
        downlinkVersion: 0,
      });
      expect(await bench.store().heads(device)).toMatchObject([{ epoch: 1, seq: 3 }]);
    });

    test.each([500, 499, 127, 20, 1])('of %d events is stored whole and in order', async (count) => {
      const device = await bench.enrol('a');
      expect(await bench.store().append(device, journal.batch(1, count))).toMatchObject({ stored: count });
      expect(await seqsOf()).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    });

    test('sent again, whole, in part or with more, stores only what is new', async () => {
      const device = await bench.enrol('a');
      const store = bench.store();
      await store.append(device, journal.batch(1, 5));
      for (const [from, to, stored] of [
        [1, 5, 0],
        [2, 3, 0],
        [4, 7, 2],
        [1, 9, 2],
      ] as const) {
        expect(await store.append(device, journal.batch(from, to))).toEqual({
          ackedThrough: { epoch: 1, seq: to },
          isBehind: false,
          stored,
          quarantined: [],
          downlinkVersion: 0,
        });
      }
      expect(await seqsOf()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await store.heads(device)).toMatchObject([{ epoch: 1, seq: 9 }]);
    });

    test('after something the server lacks is refused as behind and changes nothing', async () => {
      const device = await bench.enrol('a');
      await bench.store().append(device, journal.batch(1, 3));
      for (const more of [{}, { after: { epoch: 1, seq: 3 } }]) {
        expect(await bench.store().append(device, journal.batch(5, 6, more))).toMatchObject({
          ackedThrough: { epoch: 1, seq: 3 },
          isBehind: true,
          stored: 0,
        });
      }
      expect(await seqsOf()).toEqual([1, 2, 3]);
    });

    test('after what the box lost for good is taken, and what turns up later too', async () => {
      const device = await bench.enrol('a');
      await bench.store().append(device, journal.batch(1, 3));
      const lost = { after: { epoch: 1, seq: 3 }, lostBefore: true };
      expect(await bench.store().append(device, journal.batch(6, 8, lost))).toMatchObject({ stored: 3 });
      expect(await seqsOf()).toEqual([1, 2, 3, 6, 7, 8]);
      const whole = await bench.store().append(device, journal.batch(2, 9));
      expect(whole).toMatchObject({ stored: 3, isBehind: false, quarantined: [] });
      expect((await seqsOf()).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('of another epoch has a head of its own', async () => {
      const device = await bench.enrol('a');
      await bench.store().append(device, journal.batch(1, 3));
      const next = testJournal(4).batch(1, 2, { after: { epoch: 1, seq: 3 } });
      expect(await bench.store().append(device, next)).toMatchObject({ stored: 2, isBehind: false });
      expect(await bench.store().append(device, journal.batch(4, 4))).toMatchObject({ stored: 1 });
      expect(await bench.store().heads(device)).toMatchObject([
        { epoch: 1, seq: 4 },
        { epoch: 4, seq: 2 },
      ]);
    });

    test('five times at once is stored once', async () => {
      const device = await bench.enrol('a');
      const copies = Array.from({ length: 5 }, () => bench.store().append(device, journal.batch(1, 20)));
      const outcomes = await Promise.all(copies);
      expect(outcomes.map(({ stored }) => stored).reduce((a, b) => a + b)).toBe(20);
      expect(outcomes.every(({ ackedThrough }) => ackedThrough.seq === 20)).toBe(true);
      expect(await seqsOf()).toHaveLength(20);
    });

    test('of nobody is a fault, not an acknowledgement', async () => {
      const nobody = { siteId: SITE, deviceId: 'nobody', participantId: 'nobody' };
      await expect(bench.store().append(nobody, journal.batch(1, 1))).rejects.toThrow(/no box nobody/);
    });
  });

  test('log numbers are dense for each site and rise in the order of commits, also from many boxes at once', async () => {
    const store = bench.store();
    await store.createSite({ siteId: OTHER_SITE, purpose: 'demo' }, 2);
    const names = ['a', 'b', 'c', 'd'];
    const devices = await Promise.all(names.map((name) => bench.enrol(name)));
    const other = await bench.enrol('other', OTHER_SITE);
    await Promise.all([
      ...devices.flatMap((device) => [
        store.append(device, journal.batch(1, 30)),
        store.append(device, journal.batch(1, 45)),
      ]),
      store.append(other, journal.batch(1, 4)),
    ]);
    const rows = await store.eventsAfter(SITE, 0, 1000);
    expect(rows.map(({ log }) => log)).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
    expect((await store.eventsAfter(OTHER_SITE, 0, 100)).map(({ log }) => log)).toEqual([1, 2, 3, 4]);
    expect((await store.eventsAfter(SITE, 100, 2)).map(({ log }) => log)).toEqual([101, 102]);
    expect((await store.devices(SITE)).map(({ events }) => events)).toEqual([45, 45, 45, 45]);
  });

  test('a row has what was sent, whose it is and when it came', async () => {
    const device = await bench.enrol('a');
    await bench.store().append(device, journal.batch(1, 1));
    expect(await bench.store().eventsAfter(SITE, 0, 10)).toEqual([
      {
        log: 1,
        deviceId: device.deviceId,
        participantId: device.participantId,
        receivedAtMs: 7,
        event: journalEvent(1, 1),
      },
    ]);
    expect(await bench.store().devices(SITE)).toEqual([
      { ...device, status: 'active', enrolledAtMs: 1, lastReceivedAtMs: 7, events: 1 },
    ]);
  });

  test('what was acknowledged is there after the process is killed', async () => {
    const device = await bench.enrol('a');
    await bench.store().append(device, journal.batch(1, 3));
    await bench.reopen();
    expect(await bench.store().heads(device)).toMatchObject([{ epoch: 1, seq: 3 }]);
    expect(await seqsOf()).toEqual([1, 2, 3]);
    expect(await bench.store().append(device, journal.batch(3, 4))).toMatchObject({ stored: 1 });
  });

  describe('quarantine', () => {
    const mixed = withUnreadable(2, 4);

    test('takes what cannot be read, once, and the batch is acknowledged', async () => {
      const device = await bench.enrol('a');
      for (const stored of [2, 0]) {
        expect(await bench.store().append(device, mixed.batch(1, 4))).toMatchObject({
          ackedThrough: { epoch: 1, seq: 4 },
          stored,
          quarantined: [
            { epoch: 1, seq: 2, reason: 'unreadable' },
            { epoch: 1, seq: 4, reason: 'unreadable' },
          ],
        });
      }
      expect(await bench.store().quarantineCount(SITE)).toBe(2);
      expect(await bench.store().heads(device)).toMatchObject([{ epoch: 1, seq: 4 }]);
      expect(await bench.store().append(device, mixed.batch(5, 5))).toMatchObject({ stored: 1 });
    });

    test('keeps an event as it came and tells it in order, in pages', async () => {
      const device = await bench.enrol('a');
      await bench.store().append(device, mixed.batch(1, 5));
      const rows = await bench.store().quarantined(SITE, 0, 10);
      const { body } = sortEvent(mixed.eventAt(2), { epoch: 1, seq: 2 });
      expect(rows[0]).toEqual({
        deviceId: device.deviceId,
        participantId: device.participantId,
        epoch: 1,
        seq: 2,
        reason: 'unreadable',
        receivedAtMs: 7,
        body,
      });
      expect(await bench.store().quarantined(SITE, 1, 1)).toEqual([rows[1]]);
      expect(await bench.store().quarantined(OTHER_SITE, 0, 10)).toEqual([]);
    });

    test('gives back what a newer server can read, once, however many ask', async () => {
      const device = await bench.enrol('a');
      await bench.store().append(device, mixed.batch(1, 5));
      expect(await bench.store().replayQuarantine(sortStoredEvent)).toBe(0);
      const asNewer = (body: string, at: { epoch: number; seq: number }) =>
        at.seq === 2 ? { ...sortStoredEvent(body, at), kind: 'future' } : sortStoredEvent(body, at);
      const moved = await Promise.all([1, 2].map(() => bench.store().replayQuarantine(asNewer)));
      expect(moved.reduce((a, b) => a + b)).toBe(1);
      expect(await bench.store().quarantineCount(SITE)).toBe(1);
      const rows = await bench.store().eventsAfter(SITE, 0, 10);
      expect(rows.map(({ log }) => log)).toEqual([1, 2, 3, 4]);
      expect(rows.at(-1)).toMatchObject({ event: { stamp: { seq: 2 } }, receivedAtMs: 7 });
      // Sent once more by a box that never heard the answer: known.
      expect(await bench.store().append(device, mixed.batch(1, 3))).toMatchObject({ stored: 0 });
    });
  });

  test('of each hour a boot ran the narrowest sync point is kept', async () => {
    const device = await bench.enrol('a');
    const otherBoot = '6f1c2b9e-5a0d-4c3b-9f57-0a1b2c3d4e60';
    const point = (monotonicMs: number, widthMs: number, more: Partial<SyncPoint> = {}): SyncPoint => ({
      bootId: BOOT_ID,
      monotonicMs,
      wallMs: 1.5,
      clockState: 'unset',
      nonceIssuedAtMs: 1000,
      receivedAtMs: 1000 + widthMs,
      ...more,
    });
    const exchange = { sentMs: 10.25, receivedMs: 40.25, serverMs: 900 };
    const points = [
      point(100, 300),
      point(200, 200),
      point(300, 250),
      point(3_599_999.5, 900, { lastExchange: exchange }),
      point(3_599_999.75, 800),
      point(3_600_000, 700),
      point(50, 400, { bootId: otherBoot }),
      point(1e300, 1),
    ];
    for (const syncPoint of points) await bench.store().append(device, journal.batch(1, 1, { syncPoint }));
    const kept = await bench.store().syncPoints(SITE, device.deviceId, [BOOT_ID]);
    expect(kept).toEqual([points[3], points[5], points[7]]);
    const asked = [...Array.from({ length: 120 }, (_, index) => `boot ${index}`), otherBoot, BOOT_ID];
    expect(await bench.store().syncPoints(SITE, device.deviceId, asked)).toHaveLength(4);
    expect(await bench.store().syncPoints(SITE, device.deviceId, [])).toEqual([]);
  });

  test('the starts of a box are told in the order of its journal', async () => {
    const device = await bench.enrol('a');
    const booting = testJournal(1, (seq) =>
      seq % 3 === 1
        ? journalEvent(1, seq, { kind: 'booted', appVersion: '1' }, { monotonicMs: seq / 4 })
        : journalEvent(1, seq),
    );
    await bench.store().append(device, booting.batch(1, 5));
    expect(await bench.store().bootStarts(SITE, device.deviceId)).toEqual([
      { epoch: 1, seq: 1, bootId: BOOT_ID, monotonicMs: 0.25 },
      { epoch: 1, seq: 4, bootId: BOOT_ID, monotonicMs: 1 },
    ]);
  });
}
