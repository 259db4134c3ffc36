/** Counts the times the event loop stood still, so that "it never stalls" is a number and not a hope. */

/** A child notices a late lamp; 20 ms leaves room for the rest of the 50 ms a press has to become light. */
export const STALL_MS = 20;

/** Often enough to catch a stall, seldom enough to cost nothing (0.1 % of a Pi's core). */
const PROBE_MS = 5;

export interface StallCounter {
  /** Stalls over `STALL_MS` since the start or the last reset, and the longest. */
  read(): { readonly count: number; readonly longestMs: number };
  reset(): void;
  stop(): void;
}

/** Starts counting; `onStall` is told the length of each. */
export function countStalls(onStall: (stallMs: number) => void = () => {}): StallCounter {
  let count = 0;
  let longestMs = 0;
  let expectedAt = performance.now() + PROBE_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    const lateMs = now - expectedAt;
    expectedAt = now + PROBE_MS;
    longestMs = Math.max(longestMs, lateMs);
    if (lateMs <= STALL_MS) return;
    count++;
    onStall(lateMs);
  }, PROBE_MS);
  timer.unref();
  return {
    read: () => ({ count, longestMs }),
    reset() {
      count = 0;
      longestMs = 0;
    },
    stop: () => clearInterval(timer),
  };
}
