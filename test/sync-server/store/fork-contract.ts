/** Two boxes with one card: histories that part. */
import { describe, expect, test } from 'vitest';
import { testJournal } from '../../support/sorted-batches.ts';
import { type ContractBench, SITE } from './store-contract.ts';

export function describeForks(bench: ContractBench): void {
  const original = testJournal();
  const clone = original.fork(3, 'clone');

  const conflicts = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({
      epoch: 1,
      seq: from + index,
      reason: 'conflict',
    }));

  describe('of two histories', () => {
    test.each([
      { what: 'at known places', from: 2, to: 4, first: 4 },
      { what: 'from known places on', from: 4, to: 7, first: 4 },
      { what: 'right after the head', from: 6, to: 7, first: 6 },
    ])(
      'the second goes to quarantine $what, is acknowledged and told a new epoch',
      async ({ from, to, first }) => {
        const device = await bench.enrol('a');
        await bench.store().append(device, original.batch(1, 5));
        const outcome = await bench.store().append(device, clone.batch(from, to));
        expect(outcome).toEqual({
          ackedThrough: { epoch: 1, seq: to },
          isBehind: false,
          stored: 0,
          quarantined: conflicts(first, to),
          newEpoch: 2,
          downlinkVersion: 0,
        });
        expect(await bench.store().heads(device)).toMatchObject([{ epoch: 1, seq: 5 }]);
        // The first goes on as if nothing had happened.
        expect(await bench.store().append(device, original.batch(6, 8))).toMatchObject({
          stored: 3,
          quarantined: [],
        });
      },
    );

    test('the second sends all the rest of its epoch into quarantine, batch by batch, then its new epoch into the log', async () => {
      const device = await bench.enrol('a');
      const store = bench.store();
      await store.append(device, original.batch(1, 5));
      await store.append(device, clone.batch(4, 8));
      for (const [from, to] of [
        [9, 12],
        [9, 10],
        [13, 14],
      ] as const) {
        expect(await store.append(device, clone.batch(from, to))).toMatchObject({
          isBehind: false,
          stored: 0,
          ackedThrough: { epoch: 1, seq: to },
          quarantined: conflicts(from, to),
        });
      }
      const next = testJournal(2).batch(1, 3, { after: { epoch: 1, seq: 14 } });
      expect(await store.append(device, next)).toMatchObject({ isBehind: false, stored: 3, quarantined: [] });
      expect(await store.quarantineCount(SITE)).toBe(5 + 4 + 2);
      expect(await store.heads(device)).toMatchObject([
        { epoch: 1, seq: 5 },
        { epoch: 2, seq: 3 },
      ]);
    });

    test('a third that joins at the end of the second without its chain is behind', async () => {
      const device = await bench.enrol('a');
      await bench.store().append(device, original.batch(1, 5));
      await bench.store().append(device, clone.batch(4, 8));
      expect(await bench.store().append(device, original.batch(9, 10))).toMatchObject({ isBehind: true });
    });

    test('the same conflict sent again is one entry in quarantine, and its epoch another one', async () => {
      const device = await bench.enrol('a');
      await bench.store().append(device, original.batch(1, 5));
      const first = await bench.store().append(device, clone.batch(4, 7));
      const second = await bench.store().append(device, clone.batch(4, 7));
      expect(second.quarantined).toEqual(first.quarantined);
      expect(await bench.store().quarantineCount(SITE)).toBe(4);
      expect([first.newEpoch, second.newEpoch]).toEqual([2, 3]);
    });

    test('no two clones are given the same epoch, nor one that is in use', async () => {
      const device = await bench.enrol('a');
      const store = bench.store();
      await store.append(device, original.batch(1, 5));
      await store.append(device, testJournal(7).batch(1, 1, { after: { epoch: 1, seq: 5 } }));
      const names = ['b', 'c', 'd', 'e', 'f'];
      const clones = names.map((name) => original.fork(2, name).batch(3, 6));
      const given = (await Promise.all(clones.map((batch) => store.append(device, batch)))).map(
        ({ newEpoch }) => newEpoch!,
      );
      expect(given.toSorted((a, b) => a - b)).toEqual([8, 9, 10, 11, 12]);
      await bench.reopen();
      const late = await bench.store().append(device, original.fork(2, 'late').batch(3, 6));
      expect(late.newEpoch).toBe(13);
    });

    test('the second may be unreadable too', async () => {
      const device = await bench.enrol('a');
      await bench.store().append(device, original.batch(1, 5));
      const odd = testJournal(1, (seq) => (seq <= 3 ? original.eventAt(seq) : ['?', seq]));
      expect(await bench.store().append(device, odd.batch(4, 6))).toMatchObject({
        quarantined: conflicts(4, 6),
        newEpoch: 2,
      });
    });
  });
}
