/** Bounds how often something may happen: `capacity` at once, then `perSecond` (the token-bucket algorithm). */

export interface TokenBucket {
  /** Take one token; false where none is left. */
  take(): boolean;
}

/** `nowMs` is a monotonic clock. */
export function createTokenBucket(options: {
  readonly capacity: number;
  readonly perSecond: number;
  readonly nowMs: () => number;
}): TokenBucket {
  const { capacity, perSecond, nowMs } = options;
  let tokens = capacity;
  let filledAtMs = nowMs();
  return {
    take() {
      const atMs = nowMs();
      tokens = Math.min(capacity, tokens + ((atMs - filledAtMs) / 1000) * perSecond);
      filledAtMs = atMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
