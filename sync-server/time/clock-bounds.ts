/**
 * Between which two moments of the server's clock a moment of a boot lies, from what was exchanged during the boot.
 * Every exchange is a bound that cannot be wrong as long as the monotonic clock runs at nearly the right speed; how
 * nearly is stated here. Pure.
 */
import type { SyncPoint } from '../store/event-log.ts';

/** Two moments on the server's clock, milliseconds since 1970; an unknown end is infinite. */
export interface TimeSpan {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** That something happened at `earliestMs` or later, and `latestMs` or earlier, when the monotonic clock showed `atMs`. */
interface Bound extends TimeSpan {
  readonly atMs: number;
}

/** ECMA-262 time values end here. */
const MAX_TIME_MS = 8.64e15;

export const ALWAYS: TimeSpan = { earliestMs: -Infinity, latestMs: Infinity };

/**
 * How wrong the speed of CLOCK_MONOTONIC can be: the kernel follows NTP by changing its frequency by at most 500 ppm
 * (MAXFREQ in Linux's include/linux/timex.h; adjtimex(2)), and a board's crystal is within 100 ppm (a Raspberry Pi's
 * is specified at 30 to 50 ppm; the rest is for heat and age).
 */
export const MAX_SPEED_ERROR = 600e-6;

/**
 * NTP also slews away what the clock is off by: at most 0.5 s at a time (MAXPHASE, same file; further off it steps, and
 * a step leaves CLOCK_MONOTONIC alone), each second 1/128 of the rest (SHIFT_PLL 2 plus the time constant 5 that
 * systemd-timesyncd starts with).
 */
const MAX_SLEW_MS = 500;
const MAX_SLEW_SPEED = 1 / 128;

/** Both clocks are read in whole milliseconds. */
const RESOLUTION_MS = 1;

/** How far a duration of `durationMs` on the monotonic clock can be from the true one, in ms. */
export function durationError(durationMs: number): number {
  const distance = Math.abs(durationMs);
  return RESOLUTION_MS + distance * MAX_SPEED_ERROR + Math.min(MAX_SLEW_MS, distance * MAX_SLEW_SPEED);
}

/** Whether anything can have happened then. */
export function isPossible({ earliestMs, latestMs }: TimeSpan): boolean {
  return earliestMs <= latestMs;
}

/** Whether both ends are known, and on the calendar. */
export function isBounded({ earliestMs, latestMs }: TimeSpan): boolean {
  return Math.abs(earliestMs) <= MAX_TIME_MS && Math.abs(latestMs) <= MAX_TIME_MS;
}

/** Intersection; not possible when the two contradict each other. */
export function intersect(a: TimeSpan, b: TimeSpan): TimeSpan {
  return {
    earliestMs: Math.max(a.earliestMs, b.earliestMs),
    latestMs: Math.min(a.latestMs, b.latestMs),
  };
}

/** What is known of the moment at which the monotonic clock of a boot showed some value. */
export interface BootSpan extends TimeSpan {
  /** The bounds contradict each other, or some make no sense; the span holds all of those that do. */
  readonly isContradictory: boolean;
}

/**
 * The span all of a boot's sync points allow; `ALWAYS` without any. Where they contradict each other (a box that was
 * asleep, a server clock that was set), the span that holds every one of them. Cost: one look at each point.
 */
export function spanInBoot(monotonicMs: number, points: readonly SyncPoint[]): BootSpan {
  let span = ALWAYS;
  let [lowestMs, highestMs] = [Infinity, -Infinity];
  let hasNonsense = false;
  for (const bound of points.flatMap(boundsOf)) {
    if (!isSensible(bound)) {
      hasNonsense = true;
      continue;
    }
    const sinceMs = monotonicMs - bound.atMs;
    const error = durationError(sinceMs);
    const here = {
      earliestMs: bound.earliestMs + sinceMs - error,
      latestMs: bound.latestMs + sinceMs + error,
    };
    span = intersect(span, here);
    if (here.earliestMs !== -Infinity) lowestMs = Math.min(lowestMs, here.earliestMs);
    if (here.latestMs !== Infinity) highestMs = Math.max(highestMs, here.latestMs);
  }
  if (isPossible(span)) return { ...span, isContradictory: hasNonsense };
  return { earliestMs: lowestMs, latestMs: highestMs, isContradictory: true };
}

/**
 * The request was signed after its nonce was made and before it arrived. The last whole exchange began before the
 * server read its clock and ended after; each end is a bound of its own, carried to one place.
 */
function boundsOf({ monotonicMs, nonceIssuedAtMs, receivedAtMs, lastExchange }: SyncPoint): readonly Bound[] {
  const request = { atMs: monotonicMs, earliestMs: nonceIssuedAtMs, latestMs: receivedAtMs };
  if (lastExchange === undefined) return [request];
  const { sentMs, receivedMs, serverMs } = lastExchange;
  // An answer that came before its question tells nothing.
  if (sentMs > receivedMs) return [request, { atMs: NaN, ...ALWAYS }];
  return [
    request,
    { atMs: sentMs, earliestMs: -Infinity, latestMs: serverMs },
    { atMs: receivedMs, earliestMs: serverMs, latestMs: Infinity },
  ];
}

function isSensible({ atMs, earliestMs, latestMs }: Bound): boolean {
  return (
    Number.isFinite(atMs) &&
    isPossible({ earliestMs, latestMs }) &&
    (Math.abs(earliestMs) <= MAX_TIME_MS || earliestMs === -Infinity) &&
    (Math.abs(latestMs) <= MAX_TIME_MS || latestMs === Infinity)
  );
}
