import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BatchFate,
  type EpochHead,
  type KnownEvent,
  placeBatch,
  type Surroundings,
  settleBatch,
} from '../../sync-server/ingest/place-batch.ts';
import { CHAIN_START } from '../../sync-server/protocol/chain-value.ts';
import type { SortedBatch } from '../../sync-server/store/event-log.ts';
import { journalEvent } from '../support/journal-events.ts';
import { testJournal } from '../support/sorted-batches.ts';

const journal = testJournal();
const clone = journal.fork(3, 'clone');
const at = (epoch: number, seq: number) => ({ epoch, seq });
const headAt = (seq: number, more: Partial<EpochHead> = {}): EpochHead => ({
  seq,
  chain: journal.chainAt(seq),
  lostThrough: 0,
  ...more,
});
/** A server that has epoch 1 to `seq` and nothing else. */
const serverAt = (seq: number, more: Partial<Surroundings> = {}): Surroundings => ({
  head: headAt(seq),
  seqInAfterEpoch: seq,
  branchEnds: [],
  ...more,
});

describe('a batch', () => {
  test.each([
    { what: 'is the first of all', seq: 0, from: 1, verdict: 'same' },
    { what: 'follows the head', seq: 5, from: 6, verdict: 'same' },
    { what: 'is sent again with more', seq: 5, from: 4, verdict: 'same' },
    { what: 'ends at the head', seq: 5, from: 3, verdict: 'same' },
    { what: 'ends before the head', seq: 5, from: 2, verdict: 'unproven' },
    { what: 'skips some', seq: 5, from: 7, verdict: 'behind' },
    { what: 'skips the start of its epoch', seq: 0, from: 2, verdict: 'behind' },
  ])('that $what is $verdict', ({ seq, from, verdict }) => {
    const batch = journal.batch(from, from + 2, { after: at(1, Math.min(seq, from - 1)) });
    const place = placeBatch(serverAt(seq), batch);
    expect(place.kind === 'connects' ? place.history : place.kind).toBe(verdict);
  });

  test.each([
    { what: 'follows the head', from: 6, to: 7 },
    { what: 'reaches over it', from: 4, to: 7 },
  ])('of another history that $what has parted', ({ from, to }) => {
    expect(placeBatch(serverAt(5), clone.batch(from, to))).toMatchObject({ history: 'parted' });
  });

  test('that skips is taken when the box lost the rest, but never when the server did', () => {
    const lost = { lostBefore: true };
    expect(placeBatch(serverAt(5), journal.batch(9, 9, { ...lost, after: at(1, 5) }))).toMatchObject({
      kind: 'connects',
      history: 'same',
    });
    expect(placeBatch(serverAt(5), journal.batch(9, 9, { ...lost, after: at(1, 8) })).kind).toBe('behind');
  });

  test('after an epoch the server lacks is behind', () => {
    const batch = testJournal(3).batch(1, 2, { after: at(2, 7) });
    const server = { head: { seq: 0, chain: CHAIN_START, lostThrough: 0 }, branchEnds: [] };
    expect(placeBatch({ ...server, seqInAfterEpoch: 6 }, batch).kind).toBe('behind');
    expect(placeBatch({ ...server, seqInAfterEpoch: 7 }, batch).kind).toBe('connects');
  });

  test.each([
    { what: 'its place and chain', end: { ...at(1, 8), chain: clone.chainAt(8) }, verdict: 'connects' },
    { what: 'its place with another chain', end: { ...at(1, 8), chain: 'other' }, verdict: 'behind' },
    { what: 'another place', end: { ...at(1, 7), chain: clone.chainAt(7) }, verdict: 'behind' },
    { what: 'another epoch', end: { ...at(2, 8), chain: clone.chainAt(8) }, verdict: 'behind' },
  ])('goes on where a parted history ended, if that has $what: $verdict', ({ end, verdict }) => {
    expect(placeBatch(serverAt(5, { branchEnds: [end] }), clone.batch(9, 10)).kind).toBe(verdict);
  });

  test('of a later epoch may follow a parted history', () => {
    const next = testJournal(2).batch(1, 1, { after: at(1, 8) });
    const server = { head: { seq: 0, chain: CHAIN_START, lostThrough: 0 }, seqInAfterEpoch: 5 };
    const end = { ...at(1, 8), chain: clone.chainAt(8) };
    expect(placeBatch({ ...server, branchEnds: [] }, next).kind).toBe('behind');
    expect(placeBatch({ ...server, branchEnds: [end] }, next)).toMatchObject({ history: 'same' });
  });

  test('reads no stored body when the chain proves the history', () => {
    expect(placeBatch(serverAt(5), journal.batch(2, 9))).toMatchObject({ compare: undefined });
    expect(placeBatch(serverAt(5), journal.batch(6, 9))).toMatchObject({ compare: undefined });
    const holed = { head: headAt(5, { lostThrough: 3 }) };
    expect(placeBatch(serverAt(5, holed), journal.batch(2, 9))).toMatchObject({
      compare: { from: 2, to: 5 },
    });
    expect(placeBatch(serverAt(5), journal.batch(2, 4))).toMatchObject({ compare: { from: 2, to: 4 } });
  });
});

