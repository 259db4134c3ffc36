import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createButtonLamps } from '../../../device/hardware/button-lamps.ts';
import { openPinOutput, openPwmOutput } from '../../../device/hardware/lamp-outputs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const clock = { monotonicMs: () => performance.now() };

describe('the lamps in the buttons', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function createLamp(isDimmable: boolean) {
    const levels: number[] = [];
    let isClosed = false;
    let isBroken = false;
    const set = (level: number): void => {
      if (isBroken) throw new Error('EIO: i/o error');
      levels.push(level);
    };
    const output = {
      isDimmable,
      set,
      close: () => {
        isClosed = true;
      },
    };
    return {
      output,
      levels,
      isClosed: () => isClosed,
      setBroken: (broken: boolean) => {
        isBroken = broken;
      },
    };
  }

  test('are lit within the call that shows a press', () => {
    const lamp = createLamp(false);
    const lamps = createButtonLamps({ outputs: { happy: lamp.output }, clock, onFault: () => {} });
    lamps.show('happy', 'ready');
    lamps.show('happy', 'glow');
    expect(lamp.levels).toEqual([1]);
    lamps.close();
    expect(lamp.isClosed()).toBe(true);
  });

  test('need no timer while they are steady, and breathe without being asked', () => {
    const lamp = createLamp(true);
    const lamps = createButtonLamps({ outputs: { happy: lamp.output }, clock, onFault: () => {} });
    lamps.show('happy', 'glow');
    expect(vi.getTimerCount()).toBe(0);
    lamps.show('happy', 'degraded');
    vi.advanceTimersByTime(8000);
    expect(lamp.levels.length).toBeGreaterThan(100);
    expect(Math.max(...lamp.levels.slice(30))).toBeLessThan(0.61);
    lamps.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that fail are told once, and do not darken the others', () => {
    const [broken, sound] = [createLamp(false), createLamp(false)];
    const faults: string[] = [];
    const outputs = { happy: broken.output, sad: sound.output };
    const lamps = createButtonLamps({ outputs, clock, onFault: (fault) => faults.push(fault) });
    broken.setBroken(true);
    for (let i = 0; i < 5; i++) {
      lamps.show('happy', i % 2 === 0 ? 'glow' : 'ready');
      lamps.show('sad', i % 2 === 0 ? 'glow' : 'ready');
      vi.advanceTimersByTime(2000);
    }
    expect(faults).toEqual(['The lamp of happy failed: EIO: i/o error.']);
    expect(sound.levels).toEqual([1, 0, 1, 0, 1]);
    broken.setBroken(false);
    lamps.show('happy', 'ready');
    vi.advanceTimersByTime(2000);
    expect(broken.levels).toEqual([0]);
    lamps.close();
  });

  test('a button without a lamp is shown nothing', () => {
    const lamps = createButtonLamps({ outputs: {}, clock, onFault: () => {} });
    lamps.show('happy', 'glow');
    lamps.close();
  });
});

describe('where a lamp is wired', () => {
  test('a pin is driven by sysfs and left dark', async () => {
    const written: string[] = [];
    const output = await openPinOutput(5, {
      chip: { kind: 'found', base: 512, label: 'pinctrl-bcm2711' },
      openPin: (gpio, direction) => ({
        readSync: () => 0,
        writeSync: (value) => void written.push(`${gpio} ${direction} ${value}`),
        watch: () => {},
        unexport: () => void written.push(`${gpio} free`),
      }),
      clock,
      onFault: () => {},
    });
    output.set(1);
    output.close();
    expect(written).toEqual(['517 low 1', '517 low 0', '517 free']);
  });

  test('a channel of the kernel’s PWM is dimmed as the eye sees it', async () => {
    const folder = temporaryFolder();
    const channel = join(folder, 'pwmchip0', 'pwm1');
    mkdirSync(channel, { recursive: true });
    const read = (file: string): string => readFileSync(join(channel, file), 'utf8');
    const output = await openPwmOutput({ pwmChip: 0, pwmChannel: 1 }, folder);
    expect([read('period'), read('duty_cycle'), read('enable')]).toEqual(['500000', '0', '1']);
    output.set(1);
    expect(read('duty_cycle')).toBe('500000');
    output.set(0.5);
    expect(Number(read('duty_cycle')) / 500_000).toBeCloseTo(0.5 ** 2.2, 5);
    output.close();
    expect([read('duty_cycle'), read('enable')]).toEqual(['0', '0']);
  });

  test('a channel that is not exported is asked for, and awaited while udev gives it to our group', async () => {
    const folder = temporaryFolder();
    const chip = join(folder, 'pwmchip0');
    mkdirSync(chip);
    writeFileSync(join(chip, 'export'), '');
    const opening = openPwmOutput({ pwmChip: 0, pwmChannel: 0 }, folder);
    mkdirSync(join(chip, 'pwm0'));
    await opening;
    expect(readFileSync(join(chip, 'export'), 'utf8')).toBe('0');
  });

  test('a PWM chip that is not there says how to switch it on', async () => {
    await expect(openPwmOutput({ pwmChip: 0, pwmChannel: 0 }, temporaryFolder())).rejects.toThrow(
      /no PWM chip 0 \("dtoverlay=pwm-2chan"/,
    );
  });
});
