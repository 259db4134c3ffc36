import { expect, test } from 'vitest';
import { createVirtualTime } from './virtual-time.ts';

test('deadlines of all machines run in the order they are due, and time jumps to each', () => {
  const time = createVirtualTime();
  const [box, server] = [time.createTimers(), time.createTimers()];
  const ran: string[] = [];
  const note = (what: string) => () => void ran.push(`${what} at ${time.nowMs()}`);
  box.after(2_000, note('b'));
  server.after(1_000, note('a'));
  server.after(2_000, note('c'));
  const cancel = box.after(1_500, note('never'));
  cancel();
  while (time.runNext());
  expect(ran).toEqual(['a at 1000', 'b at 2000', 'c at 2000']);
});

test('a machine that stopped waits for nothing, and the others go on', () => {
  const time = createVirtualTime();
  const [box, server] = [time.createTimers(), time.createTimers()];
  const ran: string[] = [];
  box.after(1_000, () => ran.push('box'));
  server.after(2_000, () => ran.push('server'));
  box.stop();
  box.after(1_000, () => ran.push('box again'));
  expect(box.pending()).toBe(0);
  while (time.runNext());
  expect(ran).toEqual(['server']);
});

test('what fell due in a leap runs late, and time never goes back', () => {
  const time = createVirtualTime();
  const timers = time.createTimers();
  let ranAtMs = 0;
  timers.after(10, () => {
    ranAtMs = time.nowMs();
  });
  time.skip(1_000);
  expect(time.runNext()).toBe(true);
  expect(ranAtMs).toBe(1_000);
});
