import { expect, test } from 'vitest';
import { ownAddresses, watchLink } from '../../../device/sync/link-watch.ts';
import { createFakeTimers } from '../../support/fake-timers.ts';

/** How often the link came up while the machine had these addresses, one look each. */
function timesUp(...looks: readonly (readonly string[])[]): number {
  const timers = createFakeTimers();
  let look = 0;
  let up = 0;
  const end = watchLink(() => (up += 1), { addresses: () => looks[look]!, timers });
  for (look = 1; look < looks.length; look += 1) timers.runNext();
  end();
  expect(timers.pendingMs()).toEqual([]);
  return up;
}

test.each<[string, number, readonly (readonly string[])[]]>([
  ['is up from the start', 0, [['10.0.0.2'], ['10.0.0.2']]],
  ['comes up', 1, [[], ['10.0.0.2'], ['10.0.0.2']]],
  ['goes down', 0, [['10.0.0.2'], []]],
  ['goes down and comes up again', 1, [['10.0.0.2'], [], ['10.0.0.2']]],
  ['changes to another network', 1, [['10.0.0.2'], ['192.168.1.9']]],
  ['gets another beside it', 1, [['10.0.0.2'], ['10.0.0.2', 'fe80::1']]],
])('a link that %s is told %i times', (_what, times, looks) => {
  expect(timesUp(...looks)).toBe(times);
});

test('the machine’s own loop is no link', () => {
  expect(ownAddresses()).not.toContain('127.0.0.1');
});
