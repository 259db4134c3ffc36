/** A pause that a kick ends, also one that came just before it. */
import type { Timers } from './exchange.ts';

export interface Wait {
  kick(): void;
  /** Resolves after `ms`, or on a kick, but not before `deafMs` are over; at once when `stop` aborts. */
  pause(ms: number, deafMs?: number): Promise<void>;
}

export function createWait(timers: Timers, stop: AbortSignal): Wait {
  let isKicked = false;
  let wake: (() => void) | undefined;
  let abandon: (() => void) | undefined;
  stop.addEventListener('abort', () => abandon?.(), { once: true });

  function sleep(ms: number, isDeaf: boolean): Promise<void> {
    if (stop.aborted || (isKicked && !isDeaf)) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const cancel = timers.after(ms, resolve);
      abandon = () => {
        cancel();
        resolve();
      };
      wake = isDeaf ? undefined : abandon;
    });
  }

  return {
    kick() {
      isKicked = true;
      wake?.();
    },
    async pause(ms, deafMs = 0) {
      if (deafMs > 0) await sleep(deafMs, true);
      if (ms > deafMs) await sleep(ms - deafMs, false);
      wake = undefined;
      abandon = undefined;
      isKicked = false;
    },
  };
}
