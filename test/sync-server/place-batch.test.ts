import { describe, expect, test } from 'vitest';
import { cursorAfter, placeBatch } from '../../sync-server/ingest/place-batch.ts';

const at = (epoch: number, seq: number) => ({ epoch, seq });

describe('a batch', () => {
  test.each([
    { what: 'is the first of all', cursor: at(0, 0), after: at(0, 0), first: at(1, 1), verdict: 'connects' },
    { what: 'follows the cursor', cursor: at(1, 5), after: at(1, 5), first: at(1, 6), verdict: 'connects' },
    { what: 'is sent again', cursor: at(1, 5), after: at(1, 2), first: at(1, 3), verdict: 'connects' },
    { what: 'begins a new epoch', cursor: at(1, 5), after: at(1, 5), first: at(2, 1), verdict: 'connects' },
    { what: 'skips some', cursor: at(1, 5), after: at(1, 5), first: at(1, 7), verdict: 'behind' },
    {
      what: 'skips the start of an epoch',
      cursor: at(1, 5),
      after: at(1, 5),
      first: at(2, 2),
      verdict: 'behind',
    },
    {
      what: 'is ahead of a restored server',
      cursor: at(1, 2),
      after: at(1, 5),
      first: at(1, 6),
      verdict: 'behind',
    },
    {
      what: 'is an epoch ahead of it',
      cursor: at(1, 2),
      after: at(1, 5),
      first: at(2, 1),
      verdict: 'behind',
    },
    {
      what: 'begins at 0 when some exist',
      cursor: at(0, 0),
      after: at(0, 0),
      first: at(1, 2),
      verdict: 'behind',
    },
  ] as const)('that $what $verdict', ({ cursor, after, first, verdict }) => {
    const batch = { after, epoch: first.epoch, firstSeq: first.seq };
    expect(placeBatch(cursor, { ...batch, lostBefore: false })).toBe(verdict);
    // A box that lost events may skip them, but it cannot know what a restored server lost.
    const isServerBehind =
      after.epoch > cursor.epoch || (after.epoch === cursor.epoch && after.seq > cursor.seq);
    expect(placeBatch(cursor, { ...batch, lostBefore: true })).toBe(isServerBehind ? 'behind' : 'connects');
  });
});

test.each([
  { cursor: at(1, 3), first: at(1, 4), length: 2, expected: at(1, 5) },
  { cursor: at(1, 9), first: at(1, 4), length: 2, expected: at(1, 9) },
  { cursor: at(1, 9), first: at(2, 1), length: 1, expected: at(2, 1) },
  { cursor: at(3, 1), first: at(2, 5), length: 4, expected: at(3, 1) },
])('the cursor goes from $cursor to $expected and never back', ({ cursor, first, length, expected }) => {
  const batch = { epoch: first.epoch, firstSeq: first.seq, events: Array(length).fill(null) };
  expect(cursorAfter(cursor, batch)).toEqual(expected);
});
