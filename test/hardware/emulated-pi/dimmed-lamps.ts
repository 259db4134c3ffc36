/**
 * Lamps whose brightness can be read from outside: the box dims them as it does the kernel's PWM channels, whose files
 * lie in its shared folder here. Only a dimmed lamp shows a confirmed press apart from one that was merely seen.
 */
import { type FSWatcher, mkdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { EMOTIONS, type Emotion } from '../../../models/emotions.ts';

/** Full brightness, ns of the period (device/hardware/lamp-outputs.ts): the pattern `confirm` and no other. */
const FULL = '500000';

/** Between `ready` (14,500) and `glow` (228,000), ns. */
const LIT_FROM = 100_000;

/** Device file: each button's lamp is a channel of the one PWM chip. */
export const DIMMED_LAMPS = Object.fromEntries(
  EMOTIONS.map((emotion, pwmChannel) => [emotion, { pwmChip: 0, pwmChannel }]),
);

/** Shell commands of the machine, before the box starts. */
export const LAY_LAMPS = `${EMOTIONS.map((_, channel) => `mkdir -p /box/pwm/pwmchip0/pwm${channel}`).join(' && ')} && mount --bind /box/pwm /sys/class/pwm`;

export interface DimmedLamps {
  /** Dim: the button is up, for certain, and its last press long confirmed. */
  isWaiting(emotion: Emotion): boolean;
  /** Told when a lamp becomes fully bright, as soon as this process hears of it. */
  onFull(listener: (emotion: Emotion) => void): void;
  close(): void;
}

/** `box`: the folder that is the machine's `/box`. */
export function watchDimmedLamps(box: string): DimmedLamps {
  const listeners: ((emotion: Emotion) => void)[] = [];
  const full = new Set<Emotion>();
  const watchers = EMOTIONS.map((emotion): FSWatcher => {
    const folder = folderOf(box, emotion);
    mkdirSync(folder, { recursive: true });
    return watch(folder, () => {
      const duty = readDuty(folder);
      // Emptied, about to be written.
      if (duty === '') return;
      const wasFull = full.has(emotion);
      if (duty !== FULL) full.delete(emotion);
      else if (!wasFull) {
        full.add(emotion);
        for (const listener of listeners) listener(emotion);
      }
    });
  });
  return {
    isWaiting: (emotion) => {
      const duty = Number(readDuty(folderOf(box, emotion)));
      return duty > 0 && duty < LIT_FROM;
    },
    onFull: (listener) => void listeners.push(listener),
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
}

function folderOf(box: string, emotion: Emotion): string {
  return join(box, 'pwm', 'pwmchip0', `pwm${EMOTIONS.indexOf(emotion)}`);
}

function readDuty(folder: string): string {
  try {
    return readFileSync(join(folder, 'duty_cycle'), 'utf8');
  } catch {
    return '';
  }
}
