/** Buttons of every kind on a bench: the real adapters, with the edge of the machine played by the test. */
import { EventEmitter } from 'node:events';
import { RECORD_BYTES } from '../../../device/core/key-records.ts';
import type { ButtonId } from '../../../device/core/ports.ts';
import type { StartProgram } from '../../../device/hardware/child-program.ts';
import type { Edges, HandSettings } from '../../../device/hardware/open-hands.ts';
import type { SysfsPin } from '../../../device/hardware/sysfs-pins.ts';

/** happy and sad, wired one way or another. */
export const PINS: Readonly<Record<ButtonId, number>> = { happy: 17, sad: 22 };

export interface ButtonsRig {
  readonly wiring: HandSettings;
  readonly edges: Edges;
  /** The contact closes or opens. */
  set(button: ButtonId, isClosed: boolean): void;
  /** Is any of the machine's edges still in use? */
  isInUse(): boolean;
  /** The hardware goes away, or the program that reads it. */
  unplug?(): void;
  plugIn?(): void;
}

const NO_FOLDER = '/nonexistent';

export function createSysfsRig(): ButtonsRig {
  const pins = new Map<number, (error: Error | null, value: number) => void>();
  const levels = new Map<number, number>();
  const openPin = (gpio: number): SysfsPin => ({
    readSync: () => levels.get(gpio) ?? 1,
    writeSync: () => {},
    watch: (listener) => void pins.set(gpio, listener),
    unexport: () => void pins.delete(gpio),
  });
  return {
    wiring: { gpioPins: PINS },
    edges: { openPin, chip: { kind: 'found', base: 512, label: 'pinctrl-bcm2711' } },
    set(button, isClosed) {
      const gpio = 512 + PINS[button]!;
      levels.set(gpio, isClosed ? 0 : 1);
      pins.get(gpio)?.(null, isClosed ? 0 : 1);
    },
    isInUse: () => pins.size > 0,
  };
}

/** Programs that are read, without the programs: the last one started gets what `write` gives. */
function createFakeReader(): {
  start: StartProgram;
  started: { readonly command: string; readonly args: readonly string[] }[];
  write(bytes: Buffer): void;
  end(reason: string): void;
  isRunning(): boolean;
} {
  const started: { command: string; args: readonly string[] }[] = [];
  let running: Parameters<StartProgram>[0] | undefined;
  return {
    started,
    start(options) {
      started.push({ command: options.command, args: options.args });
      running = options;
      const close = (): void => {
        running = undefined;
      };
      return { write: () => {}, close, finish: close };
    },
    write: (bytes) => running?.onOutput(bytes),
    end(reason) {
      const ended = running;
      running = undefined;
      ended?.onEnd(reason);
    },
    isRunning: () => running !== undefined,
  };
}

export function createGpiomonRig(version: 1 | 2): ButtonsRig & { readonly started: readonly object[] } {
  const reader = createFakeReader();
  return {
    started: reader.started,
    wiring: { gpioPins: PINS },
    edges: {
      chip: { kind: 'missing', reason: 'this kernel has no /sys/class/gpio' },
      startProgram: reader.start,
      runTool: async (command) =>
        command === 'gpiomon'
          ? `gpiomon (libgpiod) v${version === 1 ? '1.6.3' : '2.2.1'}\n`
          : 'gpiochip0 [pinctrl-bcm2711] (58 lines)\ngpiochip1 [raspberrypi-exp-gpio] (8 lines)\n',
    },
    set(button, isClosed) {
      const ns = BigInt(Math.round(performance.now() * 1e6));
      const [seconds, rest] = [ns / 1_000_000_000n, ns % 1_000_000_000n];
      const edge = isClosed ? (version === 1 ? 0 : 2) : 1;
      const fraction = version === 1 ? String(rest) : String(rest).padStart(9, '0');
      reader.write(Buffer.from(`${PINS[button]} ${edge} ${seconds}.${fraction}\n`));
    },
    isInUse: reader.isRunning,
    unplug: () => reader.end('error polling for events: Input/output error'),
  };
}

