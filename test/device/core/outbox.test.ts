import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  judgeAcknowledgement,
  needsRewind,
  type OutgoingBatch,
  RETRY_BASE_MS,
  RETRY_CAP_MS,
  retryDelayMs,
  takeBatch,
} from '../../../device/core/outbox.ts';
import type { JournalEvent } from '../../../sync-server/protocol/journal-event.ts';
import { journalEvent, journalEvents } from '../../support/journal-events.ts';

const at = (epoch: number, seq: number) => ({ epoch, seq });
const LIMITS = { maxEvents: 500, maxBytes: 1_000_000 };

describe('a batch', () => {
  test('is nothing when nothing is pending', () => {
    expect(takeBatch(at(1, 3), [], LIMITS)).toBeUndefined();
  });

  test.each<[string, JournalEvent[], number]>([
    ['a new epoch', [...journalEvents(1, 4, 6), ...journalEvents(2, 1, 2)], 3],
    ['a hole', [...journalEvents(1, 4, 5), ...journalEvents(1, 8, 9)], 2],
    ['the limit of events', journalEvents(1, 4, 600), 500],
  ])('ends before %s', (_what, pending, length) => {
    expect(takeBatch(at(1, 3), pending, LIMITS)?.events).toEqual(pending.slice(0, length));
  });

  test('says where it connects: the cursor, or its own start when a reply was lost', () => {
    expect(takeBatch(at(1, 3), journalEvents(1, 4, 5), LIMITS)).toMatchObject({
      after: at(1, 3),
      lostBefore: false,
    });
    expect(takeBatch(at(1, 9), journalEvents(1, 4, 5), LIMITS)).toMatchObject({
      after: at(1, 3),
      lostBefore: false,
    });
    expect(takeBatch(at(1, 3), journalEvents(2, 1, 2), LIMITS)).toMatchObject({
      after: at(1, 3),
      lostBefore: false,
    });
    expect(takeBatch(at(1, 3), journalEvents(1, 6, 7), LIMITS)).toMatchObject({
      after: at(1, 3),
      lostBefore: true,
    });
  });

  test('is never larger than the limit in bytes of UTF-8, unless a single event is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 400, max: 4_000 }),
        (reasons, maxBytes) => {
          const pending = reasons.map((reason, index) =>
            journalEvent(1, index + 1, { kind: 'soundLost', reason }),
          );
          const batch = takeBatch(at(0, 0), pending, { maxEvents: 500, maxBytes })!;
          const sizeBytes = Buffer.byteLength(JSON.stringify({ protocol: 1, ...batch }));
          expect(batch.events.length === 1 || sizeBytes <= maxBytes).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});

test.each([
  { what: 'the next event', cursor: at(1, 3), first: at(1, 4), expected: false },
  { what: 'an event the server has', cursor: at(1, 3), first: at(1, 2), expected: false },
  { what: 'an event further on', cursor: at(1, 3), first: at(1, 5), expected: true },
  {
    what: 'a new epoch, since only the journal knows where the old one ended',
    cursor: at(1, 3),
    first: at(2, 1),
    expected: true,
  },
])('before $what the outbox is rewound: $expected', ({ cursor, first, expected }) => {
  expect(needsRewind(cursor, journalEvent(first.epoch, first.seq))).toBe(expected);
});

describe('an acknowledgement', () => {
  const batch: OutgoingBatch = {
    after: at(1, 3),
    epoch: 1,
    firstSeq: 4,
    lostBefore: false,
    events: journalEvents(1, 4, 6),
  };

  test.each([
    ['to the end', at(1, 6), { kind: 'acknowledge', through: at(1, 6), count: 3 }],
    [
      'beyond the end acknowledges only what was sent',
      at(2, 9),
      { kind: 'acknowledge', through: at(1, 6), count: 3 },
    ],
    ['of a part', at(1, 4), { kind: 'acknowledge', through: at(1, 4), count: 1 }],
    ['of nothing new', at(1, 3), { kind: 'stuck' }],
    ['before what we assumed', at(1, 2), { kind: 'rewind', to: at(1, 2) }],
    ['of nothing at all', at(0, 0), { kind: 'rewind', to: at(0, 0) }],
  ])('%s', (_what, ackedThrough, verdict) => {
    expect(judgeAcknowledgement(batch, ackedThrough)).toEqual(verdict);
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
