import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAttemptLimit } from '../../../sync-server/http/attempt-limit.ts';

const PARTS = { attempts: 3, windowMs: 3_000, maxKeys: 100 };

test('in no window are there more than twice the attempts, and never a wait without an end', () => {
  const steps = fc.array(fc.record({ waitMs: fc.nat(2_000), key: fc.constantFrom('a', 'b') }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (sequence) => {
      let nowMs = 0;
      const limit = createAttemptLimit({ ...PARTS, now: () => nowMs });
      const taken: { key: string; atMs: number }[] = [];
      for (const { waitMs, key } of sequence) {
        nowMs += waitMs;
        const untilMs = limit.take(key);
        expect(untilMs).toBeLessThanOrEqual(PARTS.windowMs / PARTS.attempts);
        if (untilMs === 0) taken.push({ key, atMs: nowMs });
      }
      for (const { key, atMs } of taken) {
        const within = taken.filter((each) => each.key === key && Math.abs(each.atMs - atMs - 1_500) < 1_500);
        expect(within.length).toBeLessThanOrEqual(2 * PARTS.attempts);
      }
    }),
  );
});

test('after the wait it tells, the next attempt is free', () => {
  let nowMs = 0;
  const limit = createAttemptLimit({ ...PARTS, now: () => nowMs });
  while (limit.take('a') === 0);
  nowMs += limit.take('a');
  expect(limit.take('a')).toBe(0);
});

test('a clock that is set back neither frees nor locks', () => {
  let nowMs = 1e12;
  const limit = createAttemptLimit({ ...PARTS, now: () => nowMs });
  while (limit.take('a') === 0);
  nowMs = 0;
  expect(limit.take('a')).toBe(1_000);
  nowMs += 1_000;
  expect(limit.take('a')).toBe(0);
});

test('what was given back can be taken again, and no more than that', () => {
  const limit = createAttemptLimit({ ...PARTS, now: () => 0 });
  limit.take('a');
  for (let i = 0; i < 5; i += 1) limit.giveBack('a');
  expect([1, 2, 3, 4].map(() => limit.take('a') === 0)).toEqual([true, true, true, false]);
});

test('with more keys than it remembers, it forgets those not used for longest', () => {
  const limit = createAttemptLimit({ ...PARTS, attempts: 1, maxKeys: 2, now: () => 0 });
  for (const key of ['a', 'b', 'a', 'c']) limit.take(key);
  expect(['a', 'c'].map((key) => limit.take(key) > 0)).toEqual([true, true]);
  expect(limit.take('b')).toBe(0);
});
