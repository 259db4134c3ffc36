/** Stalls of the event loop are all counted and seldom told. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { countStalls, type ToldStalls } from '../../device/loop-stalls.ts';

/** Holds the thread, then lets its timers run. */
async function stall(forMs: number): Promise<void> {
  const end = performance.now() + forMs;
  while (performance.now() < end);
  await pause(10);
}

test('the first stall is told at once, those of the same minute are only counted', async () => {
  const told: ToldStalls[] = [];
  const stalls = countStalls((each) => told.push(each));
  onTestFinished(() => stalls.stop());
  for (let i = 0; i < 3; i++) await stall(40);
  expect(told).toEqual([{ stalls: 1, longestMs: expect.any(Number) }]);
  expect(told[0]!.longestMs).toBeGreaterThan(20);
  expect(stalls.read().count).toBeGreaterThanOrEqual(3);
});
