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

/** A box that is busy for an hour says so sixty times, not a hundred thousand: each line may end up on its card. */
const TELLS_EVERY_MS = 60_000;

export interface ToldStalls {
  /** Since it was last told. */
  readonly stalls: number;
  readonly longestMs: number;
}

/** Starts counting; `onStalls` is told of the first at once, then of all since, once a minute at most. */
export function countStalls(onStalls: (told: ToldStalls) => void = () => {}): StallCounter {
  let count = 0;
  let longestMs = 0;
  let untold: ToldStalls = { stalls: 0, longestMs: 0 };
  let toldAtMs = -Infinity;
  let expectedAt = performance.now() + PROBE_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    const lateMs = now - expectedAt;
    expectedAt = now + PROBE_MS;
    longestMs = Math.max(longestMs, lateMs);
    if (lateMs <= STALL_MS) return;
    count++;
    untold = { stalls: untold.stalls + 1, longestMs: Math.max(untold.longestMs, Math.round(lateMs)) };
    if (now - toldAtMs < TELLS_EVERY_MS) return;
    toldAtMs = now;
    onStalls(untold);
    untold = { stalls: 0, longestMs: 0 };
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
