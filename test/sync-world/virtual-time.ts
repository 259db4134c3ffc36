/**
 * Time that only moves when told, and then straight to the next deadline: a fortnight of back-off costs nothing.
 * Every machine of the world has its own timers, so that a crash takes its timers with it and no others.
 */
import type { Timers } from '../../device/sync/exchange.ts';

/** Timers of one machine. */
export interface MachineTimers extends Timers {
  /** How many wait. */
  pending(): number;
  /** The machine is gone: nothing it waited for happens any more, and nothing new is taken. */
  stop(): void;
}

export interface VirtualTime {
  nowMs(): number;
  createTimers(): MachineTimers;
  /** Goes to the next deadline of any machine and runs it; false when nobody waits for anything. */
  runNext(): boolean;
  /** Jumps ahead without running anything; what fell due runs next, in the order it was due. */
  skip(ms: number): void;
}

interface Deadline {
  readonly atMs: number;
  /** Deadlines at the same time run in the order they were made. */
  readonly order: number;
  readonly run: () => void;
}

/** Starts at 0 ms. */
export function createVirtualTime(): VirtualTime {
  let nowMs = 0;
  let made = 0;
  const deadlines = new Set<Deadline>();

  return {
    nowMs: () => nowMs,
    createTimers() {
      const own = new Set<Deadline>();
      let isStopped = false;
      return {
        pending: () => own.size,
        after(ms, run) {
          if (isStopped) return () => {};
          const deadline: Deadline = {
            atMs: nowMs + ms,
            order: ++made,
            run() {
              forget();
              run();
            },
          };
          const forget = (): void => {
            own.delete(deadline);
            deadlines.delete(deadline);
          };
          own.add(deadline);
          deadlines.add(deadline);
          return forget;
        },
        stop() {
          isStopped = true;
          for (const deadline of own) deadlines.delete(deadline);
          own.clear();
        },
      };
    },
    runNext() {
      let next: Deadline | undefined;
      for (const deadline of deadlines) {
        if (next === undefined || deadline.atMs < next.atMs) next = deadline;
        else if (deadline.atMs === next.atMs && deadline.order < next.order) next = deadline;
      }
      if (next === undefined) return false;
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
      return true;
    },
    skip(ms) {
      nowMs += ms;
    },
  };
}
