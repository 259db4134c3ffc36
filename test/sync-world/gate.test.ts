import { describe, expect, test } from 'vitest';
import { behindGate, createGate, type Gate, type GateParts } from './gate.ts';
import { createVirtualTime } from './virtual-time.ts';

function setUp(whenShut: GateParts['whenShut'] = 'rejection') {
  const time = createVirtualTime();
  const timers = time.createTimers();
  let crashes = 0;
  const gate: Gate = createGate({
    timers,
    whenShut,
    onCrash: () => {
      crashes += 1;
    },
    failure: () => new Error('disk I/O error'),
  });
  const written: number[] = [];
  const disk = behindGate({ write: async (value: number) => void written.push(value) }, gate);
  return { time, gate, disk, written, crashes: () => crashes };
}

describe('the armed pass, and only that one, goes wrong', () => {
  test.each([
    ['crashBefore', [1], 'the machine is gone', 1],
    ['crashAfter', [1, 2], 'the machine is gone', 1],
    ['failBefore', [1, 3], 'disk I/O error', 0],
    ['failAfter', [1, 2, 3], 'disk I/O error', 0],
  ] as const)('%s', async (mishap, expected, message, expectedCrashes) => {
    const { gate, disk, written, crashes } = setUp();
    gate.arm(mishap, 2);
    await disk.write(1);
    await expect(disk.write(2)).rejects.toThrow(message);
    await disk.write(3).catch(() => undefined);
    expect(written).toEqual(expected);
    expect(crashes()).toBe(expectedCrashes);
    expect(gate.inFlight()).toBe(0);
  });
});

test('a slow pass takes time and is then done', async () => {
  const { time, gate, disk, written } = setUp();
  gate.arm('slow', 1);
  const done = disk.write(1);
  expect(written).toEqual([]);
  time.runNext();
  await done;
  expect(written).toEqual([1]);
});

test('whoever waits for a box that is gone never hears of it', async () => {
  const { gate, disk } = setUp('silence');
  gate.arm('crashBefore', 1);
  let heard = false;
  const hear = (): void => {
    heard = true;
  };
  void disk.write(1).then(hear, hear);
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toBe(false);
  expect(gate.isShut()).toBe(true);
});
