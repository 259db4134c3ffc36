import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hasForgotten,
  headsOfOurHistory,
  headsOfThisCard,
  headsWith,
  isLossReal,
  judgeAcknowledgement,
  type OutgoingBatch,
  RETRY_BASE_MS,
  RETRY_CAP_MS,
  resumeFrom,
  retryDelayMs,
  takeBatch,
} from '../../../device/core/outbox.ts';
import type { LocalEpoch, PendingEvent } from '../../../device/core/ports.ts';
import { comparePositions, type Position } from '../../../sync-server/protocol/position.ts';
import { PROTOCOL_VERSION } from '../../../sync-server/protocol/protocol-limits.ts';
import { journalEvent, journalEvents } from '../../support/journal-events.ts';

const at = (epoch: number, seq: number) => ({ epoch, seq });
const LIMITS = { maxEvents: 500, maxBytes: 1_000_000 };

/** Events `from` to `to` with chains that name their places. */
const pending = (epoch: number, from: number, to: number): PendingEvent[] =>
  journalEvents(epoch, from, to).map((event) => ({ event, chainBefore: chainAt(epoch, event.stamp.seq) }));
const chainAt = (epoch: number, seq: number) => `${epoch}`.padEnd(32, '0') + `${seq}`.padStart(32, '0');

