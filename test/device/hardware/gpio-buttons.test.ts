import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ButtonEdge } from '../../../device/core/ports.ts';
import { openGpioButtons, type WatchedPin } from '../../../device/hardware/gpio-buttons.ts';
import { findHeaderChip } from '../../../device/hardware/gpio-chip.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function sysfsWith(chips: Record<string, { label: string; base: string }>): string {
  const root = temporaryFolder();
  for (const [name, { label, base }] of Object.entries(chips)) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'label'), `${label}\n`);
    writeFileSync(join(root, name, 'base'), `${base}\n`);
  }
  return root;
}

describe('the chip of the header', () => {
  test.each([
    ['a Pi 4 on a kernel that numbers from 512', 'pinctrl-bcm2711', 512],
    ['a Pi 3 on an old kernel', 'pinctrl-bcm2835', 0],
    ['a Pi 5, whose header is not its first chip', 'pinctrl-rp1', 569],
  ])('is found by its label on %s', (_, label, base) => {
    const root = sysfsWith({
      gpiochip504: { label: 'raspberrypi-exp-gpio', base: '504' },
      [`gpiochip${base}`]: { label, base: String(base) },
    });
    expect(findHeaderChip(root)).toEqual({ kind: 'found', label, base });
  });

  test('is missing by name where there is none, or no sysfs at all', () => {
    expect(findHeaderChip(sysfsWith({ gpiochip0: { label: 'some-laptop', base: '0' } }))).toEqual({
      kind: 'missing',
      reason: expect.stringContaining('some-laptop'),
    });
    expect(findHeaderChip(join(temporaryFolder(), 'nothing'))).toMatchObject({ kind: 'missing' });
  });
});

describe('buttons on pins', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function createPins() {
    const pins = new Map<number, (error: Error | null, value: number) => void>();
    const closed: number[] = [];
    const openPin = (gpio: number): WatchedPin => ({
      watch(listener) {
        pins.set(gpio, listener);
      },
      unexport: () => void closed.push(gpio),
    });
    return { openPin, closed, set: (gpio: number, value: number) => pins.get(gpio)!(null, value) };
  }

  const open = (pins: Record<string, number>, openPin: (gpio: number) => WatchedPin) =>
    openGpioButtons({
      pins,
      openPin,
      chip: { kind: 'found', base: 512, label: 'pinctrl-bcm2711' },
      clock: { monotonicMs: () => performance.now() },
      onFault: () => {},
    });

  test('give one press for a bouncing contact, and its release when the finger leaves', async () => {
    const gpio = createPins();
    const opened = await open({ happy: 17, sad: 22 }, gpio.openPin);
    if (opened.kind !== 'opened') throw new Error(opened.reason);
    const edges: ButtonEdge[] = [];
    opened.buttons.onEdge((edge) => edges.push(edge));
    // Pressed reads 0: the button pulls its pin to ground.
    for (const value of [0, 1, 0, 1, 0]) gpio.set(512 + 17, value);
    vi.advanceTimersByTime(100);
    for (const value of [1, 0, 1]) gpio.set(512 + 17, value);
    vi.advanceTimersByTime(100);
    gpio.set(512 + 22, 0);
    expect(edges.map(({ button, isDown }) => [button, isDown])).toEqual([
      ['happy', true],
      ['happy', false],
      ['sad', true],
    ]);
  });

  test('that cannot be opened say which and what to do, and let go of the others', async () => {
    const gpio = createPins();
    const opened = await open({ happy: 17, sad: 22 }, (number) => {
      if (number === 512 + 22) throw new Error('EACCES: permission denied');
      return gpio.openPin(number);
    });
    expect(opened).toEqual({
      kind: 'unavailable',
      reason: expect.stringMatching(/pin 22 \(button sad\).*EACCES.*group "gpio"/),
    });
    expect(gpio.closed).toEqual([512 + 17]);
  });

  test('on a machine without a header are unavailable in one sentence', async () => {
    const opened = await openGpioButtons({
      pins: { happy: 17 },
      chip: { kind: 'missing', reason: 'this kernel has no /sys/class/gpio' },
      clock: { monotonicMs: () => 0 },
      onFault: () => {},
    });
    expect(opened).toEqual({
      kind: 'unavailable',
      reason:
        'No buttons on the pins: this kernel has no /sys/class/gpio. Use the on-screen buttons, or a Raspberry Pi.',
    });
  });
});
