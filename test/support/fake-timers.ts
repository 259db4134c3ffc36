/** Timers that stand still until a test moves them. */
import type { Timers } from '../../device/sync/exchange.ts';

export interface FakeTimers extends Timers {
  nowMs(): number;
  /** Waits of the timers not yet due, shortest first. */
  pendingMs(): readonly number[];
  /** Goes to the next timer that is due and runs it; false when there is none. */
  runNext(): boolean;
}

export function createFakeTimers(): FakeTimers {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const inOrder = () => [...timers].sort((a, b) => a.atMs - b.atMs);
  return {
    nowMs: () => nowMs,
    pendingMs: () => inOrder().map(({ atMs }) => atMs - nowMs),
    after(ms, run) {
      const timer = { atMs: nowMs + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    runNext() {
      const [next] = inOrder();
      if (next === undefined) return false;
      timers.delete(next);
      nowMs = next.atMs;
      next.run();
      return true;
    },
  };
}
