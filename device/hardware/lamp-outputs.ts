/**
 * Where a lamp is wired: a plain pin (on or off), or a PWM channel of the kernel (dimmed without our help).
 * Each drives an LED's transistor, so high is lit. Errors name the output; the caller tells them.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';
import type { StartProgram } from './child-program.ts';
import { findHeaderChip, type HeaderChip } from './gpio-chip.ts';
import { findGpiodChip, type RunTool } from './gpiod-tools.ts';
import { holdPin } from './held-pin.ts';
import { loadOnoff, ONOFF_MISSING, type OpenSysfsPin } from './sysfs-pins.ts';

export interface LampOutput {
  readonly isDimmable: boolean;
  /** Brightness as seen, 0 to 1. May throw. */
  set(level: number): void;
  close(): void;
}

/** A BCM pin number, or a channel of a PWM chip of the kernel. */
export type LampWire = number | { readonly pwmChip: number; readonly pwmChannel: number };

/** 2 kHz: far above what anyone sees flicker (IEEE 1789-2015: no effect from 1.25 kHz), ns. */
const PWM_PERIOD_NS = 500_000;

/** The eye's answer to light, as displays assume it (sRGB, IEC 61966-2-1, approximately). */
const GAMMA = 2.2;

/** How long udev may take to give a new channel to our group, ms. */
const PWM_RIGHTS_MS = 1000;

export interface LampOutputOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly chip?: HeaderChip | undefined;
  readonly openPin?: OpenSysfsPin | undefined;
  readonly runTool?: RunTool | undefined;
  readonly startProgram?: StartProgram | undefined;
  readonly onFault: (reason: string) => void;
  readonly pwmFolder?: string | undefined;
}

/** A plain pin, by sysfs or else by the kernel's GPIO device. Rejects with one sentence. */
export async function openPinOutput(pin: number, options: LampOutputOptions): Promise<LampOutput> {
  const chip = options.chip ?? findHeaderChip();
  const openPin = chip.kind === 'found' ? (options.openPin ?? (await loadOnoff())) : undefined;
  if (chip.kind === 'found' && openPin !== undefined) {
    const line = openPin(chip.base + pin, 'low');
    return {
      isDimmable: false,
      set: (level) => line.writeSync(level > 0 ? 1 : 0),
      close() {
        line.writeSync(0);
        line.unexport();
      },
    };
  }
  const bySysfs = chip.kind === 'missing' ? chip.reason : ONOFF_MISSING;
  const gpiodChip = await findGpiodChip(options.runTool).catch((error: Error) => {
    throw new Error(`by sysfs, ${bySysfs}; by libgpiod, ${error.message}`, { cause: error });
  });
  const { onFault, startProgram } = options;
  return holdPin({ chip: gpiodChip, pin, onFault, startProgram, monotonicMs: options.clock.monotonicMs });
}

/** A channel of the kernel's PWM. Rejects with one sentence. */
export async function openPwmOutput(
  wire: Exclude<LampWire, number>,
  folder = '/sys/class/pwm',
): Promise<LampOutput> {
  const chip = join(folder, `pwmchip${wire.pwmChip}`);
  const channel = join(chip, `pwm${wire.pwmChannel}`);
  if (!existsSync(chip)) {
    throw new Error(
      `there is no PWM chip ${wire.pwmChip} ("dtoverlay=pwm-2chan" in config.txt switches it on)`,
    );
  }
  if (!existsSync(channel)) writeFileSync(join(chip, 'export'), String(wire.pwmChannel));
  const set = (file: string, value: number): void => writeFileSync(join(channel, file), String(value));
  await onceAllowed(() => {
    // The duty first: a period shorter than the duty it has is refused.
    set('duty_cycle', 0);
    set('period', PWM_PERIOD_NS);
    set('enable', 1);
  });
  return {
    isDimmable: true,
    set: (level) => set('duty_cycle', Math.round(PWM_PERIOD_NS * level ** GAMMA)),
    close() {
      set('duty_cycle', 0);
      set('enable', 0);
    },
  };
}

async function onceAllowed(write: () => void): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    try {
      return write();
    } catch (error) {
      const isEarly = ['EACCES', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (!isEarly || waitedMs >= PWM_RIGHTS_MS) throw error;
      await wait(100);
    }
  }
}
