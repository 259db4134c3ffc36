/** Made-up boots of a box whose true time is known: clocks that run wrong, links that are slow, requests that fail. */
import fc from 'fast-check';
import type { EventStamp } from '../../../sync-server/protocol/journal-event.ts';
import type { SyncPoint } from '../../../sync-server/store/event-log.ts';

/** An event whose true time is known. */
export interface TrueEvent {
  readonly trueMs: number;
  readonly monotonicMs: number;
}

export interface SimulatedBoot {
  readonly bootId: string;
  readonly startTrueMs: number;
  readonly endTrueMs: number;
  /** In order; the first is the boot itself. */
  readonly events: readonly TrueEvent[];
  readonly points: readonly SyncPoint[];
}

const HOUR_MS = 3_600_000;
const CLOCK_STATES: readonly EventStamp['clockState'][] = ['unset', 'floor', 'ntp', 'rtc'];

/** Where true time is and how the monotonic clock runs: within 600 ppm, and one slew of at most 0.5 s. */
interface BoxClock {
  readonly startTrueMs: number;
  readonly startMonotonicMs: number;
  /** Speed error in each sixth of the boot. */
  readonly speedErrors: readonly number[];
  readonly slewMs: number;
  readonly slewAtMs: number;
}

function monotonicAt(clock: BoxClock, durationMs: number, trueMs: number): number {
  const elapsedMs = trueMs - clock.startTrueMs;
  const partMs = durationMs / clock.speedErrors.length;
  let monotonicMs = clock.startMonotonicMs;
  clock.speedErrors.forEach((error, index) => {
    const inPartMs = Math.min(Math.max(elapsedMs - index * partMs, 0), partMs);
    monotonicMs += inPartMs * (1 + error);
  });
  // Each second 1/128 of the rest, as the kernel does.
  const slewingMs = Math.max(elapsedMs - clock.slewAtMs, 0);
  return monotonicMs + clock.slewMs * (1 - (1 - 1 / 128) ** (slewingMs / 1000));
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

/** A boot of up to `maxHours`; `startTrueMs` is given so that boots can follow each other. */
export function simulatedBoot(
  startTrueMs: number,
  { maxHours = 72, maxExchanges = 12 } = {},
): fc.Arbitrary<SimulatedBoot> {
  const exchange = fc.record({
    at: fraction,
    upMs: fc.integer({ min: 0, max: 90_000 }),
    serverMs: fc.integer({ min: 0, max: 2_000 }),
    downMs: fc.integer({ min: 0, max: 90_000 }),
    replyArrives: fc.boolean(),
  });
  return fc
    .record({
      bootId: fc.uuid({ version: 4 }),
      durationMs: fc.integer({ min: 1_000, max: maxHours * HOUR_MS }),
      startMonotonicMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      speedErrors: fc.array(fc.double({ min: -600e-6, max: 600e-6, noNaN: true }), {
        minLength: 6,
        maxLength: 6,
      }),
      slewMs: fc.double({ min: -500, max: 500, noNaN: true }),
      slewAt: fraction,
      exchanges: fc.array(exchange, { maxLength: maxExchanges }),
      eventsAt: fc.array(fraction, { maxLength: 12 }),
      wallMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
      clockState: fc.constantFrom(...CLOCK_STATES),
    })
    .map(({ bootId, durationMs, exchanges, eventsAt, slewAt, wallMs, clockState, ...rest }) => {
      const clock: BoxClock = { ...rest, startTrueMs, slewAtMs: slewAt * durationMs };
      const monotonic = (trueMs: number): number => monotonicAt(clock, durationMs, trueMs);
      const endTrueMs = startTrueMs + durationMs;

      const points: SyncPoint[] = [];
      let lastExchange: SyncPoint['lastExchange'];
      // The first nonce may be one of an earlier boot.
      let nonceIssuedAtMs = Math.floor(startTrueMs - 60_000);
      for (const { at, upMs, serverMs, downMs, replyArrives } of exchanges.sort((a, b) => a.at - b.at)) {
        const sentTrueMs = startTrueMs + at * durationMs;
        const receivedTrueMs = sentTrueMs + upMs;
        if (sentTrueMs < nonceIssuedAtMs) continue;
        points.push({
          bootId,
          monotonicMs: monotonic(sentTrueMs),
          wallMs,
          clockState,
          nonceIssuedAtMs,
          receivedAtMs: Math.floor(receivedTrueMs),
          ...(lastExchange === undefined ? {} : { lastExchange }),
        });
        const answeredTrueMs = receivedTrueMs + serverMs;
        const backTrueMs = answeredTrueMs + downMs;
        if (!replyArrives || backTrueMs > endTrueMs) continue;
        nonceIssuedAtMs = Math.floor(answeredTrueMs);
        lastExchange = {
          sentMs: monotonic(sentTrueMs),
          receivedMs: monotonic(backTrueMs),
          serverMs: Math.floor(answeredTrueMs),
        };
      }
      const events = [0, ...eventsAt.sort((a, b) => a - b)].map((at) => {
        const trueMs = startTrueMs + at * durationMs;
        return { trueMs, monotonicMs: monotonic(trueMs) };
      });
      return { bootId, startTrueMs, endTrueMs, events, points };
    });
}