/** An arcade encoder whose second byte has a bit for each button, and whose sticks tremble. */
export function createHidRig(): ButtonsRig & { burst(reports: readonly number[][]): void } {
  const bits: Readonly<Record<ButtonId, number>> = { happy: 0x10, sad: 0x20 };
  let isPlugged = true;
  let device: (EventEmitter & { close(): Promise<void> }) | undefined;
  let buttons = 0;
  return {
    wiring: {
      hid: [
        {
          device: '0079:0006',
          contacts: Object.entries(bits).map(([button, mask]) => ({ button, byte: 1, mask, value: mask })),
        },
      ],
    },
    edges: {
      watchedFolder: NO_FOLDER,
      library: {
        list: async () =>
          isPlugged ? [{ vendorId: 0x79, productId: 6, path: '/dev/hidraw0', usagePage: 1, usage: 4 }] : [],
        async open() {
          const opened = Object.assign(new EventEmitter(), {
            async close() {
              opened.removeAllListeners();
              if (device === opened) device = undefined;
            },
          });
          device = opened;
          return opened;
        },
      },
    },
    set(button, isClosed) {
      buttons = isClosed ? buttons | bits[button]! : buttons & ~bits[button]!;
      device?.emit('data', Buffer.from([0x7f, buttons, 0x80]));
    },
    burst: (reports) => {
      for (const report of reports) device?.emit('data', Buffer.from(report));
    },
    isInUse: () => device !== undefined,
    unplug() {
      isPlugged = false;
      buttons = 0;
      device?.emit('error', new Error('could not read from HID device'));
    },
    plugIn: () => {
      isPlugged = true;
    },
  };
}

export function keyRecord(code: number, value: number, atMs: number, type = 1): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeBigInt64LE(BigInt(Math.floor(atMs / 1000)), 0);
  record.writeBigInt64LE(BigInt(Math.floor((atMs % 1000) * 1000)), 8);
  record.writeUInt16LE(type, 16);
  record.writeUInt16LE(code, 18);
  record.writeInt32LE(value, 20);
  return record;
}

export function createKeyboardRig(
  grab: boolean,
): ButtonsRig & { readonly started: readonly object[]; drop(): void; repeat(button: ButtonId): void } {
  const codes: Readonly<Record<ButtonId, number>> = { happy: 2, sad: 57 };
  const reader = createFakeReader();
  let isPlugged = true;
  // Ungrabbed, `cat` gives times of the wall clock.
  const stampMs = (): number => performance.now() + (grab ? 0 : Date.UTC(2026, 0, 1));
  const write = (code: number, value: number, type?: number): void =>
    reader.write(Buffer.concat([keyRecord(code, value, stampMs(), type), keyRecord(0, 0, stampMs(), 0)]));
  return {
    started: reader.started,
    wiring: {
      keyboards: [
        {
          device: '046d:c31c',
          grab,
          keys: Object.entries(codes).map(([button, code]) => ({ button, code })),
        },
      ],
    },
    edges: {
      watchedFolder: NO_FOLDER,
      startProgram(options) {
        const program = reader.start(options);
        if (grab) reader.write(keyRecord(0, 0, 0, 0));
        return program;
      },
      listKeyboards: async () =>
        isPlugged
          ? [{ vendorId: 0x046d, productId: 0xc31c, name: 'Switch Box', path: '/dev/input/event3' }]
          : [],
    },
    set: (button, isClosed) => write(codes[button]!, isClosed ? 1 : 0),
    repeat: (button) => write(codes[button]!, 2),
    drop: () => write(3, 0, 0),
    isInUse: reader.isRunning,
    unplug() {
      isPlugged = false;
      reader.end('is gone: No such device');
    },
    plugIn: () => {
      isPlugged = true;
    },
  };
}
