import { expect, test } from 'vitest';
import { believedTimeMs } from '../../../device/core/believed-time.ts';

test.each([
  ['a stamp of our clock is believed', 59_980, 59_980],
  ['a stamp from the future is now', 60_004, 60_000],
  ['a stamp of the wall clock is now', 1_800_000_000_000, 60_000],
  ['a stamp of a clock that began later is now', 3, 60_000],
])('%s', (_, stampMs, believedMs) => {
  expect(believedTimeMs(stampMs, 60_000)).toBe(believedMs);
});