describe('a batch', () => {
  test('is nothing when nothing is pending', () => {
    expect(takeBatch([at(1, 3)], [], LIMITS)).toBeUndefined();
  });

  test.each<[string, PendingEvent[], number]>([
    ['a new epoch', [...pending(1, 4, 6), ...pending(2, 1, 2)], 3],
    ['a hole', [...pending(1, 4, 5), ...pending(1, 8, 9)], 2],
    ['the limit of events', pending(1, 4, 600), 500],
  ])('ends before %s', (_what, waiting, length) => {
    expect(takeBatch([at(1, 3)], waiting, LIMITS)?.events).toEqual(
      waiting.slice(0, length).map(({ event }) => event),
    );
  });

  test.each([
    { what: 'the head', heads: [at(1, 3)], first: at(1, 4), after: at(1, 3), lostBefore: false },
    {
      what: 'its own start, when a reply was lost',
      heads: [at(1, 9)],
      first: at(1, 4),
      after: at(1, 3),
      lostBefore: false,
    },
    {
      what: 'the end of the epoch before',
      heads: [at(1, 3)],
      first: at(2, 1),
      after: at(1, 3),
      lostBefore: false,
    },
    { what: 'the head behind a loss', heads: [at(1, 3)], first: at(1, 6), after: at(1, 3), lostBefore: true },
    {
      what: 'the end of the epoch before a loss',
      heads: [at(1, 3)],
      first: at(2, 6),
      after: at(1, 3),
      lostBefore: true,
    },
    {
      what: 'the head of its own epoch, not of a later one',
      heads: [at(1, 3), at(4, 2)],
      first: at(1, 4),
      after: at(1, 3),
      lostBefore: false,
    },
    {
      what: 'nothing, when the server has nothing',
      heads: [],
      first: at(1, 1),
      after: at(0, 0),
      lostBefore: false,
    },
    {
      what: 'nothing, when all the server has is later',
      heads: [at(4, 2)],
      first: at(2, 1),
      after: at(0, 0),
      lostBefore: false,
    },
  ])('connects to $what', ({ heads, first, after, lostBefore }) => {
    const batch = takeBatch(heads, pending(first.epoch, first.seq, first.seq + 1), LIMITS);
    expect(batch).toMatchObject({ after, lostBefore, chainBefore: chainAt(first.epoch, first.seq) });
  });

  test('is never larger than the limit in bytes of UTF-8, unless a single event is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 500, max: 4_000 }),
        (reasons, maxBytes) => {
          const waiting = reasons.map((reason, index) => ({
            event: journalEvent(1, index + 1, { kind: 'soundLost', reason }),
            chainBefore: chainAt(1, index + 1),
          }));
          const batch = takeBatch([at(2 ** 52, 2 ** 52)], waiting, { maxEvents: 500, maxBytes })!;
          const sizeBytes = Buffer.byteLength(JSON.stringify({ protocol: PROTOCOL_VERSION, ...batch }));
          expect(batch.events.length === 1 || sizeBytes <= maxBytes).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});

const held = (
  epoch: number,
  firstSeq: number,
  lastSeq: number,
  more: Partial<LocalEpoch> = {},
): LocalEpoch => ({
  epoch,
  firstSeq,
  lastSeq,
  ackedSeq: lastSeq,
  isForked: false,
  ...more,
});

describe('where to begin again', () => {
  test.each<[string, Position[], LocalEpoch[], Position | undefined]>([
    ['nowhere, when the server has all', [at(1, 9), at(2, 3)], [held(1, 1, 9), held(2, 1, 3)], undefined],
    ['nowhere, when the box holds nothing', [], [], undefined],
    ['at the first event, for an empty server', [], [held(1, 1, 9)], at(1, 0)],
    ['after the head', [at(1, 4)], [held(1, 1, 9)], at(1, 4)],
    ['in the first epoch with a hole', [at(1, 4), at(2, 3)], [held(1, 1, 9), held(2, 1, 3)], at(1, 4)],
    [
      'in an epoch the server has nothing of',
      [at(1, 9), at(3, 1)],
      [held(1, 1, 9), held(2, 1, 3), held(3, 1, 1)],
      at(2, 0),
    ],
    ['at the first event held, when the server lacks older ones', [at(1, 4)], [held(1, 7, 9)], at(1, 6)],
    ['nowhere, when another card has sent more', [at(1, 20)], [held(1, 1, 9)], undefined],
  ])('%s', (_what, heads, local, position) => {
    expect(resumeFrom(heads, local)).toEqual(position);
  });

  test('leaves out nothing the server lacks', () => {
    const epochs = fc
      .uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 5 })
      .map((each) => each.sort());
    const seq = fc.integer({ min: 1, max: 9 });
    const local = epochs.chain((some) =>
      fc.tuple(
        ...some.map((epoch) =>
          fc.tuple(seq, seq).map(([a, b]) => held(epoch, Math.min(a, b), Math.max(a, b))),
        ),
      ),
    );
    const heads = epochs.chain((some) =>
      fc.tuple(...some.map((epoch) => seq.map((head) => at(epoch, head)))),
    );
    fc.assert(
      fc.property(heads, local, (server, box) => {
        const from = resumeFrom(server, box);
        const lacking = box
          .flatMap(({ epoch, firstSeq, lastSeq }) =>
            Array.from({ length: lastSeq - firstSeq + 1 }, (_, index) => at(epoch, firstSeq + index)),
          )
          .filter((place) => place.seq > (server.find(({ epoch }) => epoch === place.epoch)?.seq ?? 0));
        expect(from === undefined).toBe(lacking.length === 0);
        if (from === undefined) return;
        expect(lacking.every((place) => comparePositions(place, from) > 0)).toBe(true);
        expect(comparePositions(lacking[0]!, from)).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

test('heads move on, epoch by epoch, and never back', () => {
  expect(headsWith([at(1, 4), at(3, 1)], at(2, 7))).toEqual([at(1, 4), at(2, 7), at(3, 1)]);
  expect(headsWith([at(1, 4)], at(1, 6))).toEqual([at(1, 6)]);
  expect(headsWith([at(1, 4)], at(1, 3))).toEqual([at(1, 4)]);
});

test.each<[string, string | undefined, string | undefined, boolean]>([
  ['the same as ours', chainAt(1, 9), chainAt(1, 9), true],
  ['of another history', chainAt(1, 9), chainAt(2, 9), false],
  ['not known to the server', undefined, chainAt(1, 9), true],
  ['not known to the box', chainAt(1, 9), undefined, true],
])('a head whose chain is %s', (_what, chain, own, counts) => {
  const head = chain === undefined ? at(1, 9) : { ...at(1, 9), chain };
  expect(headsOfOurHistory([head, at(2, 1)], [own, undefined])).toEqual(
    counts ? [head, at(2, 1)] : [at(2, 1)],
  );
});

describe('of forked epochs', () => {
  const local = [
    held(1, 1, 9, { isForked: true }),
    held(2, 1, 5, { isForked: true, ackedSeq: 3 }),
    held(3, 1, 2),
    held(4, 1, 2, { isForked: true, ackedSeq: 0 }),
  ];
  const heads = [at(1, 400), at(2, 1), at(3, 2), at(4, 9)];

  test('the heads are another card’s, so the box goes by what was acknowledged to it', () => {
    expect(headsOfThisCard(heads, local, { isSameHistory: true })).toEqual([at(1, 9), at(2, 3), at(3, 2)]);
  });

  test('nothing counts once the server’s history is another', () => {
    expect(headsOfThisCard(heads, local, { isSameHistory: false })).toEqual([at(3, 2)]);
  });

  test.each([
    ['a forked epoch', [at(3, 2)], false],
    ['an epoch of its own', [at(1, 9), at(3, 1)], true],
    ['an epoch of its own, all of it', [], true],
  ])('a head lower than what was acknowledged in %s', (_where, lower, isForgotten) => {
    expect(hasForgotten(lower, local)).toBe(isForgotten);
  });
});

test.each([
  ['begins with the first event held of its epoch', held(1, 6, 9), true],
  ['has events before it that the box still holds', held(1, 5, 9), false],
  ['is of an epoch the box does not hold', held(2, 6, 9), false],
])('the loss a batch tells of, when it %s: %o is real: %s', (_what, epoch, isReal) => {
  const batch = takeBatch([at(1, 3)], pending(1, 6, 7), LIMITS)!;
  expect(isLossReal(batch, [epoch])).toBe(isReal);
});

describe('an acknowledgement', () => {
  const batch: OutgoingBatch = {
    after: at(1, 3),
    epoch: 1,
    firstSeq: 4,
    chainBefore: chainAt(1, 4),
    lostBefore: false,
    events: journalEvents(1, 4, 6),
  };

  test.each([
    ['to the end', at(1, 6), false, { kind: 'acknowledge', through: at(1, 6), count: 3 }],
    [
      'beyond the end acknowledges only what was sent',
      at(1, 9),
      false,
      { kind: 'acknowledge', through: at(1, 6), count: 3 },
    ],
    ['of a part', at(1, 4), false, { kind: 'acknowledge', through: at(1, 4), count: 1 }],
    ['of nothing new', at(1, 3), false, { kind: 'stuck' }],
    ['of another epoch', at(2, 6), false, { kind: 'stuck' }],
    [
      'by a server that is behind acknowledges nothing, whatever it names',
      at(1, 6),
      true,
      { kind: 'behind' },
    ],
  ])('%s', (_what, ackedThrough, isBehind, verdict) => {
    expect(judgeAcknowledgement(batch, { ackedThrough, isBehind })).toEqual(verdict);
  });
});

test('waits are spread over all of 0 to the ceiling, and the ceiling doubles from 1 s to 15 min', () => {
  const ceilings = [1, 2, 3, 4, 10, 11, 12, 5000].map((failures) => retryDelayMs(failures, 1 - 2 ** -40));
  expect(ceilings).toEqual([1000, 2000, 4000, 8000, 512_000, 900_000, 900_000, 900_000]);
  expect(retryDelayMs(12, 0)).toBe(0);
  expect(retryDelayMs(12, 0.5)).toBe(450_000);
  expect([RETRY_BASE_MS, RETRY_CAP_MS]).toEqual([1000, 900_000]);
});

test('a wait is never shorter than the server asked for, nor longer than 15 minutes', () => {
  expect(retryDelayMs(1, 0, 30_000)).toBe(30_000);
  expect(retryDelayMs(1, 0.5, 30_000)).toBe(30_500);
  expect(retryDelayMs(1, 0.5, 10 ** 9)).toBe(RETRY_CAP_MS);
});
