/** Lamps where the kernel has no /sys/class/gpio: what the program that holds a pin is told, and what if it dies. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openPinOutput } from '../../../device/hardware/lamp-outputs.ts';
import { until } from '../../support/until.ts';

const clock = { monotonicMs: () => performance.now() };
const missing = { chip: { kind: 'missing', reason: 'this kernel has no /sys/class/gpio' } } as const;
const runTool = async (): Promise<string> => 'gpiochip0 [pinctrl-rp1] (54 lines)\n';

describe('a pin without sysfs', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function openLamp() {
    const said: string[] = [];
    const told: string[] = [];
    let end = (_reason: string): void => {};
    const output = await openPinOutput(5, {
      ...missing,
      clock,
      runTool,
      onFault: (sentence) => void told.push(sentence),
      startProgram({ command, args, onEnd }) {
        said.push([command, ...args.slice(2)].join(' '));
        end = onEnd;
        return {
          write: (line) => said.push(line),
          close: () => said.push('killed'),
          finish: () => said.push('finished'),
        };
      },
    });
    await vi.advanceTimersByTimeAsync(0);
    return { output, said, told, end: (reason: string) => end(reason) };
  }

  test('is held by a program that is told each change, and dark when the box ends', async () => {
    const { output, said, told } = await openLamp();
    output.set(1);
    output.set(0.4);
    output.set(0);
    output.close();
    expect(said).toEqual(['perl /dev/gpiochip0 5', '1', '1', '0', 'finished']);
    await vi.advanceTimersByTimeAsync(5000);
    expect(told).toEqual([]);
  });

  test('shows again what it showed when its program died, also what it was told meanwhile', async () => {
    const { output, said, told, end } = await openLamp();
    output.set(1);
    end('Killed');
    await vi.advanceTimersByTimeAsync(200);
    end('Killed');
    output.set(0);
    output.set(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(said.filter((words) => words !== 'finished')).toEqual([
      ...['perl /dev/gpiochip0 5', '1'],
      ...['perl /dev/gpiochip0 5', '1'],
      ...['perl /dev/gpiochip0 5', '1'],
    ]);
    expect(told).toEqual([
      'The lamp on pin 5 is dark for the moment: Killed.',
      'The lamp on pin 5 shines again.',
    ]);
    output.close();
  });

  test('whose program dies at once each time is tried ever more seldom, and told once', async () => {
    const { output, said, told, end } = await openLamp();
    for (let i = 0; i < 600; i++) {
      end('the pin cannot be driven: Device or resource busy');
      await vi.advanceTimersByTimeAsync(100);
    }
    const starts = said.filter((words) => words.startsWith('perl')).length;
    expect(starts).toBeGreaterThan(25);
    expect(starts).toBeLessThan(45);
    expect(told).toHaveLength(2);
    output.close();
  });
});

test('the program itself says what is missing', async () => {
  const told: string[] = [];
  const output = await openPinOutput(5, {
    ...missing,
    clock,
    runTool: async () => 'no-such-chip [pinctrl-rp1] (54 lines)\n',
    onFault: (sentence) => void told.push(sentence),
  });
  onTestFinished(() => output.close());
  expect(await until('its complaint', () => told[0])).toBe(
    'The lamp on pin 5 is dark for the moment: /dev/no-such-chip cannot be opened: No such file or directory.',
  );
});

test('without libgpiod’s gpiodetect the chip is not known, and that is said', async () => {
  const opening = openPinOutput(5, {
    ...missing,
    clock,
    onFault: () => {},
    runTool: async () => {
      throw Object.assign(new Error('spawn gpiodetect ENOENT'), { code: 'ENOENT' });
    },
  });
  await expect(opening).rejects.toThrow(/no \/sys\/class\/gpio.*apt install gpiod/);
});
