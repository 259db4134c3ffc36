/**
 * When an event happened, on the server's clock, with a stated error. Derived at export from what is stored; never a
 * key and never a reason to refuse. Pure.
 *
 *   basis      known of the event's boot                      | the moment lies between
 *   syncPoint  it spoke with the server                       | the bounds of all its exchanges
 *   wallClock  it did not; its wall clock claims to be set    | what such a clock can be off by, within `order`
 *   order      it did not, but boots before and after it did  | the last word of one, the start of the other
 *   null       nothing that bounds it on both sides           |
 */
import type { CorrectedTime, TimeBasis, TimeFlag } from '../protocol/corrected-time.ts';
import type { EventStamp } from '../protocol/journal-event.ts';
import type { SyncPoint } from '../store/event-log.ts';
import { ALWAYS, intersect, isBounded, isPossible, spanInBoot, type TimeSpan } from './clock-bounds.ts';

/** What the server knows of the boot an event belongs to. */
export interface BootKnowledge {
  /** Of this boot. */
  readonly points: readonly SyncPoint[];
  /** When the boot was, by its neighbours in the journal; `ALWAYS` when they say nothing. See boot-order.ts. */
  readonly between: TimeSpan;
}

/** Where an event stands on the box's clocks, and when the server had it. */
export interface ReceivedStamp extends Pick<EventStamp, 'monotonicMs' | 'wallMs' | 'clockState'> {
  readonly receivedAtMs: number;
}

/**
 * How far a wall clock is believed to be off at most, ms. `ntp`: set from the network during the boot; a crystal 100 ppm
 * off takes a week without a network for a minute. `rtc`: a clock chip with a 20 ppm crystal (DS1307, PCF8523) takes
 * over a year for a quarter of an hour. In the other states the wall clock claims nothing.
 */
const WALL_CLOCK_ERROR_MS = { ntp: 60_000, rtc: 15 * 60_000, floor: 0, unset: 0 } as const;

/** Always an answer, whatever the clocks say, if only that nothing is known. */
export function correctTime(event: ReceivedStamp, { points, between }: BootKnowledge): CorrectedTime {
  const arrival: TimeSpan = { earliestMs: -Infinity, latestMs: event.receivedAtMs + 1 };
  if (points.length > 0) {
    const exchanged = spanInBoot(event.monotonicMs, points);
    const arrived = intersect(exchanged, arrival);
    return isPossible(arrived)
      ? answer(event, 'syncPoint', arrived, exchanged.isContradictory)
      : answer(event, 'syncPoint', exchanged, true);
  }
  const order = intersect(between, arrival);
  if (!isPossible(order)) return answer(event, null, ALWAYS, true);
  const agreed = intersect(order, wallClockSpan(event));
  return isPossible(agreed) && claimsToBeSet(event)
    ? answer(event, 'wallClock', agreed, false)
    : answer(event, 'order', order, claimsToBeSet(event));
}

function answer(
  event: ReceivedStamp,
  basis: TimeBasis | null,
  span: TimeSpan,
  isOdd: boolean,
): CorrectedTime {
  if (!isBounded(span)) {
    const timeFlags: readonly TimeFlag[] = isOdd || basis === 'syncPoint' ? ['clockSuspicious'] : [];
    return { correctedMs: null, timeErrorMs: null, timeBasis: null, timeFlags: [...timeFlags] };
  }
  const { earliestMs, latestMs } = span;
  const correctedMs = Math.round((earliestMs + latestMs) / 2);
  const isWallClockWrong = !isPossible(intersect(span, wallClockSpan(event)));
  const timeFlags: TimeFlag[] = [];
  if (isWallClockWrong) timeFlags.push('wallClockWrong');
  if (isOdd || (isWallClockWrong && claimsToBeSet(event))) timeFlags.push('clockSuspicious');
  return {
    correctedMs,
    // Rounding the middle moves it by half a millisecond at most.
    timeErrorMs: Math.ceil((latestMs - earliestMs) / 2 + 0.5),
    timeBasis: basis,
    timeFlags,
  };
}

function wallClockSpan({ wallMs, clockState }: ReceivedStamp): TimeSpan {
  const error = WALL_CLOCK_ERROR_MS[clockState];
  return { earliestMs: wallMs - error, latestMs: wallMs + error };
}

function claimsToBeSet({ clockState }: ReceivedStamp): boolean {
  return clockState === 'ntp' || clockState === 'rtc';
}
