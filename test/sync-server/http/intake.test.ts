import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIntake } from '../../../sync-server/http/intake.ts';
import { Refusal } from '../../../sync-server/http/refusal.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OVERLOADED = expect.objectContaining({ code: 'overloaded', retryAfterS: 5 });

/** Work that ends when told. */
function openWork() {
  let end = (_result: string): void => {};
  let fail = (_error: Error): void => {};
  const promise = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { work: () => promise, end: (result: string) => end(result), fail: (error: Error) => fail(error) };
}

test('takes on so much at once, and more as soon as one is done', async () => {
  const takeIn = createIntake({ maxAtOnce: 2 });
  const [one, two] = [openWork(), openWork()];
  const first = takeIn(one.work);
  const second = takeIn(two.work);
  await expect(takeIn(async () => 'third')).rejects.toEqual(OVERLOADED);
  one.end('first');
  expect(await first).toBe('first');
  expect(await takeIn(async () => 'third')).toBe('third');
  two.end('second');
  expect(await second).toBe('second');
  expect(vi.getTimerCount()).toBe(0);
});

test('failed work gives its place back and says why it failed', async () => {
  const takeIn = createIntake({ maxAtOnce: 1 });
  await expect(takeIn(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  expect(await takeIn(async () => 'next')).toBe('next');
});

test('work that is late is refused after the deadline, and keeps its place until it ends', async () => {
  const takeIn = createIntake({ maxAtOnce: 1, deadlineMs: 15_000 });
  const slow = openWork();
  const late = takeIn(slow.work).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await late).toEqual(OVERLOADED);
  expect(await late).toBeInstanceOf(Refusal);
  await expect(takeIn(async () => 'next')).rejects.toEqual(OVERLOADED);
  // Too late to matter, and nobody is told twice.
  slow.fail(new Error('disk full'));
  await vi.advanceTimersByTimeAsync(0);
  expect(await takeIn(async () => 'next')).toBe('next');
});
