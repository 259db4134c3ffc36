import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { marksUpTo, type SentMarks, spentThrough, withMark } from '../../../device/core/sent-marks.ts';
import { KEEP_SENT_MS } from '../../../sync-server/protocol/protocol-limits.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Acknowledgements of one event after the other, at these times. */
const acknowledgedAt = (times: readonly number[], from: SentMarks = []): SentMarks =>
  times.reduce((marks, serverMs, index) => withMark(marks, { through: at(index + 1), serverMs }), from);
const at = (seq: number) => ({ epoch: 1, seq });
const seqsOf = (marks: SentMarks) => marks.map(({ through }) => through.seq);

describe('marks', () => {
  test('are set once a day', () => {
    expect(seqsOf(acknowledgedAt([0, 1, DAY_MS - 1, DAY_MS, DAY_MS + 1, 2 * DAY_MS]))).toEqual([1, 4, 6]);
  });

  test('are the same ones when nothing changes, so that nothing is written', () => {
    const marks = acknowledgedAt([0]);
    expect(withMark(marks, { through: at(9), serverMs: 1 })).toBe(marks);
  });

  test('are at most a hundred, and the oldest give way, whose events then go later', () => {
    const marks = acknowledgedAt(Array.from({ length: 250 }, (_, day) => day * DAY_MS));
    expect(seqsOf(marks)).toEqual(Array.from({ length: 100 }, (_, index) => 151 + index));
    expect(spentThrough(marks)).toEqual(at(159));
  });

  test('after a place gone back to are none any more', () => {
    expect(seqsOf(marksUpTo(acknowledgedAt([0, DAY_MS, 2 * DAY_MS]), at(2)))).toEqual([1, 2]);
  });
});

test('nothing goes that the server did not have for 90 days by its clock, whatever that clock does', () => {
  const jumps = fc.array(fc.integer({ min: -120, max: 120 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(jumps, (days) => {
      let nowMs = 0;
      const times = days.map((by) => (nowMs += by * DAY_MS));
      const spent = spentThrough(acknowledgedAt(times));
      const acknowledgedMs = spent === undefined ? 0 : times[spent.seq - 1]!;
      const latestMs = Math.max(...times.slice(spent?.seq ?? 0));
      expect(spent === undefined || latestMs - acknowledgedMs >= KEEP_SENT_MS).toBe(true);
    }),
  );
});

test('what was acknowledged every day goes after 91 days', () => {
  const daily = (count: number) => acknowledgedAt(Array.from({ length: count }, (_, day) => day * DAY_MS));
  expect(spentThrough(daily(91))).toBeUndefined();
  expect(spentThrough(daily(92))).toEqual(at(1));
});
