/** Every kind of button against the contract, and what is particular to each. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buttonsContract, openBench } from './buttons-contract.ts';
import { createGpiomonRig, createHidRig, createKeyboardRig, createSysfsRig } from './buttons-rigs.ts';

buttonsContract('sysfs', createSysfsRig);
buttonsContract('gpiomon 1', () => createGpiomonRig(1));
buttonsContract('gpiomon 2', () => createGpiomonRig(2));
buttonsContract('HID', createHidRig);
buttonsContract('a grabbed keyboard', () => createKeyboardRig(true));
buttonsContract('a keyboard all may hear', () => createKeyboardRig(false));

describe('in particular', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const presses = ({ edges }: Awaited<ReturnType<typeof openBench>>) =>
    edges.filter(({ isDown }) => isDown).map(({ button }) => button);

  test('a pin that woke us without a change was tapped faster than it was read', async () => {
    const rig = createSysfsRig();
    const bench = await openBench(rig);
    rig.set('happy', false);
    await vi.advanceTimersByTimeAsync(100);
    expect(bench.edges.map(({ isDown }) => isDown)).toEqual([true, false]);
    await bench.close();
  });

  test('a button that is down when the box starts is nobody’s press', async () => {
    const rig = createSysfsRig();
    rig.set('happy', true);
    const bench = await openBench(rig);
    rig.set('happy', false);
    await vi.advanceTimersByTimeAsync(100);
    rig.set('happy', true);
    expect(presses(bench)).toEqual(['happy']);
    await bench.close();
  });

  test('a pin that cannot be opened says which and what to do, and the others are let go of', async () => {
    const rig = createSysfsRig();
    const openPin = (gpio: number, direction: 'in' | 'low') => {
      if (gpio === 512 + 22) throw new Error('EACCES: permission denied');
      return rig.edges.openPin!(gpio, direction);
    };
    const runTool = async () => {
      throw Object.assign(new Error('spawn gpiomon ENOENT'), { code: 'ENOENT' });
    };
    const bench = await openBench({ ...rig, edges: { ...rig.edges, openPin, runTool } });
    expect(bench.hands.contacts).toEqual([]);
    expect(bench.told).toEqual([
      expect.stringMatching(/pin 22 \(button sad\).*EACCES.*apt install gpiod.*group "gpio"/),
    ]);
    expect(rig.isInUse()).toBe(false);
  });

  test.each([
    [1, ['--bias=pull-up', '--line-buffered', '--format=%o %e %s.%n', 'gpiochip0', '17', '22']],
    [2, ['--bias=pull-up', '--edges=both', '--format=%o %e %S', '--chip=gpiochip0', '17', '22']],
  ] as const)('gpiomon %i is called as its version wants', async (version, args) => {
    const rig = createGpiomonRig(version);
    const bench = await openBench(rig);
    expect(rig.started).toEqual([{ command: 'gpiomon', args }]);
    await bench.close();
  });

  test('a gpiomon that dies at once each time is started ever more seldom, and told once', async () => {
    const rig = createGpiomonRig(2);
    const bench = await openBench(rig);
    for (let i = 0; i < 600; i++) {
      rig.unplug!();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(rig.started.length).toBeGreaterThan(25);
    expect(rig.started.length).toBeLessThan(45);
    expect(bench.told).toHaveLength(2);
    await bench.close();
  });

  test('a burst of 500 HID reports is read to the end', async () => {
    const rig = createHidRig();
    const bench = await openBench(rig);
    rig.burst(Array.from({ length: 500 }, (_, i) => [0x70 + (i % 16), 0x10, 0x80]));
    rig.burst([[0x7f, 0x00, 0x80]]);
    await vi.advanceTimersByTimeAsync(100);
    expect(bench.edges.map(({ isDown }) => isDown)).toEqual([true, false]);
    await bench.close();
  });

  test.each([
    ['ends down: it is let go of, and the next press counts', 1, [true, false, true, false]],
    ['ends down and goes on: what is said later is believed', 2, [true, false]],
  ])('a flood of changes that %s', async (_, kind, edges) => {
    const rig = createHidRig();
    const bench = await openBench(rig);
    rig.burst(Array.from({ length: 63 }, (_, i) => [0x7f, i % 2 === 0 ? 0x10 : 0x00, 0x80]));
    if (kind === 1) {
      await vi.advanceTimersByTimeAsync(1000);
      rig.burst([[0x7f, 0x10, 0x80]]);
      await vi.advanceTimersByTimeAsync(100);
    } else {
      // A stick that trembles: the device still speaks, so the button is what it says.
      for (let i = 0; i < 100; i++) {
        rig.burst([[0x70 + (i % 16), 0x10, 0x80]]);
        await vi.advanceTimersByTimeAsync(20);
      }
    }
    rig.burst([[0x7f, 0x00, 0x80]]);
    await vi.advanceTimersByTimeAsync(100);
    expect(bench.edges.map(({ isDown }) => isDown)).toEqual(edges);
    await bench.close();
  });

  test('a key that repeats itself is one press, and an overrun lets go of every key', async () => {
    const rig = createKeyboardRig(true);
    const bench = await openBench(rig);
    rig.set('happy', true);
    for (let i = 0; i < 20; i++) rig.repeat('happy');
    await vi.advanceTimersByTimeAsync(500);
    expect(bench.edges).toHaveLength(1);
    rig.drop();
    await vi.advanceTimersByTimeAsync(500);
    expect(bench.edges.map(({ isDown }) => isDown)).toEqual([true, false]);
    await bench.close();
  });

  test('a keyboard is grabbed by perl and otherwise read by cat', async () => {
    const [grabbed, shared] = [createKeyboardRig(true), createKeyboardRig(false)];
    const benches = [await openBench(grabbed), await openBench(shared)];
    expect(grabbed.started).toMatchObject([
      { command: 'perl', args: ['-e', expect.stringContaining('ioctl'), '/dev/input/event3'] },
    ]);
    expect(shared.started).toEqual([{ command: 'cat', args: ['/dev/input/event3'] }]);
    for (const bench of benches) await bench.close();
  });

  test('a pin and a switch box may serve one button', async () => {
    const [pins, keys] = [createSysfsRig(), createKeyboardRig(true)];
    const bench = await openBench({
      ...pins,
      wiring: { ...pins.wiring, ...keys.wiring },
      edges: { ...pins.edges, ...keys.edges },
    });
    pins.set('happy', true);
    keys.set('happy', true);
    await vi.advanceTimersByTimeAsync(200);
    pins.set('happy', false);
    await vi.advanceTimersByTimeAsync(200);
    expect(bench.edges).toHaveLength(1);
    keys.set('happy', false);
    await vi.advanceTimersByTimeAsync(200);
    expect(bench.edges.map(({ isDown }) => isDown)).toEqual([true, false]);
    await bench.close();
  });

  test('a device that is not plugged in is told once and waited for', async () => {
    const rig = createHidRig();
    rig.unplug!();
    const bench = await openBench(rig);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bench.told).toEqual([expect.stringMatching(/0079:0006.*waits/)]);
    rig.plugIn!();
    await vi.advanceTimersByTimeAsync(2500);
    rig.set('happy', true);
    expect(presses(bench)).toEqual(['happy']);
    await bench.close();
  });
});
