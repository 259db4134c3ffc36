/** A clock that stands still until told. */
import type { Clock } from '../../device/core/ports.ts';

export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** Starts at monotonic 1000 ms, 2026-01-01 00:00 UTC, set from the network. */
export function createFakeClock(): FakeClock {
  let nowMs = 1000;
  return {
    monotonicMs: () => nowMs,
    wallMs: () => Date.UTC(2026, 0, 1) + nowMs - 1000,
    clockState: () => 'ntp',
    advance(ms) {
      nowMs += ms;
    },
  };
}