/** Asks as the store does: `stored` is what it has, by seq. */
function settle(head: EpochHead, batch: SortedBatch, stored: ReadonlyMap<number, KnownEvent>): BatchFate {
  const place = placeBatch({ head, seqInAfterEpoch: head.seq, branchEnds: [] }, batch);
  if (place.kind === 'behind') throw new Error('behind');
  const { from, to } = place.compare ?? { from: 1, to: 0 };
  const known = new Map([...stored].filter(([seq]) => seq >= from && seq <= to));
  return settleBatch(head, batch, place, known);
}

const storedTo = (seq: number, unreadable: readonly number[] = []): Map<number, KnownEvent> =>
  new Map(
    journal
      .batch(1, seq)
      .events.map((event) => [event.seq, { body: event.body, isUnreadable: unreadable.includes(event.seq) }]),
  );

describe('the events of a batch', () => {
  test('are new beyond the head and known up to it', () => {
    const { fates, head, isParted } = settle(headAt(5), journal.batch(4, 7), storedTo(5));
    expect(fates).toEqual(['known', 'known', 'new', 'new']);
    expect([head, isParted]).toEqual([headAt(7), false]);
  });

  test('conflict where they differ and beyond, and never move the head', () => {
    const { fates, head, isParted } = settle(headAt(5), clone.batch(2, 7), storedTo(5));
    expect(fates).toEqual(['known', 'known', 'conflict', 'conflict', 'conflict', 'conflict']);
    expect([head, isParted]).toEqual([headAt(5), true]);
  });

  test('conflict also when the batch never reaches the head', () => {
    expect(settle(headAt(9), clone.batch(3, 5), storedTo(9))).toMatchObject({
      fates: ['known', 'conflict', 'conflict'],
      isParted: true,
    });
  });

  test('are compared as JSON with bodies stored before there were chains, and the chain is taken up', () => {
    const head = headAt(5, { chain: undefined, lostThrough: 5 });
    const disordered = (seq: number): string => {
      const { stamp, entry } = journalEvent(1, seq);
      return JSON.stringify({ stamp, entry });
    };
    const stored = new Map([3, 4, 5].map((seq) => [seq, { body: disordered(seq), isUnreadable: false }]));
    const { fates, head: after } = settle(head, journal.batch(3, 7), stored);
    expect(fates).toEqual(['known', 'known', 'known', 'new', 'new']);
    expect(after).toMatchObject({ seq: 7, chain: journal.chainAt(7) });
    expect(settle(head, journal.batch(6, 7), stored).head.chain).toBe(journal.chainAt(7));
    expect(settle(head, clone.batch(3, 7), stored).isParted).toBe(true);
  });

  test('fill the places a box had lost', () => {
    const head = headAt(9, { lostThrough: 6 });
    const stored = storedTo(9);
    for (const seq of [4, 5, 6]) stored.delete(seq);
    const { fates } = settle(head, journal.batch(3, 10), stored);
    expect(fates).toEqual(['known', 'new', 'new', 'new', 'known', 'known', 'known', 'new']);
  });

  test('that nobody can read are unreadable, the second time too', () => {
    const odd = testJournal(1, (seq) => (seq === 2 ? { odd: true } : journal.eventAt(seq)));
    const first = settle(headAt(0), odd.batch(1, 3), new Map());
    expect(first.fates).toEqual(['new', 'unreadable', 'new']);
    const stored = new Map(
      odd.batch(1, 3).events.map(({ seq, body }) => [seq, { body, isUnreadable: seq === 2 }]),
    );
    expect(settle(first.head, odd.batch(1, 3), stored).fates).toEqual(['known', 'unreadable', 'known']);
    // In the log already, stored by a newer server than this: known, not set aside.
    const inLog = new Map([...stored].map(([seq, { body }]) => [seq, { body, isUnreadable: false }]));
    expect(settle(first.head, odd.batch(1, 3), inLog).fates).toEqual(['known', 'known', 'known']);
  });
});

test('whatever overlapping batches of one journal come in whatever order, each event is new once', () => {
  const batches = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 8 })));
  fc.assert(
    fc.property(batches, (spans) => {
      let head: EpochHead = { seq: 0, chain: CHAIN_START, lostThrough: 0 };
      const stored = new Map<number, KnownEvent>();
      for (const [from, more] of [...spans, [1, 40] as const]) {
        const batch = journal.batch(from, from + more, { after: at(0, 0) });
        const place = placeBatch({ head, seqInAfterEpoch: 0, branchEnds: [] }, batch);
        expect(place.kind).toBe(from > head.seq + 1 ? 'behind' : 'connects');
        if (place.kind === 'behind') continue;
        const settled = settle(head, { ...batch, after: at(0, 0) }, stored);
        expect(settled.isParted).toBe(false);
        for (const [index, { seq, body }] of batch.events.entries()) {
          expect(settled.fates[index]).toBe(stored.has(seq) ? 'known' : 'new');
          stored.set(seq, { body, isUnreadable: false });
        }
        head = settled.head;
        expect(head).toEqual(headAt(stored.size));
      }
    }),
  );
});
