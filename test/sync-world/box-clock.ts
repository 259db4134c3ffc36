/**
 * The clocks of a box: monotonic from its boot, and a wall clock that may stand anywhere, since a Pi has none of its own.
 */
import type { Moment } from '../../device/storage/journal-table.ts';
import type { ProofClock } from '../../device/sync/proven-exchange.ts';
import type { WallClock } from './schedule.ts';
import type { VirtualTime } from './virtual-time.ts';
import { WORLD_BEGINS_MS } from './world-server.ts';

export interface BoxClock extends ProofClock {
  /** Now, as the journal stamps it. */
  moment(): Moment;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** How far off each clock is, and what the box says of it: a real-time clock is believed, right or wrong. */
const CLOCKS: Readonly<Record<WallClock, { readonly offMs: number; readonly state: Moment['clockState'] }>> =
  {
    right: { offMs: 0, state: 'ntp' },
    '1970': { offMs: -WORLD_BEGINS_MS, state: 'unset' },
    '9999': { offMs: Date.UTC(9999, 0, 1) - WORLD_BEGINS_MS, state: 'rtc' },
    yesterday: { offMs: -DAY_MS, state: 'floor' },
    nextYear: { offMs: 365 * DAY_MS, state: 'rtc' },
  };

/** `boot` numbers the boot; the box was switched on now. */
export function createBoxClock(time: VirtualTime, boot: number, wallClock: () => WallClock): BoxClock {
  const bootedAtMs = time.nowMs();
  const bootId = `6f1c2b9e-5a0d-4c3b-9f57-${boot.toString(16).padStart(12, '0')}`;
  const monotonicMs = (): number => time.nowMs() - bootedAtMs;
  const wallMs = (): number => WORLD_BEGINS_MS + time.nowMs() + CLOCKS[wallClock()].offMs;
  const clockState = (): Moment['clockState'] => CLOCKS[wallClock()].state;
  return {
    bootId,
    monotonicMs,
    wallMs,
    clockState,
    moment: () => ({ bootId, monotonicMs: monotonicMs(), wallMs: wallMs(), clockState: clockState() }),
  };
}
