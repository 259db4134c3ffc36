import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctedTimeSchema } from '../../../sync-server/protocol/corrected-time.ts';
import type { SyncPoint } from '../../../sync-server/store/event-log.ts';
import { ALWAYS, durationError } from '../../../sync-server/time/clock-bounds.ts';
import { correctTime, type ReceivedStamp } from '../../../sync-server/time/correct-time.ts';
import { BOOT_ID } from '../../support/journal-events.ts';
import { simulatedBoot } from './simulated-boot.ts';

const NOON_MS = Date.UTC(2026, 2, 1, 12);
const HOUR_MS = 3_600_000;

/** The box said this a second after the server made its nonce, when its monotonic clock showed 100 s. */
const POINT: SyncPoint = {
  bootId: BOOT_ID,
  monotonicMs: 100_000,
  wallMs: 0,
  clockState: 'unset',
  nonceIssuedAtMs: NOON_MS,
  receivedAtMs: NOON_MS + 1_000,
};

const event = (stamp: Partial<ReceivedStamp> = {}): ReceivedStamp => ({
  monotonicMs: 100_000,
  wallMs: 0,
  clockState: 'unset',
  receivedAtMs: NOON_MS + HOUR_MS,
  ...stamp,
});

const knowing = (...points: SyncPoint[]) => ({ points, between: ALWAYS });
const nothing = { points: [], between: ALWAYS };

describe('an event of a boot that spoke with the server', () => {
  test('lies between the nonce and the arrival of the request, at the monotonic time of the request', () => {
    expect(correctTime(event(), knowing(POINT))).toMatchObject({
      correctedMs: NOON_MS + 500,
      timeErrorMs: 502,
      timeBasis: 'syncPoint',
    });
  });

  test('lies as far from the exchange as the monotonic clock says, and the error grows with the distance', () => {
    const later = correctTime(event({ monotonicMs: 100_000 + HOUR_MS / 2 }), knowing(POINT));
    expect(later.correctedMs).toBe(NOON_MS + 500 + HOUR_MS / 2);
    expect(later.timeErrorMs).toBe(Math.ceil(500 + durationError(HOUR_MS / 2) + 0.5));
  });

  test('is placed more exactly by a whole exchange than by the age of a nonce', () => {
    const exchanged = {
      ...POINT,
      nonceIssuedAtMs: NOON_MS - 200_000,
      lastExchange: { sentMs: 99_000, receivedMs: 99_040, serverMs: NOON_MS - 480 },
    };
    const { correctedMs, timeErrorMs } = correctTime(event(), knowing(exchanged));
    expect(timeErrorMs).toBeLessThan(40);
    expect(Math.abs(correctedMs! - (NOON_MS + 500))).toBeLessThan(timeErrorMs!);
  });

  test('is placed by both exchanges around it better than by either', () => {
    const day = 24 * HOUR_MS;
    const next = {
      ...POINT,
      monotonicMs: 100_000 + day,
      nonceIssuedAtMs: NOON_MS + day,
      receivedAtMs: NOON_MS + day + 1_000,
    };
    const middle = event({ monotonicMs: 100_000 + day / 4, receivedAtMs: NOON_MS + 2 * day });
    const error = (...points: SyncPoint[]) => correctTime(middle, knowing(...points)).timeErrorMs!;
    expect(error(POINT, next)).toBeLessThanOrEqual(Math.min(error(POINT), error(next)));
    expect(error(POINT)).toBeLessThan(error(next));
  });

  test('never lies after the server had it', () => {
    const hour = { ...POINT, receivedAtMs: NOON_MS + HOUR_MS };
    const { correctedMs, timeErrorMs } = correctTime(event({ receivedAtMs: NOON_MS + 10 }), knowing(hour));
    expect(correctedMs! + timeErrorMs!).toBeLessThanOrEqual(NOON_MS + 13);
  });

  test.each([1, 60, 600, 3_600, 86_400])(
    'allows for a clock 600 ppm fast that is slewed by half a second, %i s after the exchange',
    (seconds) => {
      const slewedMs = 500 * (1 - (1 - 1 / 128) ** seconds);
      expect(durationError(seconds * 1_000)).toBeGreaterThan(slewedMs + seconds * 1_000 * 600e-6);
    },
  );

  test('whatever the clocks did, the true time lies within the error', () => {
    fc.assert(
      fc.property(simulatedBoot(NOON_MS), ({ events, points, endTrueMs }) => {
        for (const { trueMs, monotonicMs } of events) {
          const receivedAtMs = Math.floor(endTrueMs);
          const time = correctTime(event({ monotonicMs, receivedAtMs }), knowing(...points));
          if (points.length === 0) expect(time.timeBasis).toBeNull();
          else {
            expect(time.timeBasis).toBe('syncPoint');
            expect(Math.abs(time.correctedMs! - trueMs)).toBeLessThanOrEqual(time.timeErrorMs!);
            expect(time.timeFlags).not.toContain('clockSuspicious');
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('an event of a boot that never spoke with the server', () => {
  const between = { earliestMs: NOON_MS - HOUR_MS, latestMs: NOON_MS };

  test('lies between the boots around it', () => {
    expect(correctTime(event(), { points: [], between })).toMatchObject({
      correctedMs: NOON_MS - HOUR_MS / 2,
      timeErrorMs: HOUR_MS / 2 + 1,
      timeBasis: 'order',
    });
  });

  test('takes its wall clock where that was set and lies between them', () => {
    const set = event({ wallMs: NOON_MS - 600_000, clockState: 'ntp' });
    expect(correctTime(set, { points: [], between })).toEqual({
      correctedMs: NOON_MS - 600_000,
      timeErrorMs: 60_001,
      timeBasis: 'wallClock',
      timeFlags: [],
    });
  });

  test('does not take a wall clock that claims to be set and contradicts them', () => {
    const wrong = event({ wallMs: NOON_MS - 24 * HOUR_MS, clockState: 'rtc' });
    expect(correctTime(wrong, { points: [], between })).toMatchObject({
      timeBasis: 'order',
      timeFlags: ['wallClockWrong', 'clockSuspicious'],
    });
  });

  test.each([
    ['ntp', 60_001],
    ['rtc', 900_001],
  ] as const)(
    'and that has no neighbours takes a wall clock set by %s, with its error',
    (clockState, error) => {
      const alone = event({ wallMs: NOON_MS, clockState });
      expect(correctTime(alone, nothing)).toMatchObject({ timeBasis: 'wallClock', timeErrorMs: error });
    },
  );

  test.each(['unset', 'floor'] as const)('has no time when its wall clock was %s', (clockState) => {
    expect(correctTime(event({ wallMs: NOON_MS, clockState }), nothing)).toEqual({
      correctedMs: null,
      timeErrorMs: null,
      timeBasis: null,
      timeFlags: [],
    });
  });
});

describe('a clock that cannot be right is flagged and never a fault:', () => {
  test.each<[string, Partial<ReceivedStamp>, readonly string[]]>([
    ['1970 on a box that never claimed more', { wallMs: 0 }, ['wallClockWrong']],
    [
      '1970 said to be from the network',
      { wallMs: 0, clockState: 'ntp' },
      ['wallClockWrong', 'clockSuspicious'],
    ],
    ['the year 9999', { wallMs: 253_402_300_799_999 }, ['wallClockWrong']],
    ['no calendar at all', { wallMs: -1e300 }, ['wallClockWrong']],
    ['a right clock', { wallMs: NOON_MS + 400, clockState: 'ntp' }, []],
    ['a right clock that never claimed it', { wallMs: NOON_MS + 400, clockState: 'floor' }, []],
  ])('%s', (_what, stamp, flags) => {
    const time = correctTime(event(stamp), knowing(POINT));
    expect(time).toMatchObject({ correctedMs: NOON_MS + 500, timeBasis: 'syncPoint', timeFlags: flags });
  });

  test('exchanges that contradict each other: the span holds them all', () => {
    const slept = { ...POINT, nonceIssuedAtMs: NOON_MS + HOUR_MS, receivedAtMs: NOON_MS + HOUR_MS };
    const time = correctTime(event({ receivedAtMs: NOON_MS + 2 * HOUR_MS }), knowing(POINT, slept));
    expect(time.timeFlags).toContain('clockSuspicious');
    expect(time.correctedMs! - time.timeErrorMs!).toBeLessThanOrEqual(NOON_MS);
    expect(time.correctedMs! + time.timeErrorMs!).toBeGreaterThanOrEqual(NOON_MS + HOUR_MS);
  });

  test('an answer that came before its question is left out', () => {
    const backward = { ...POINT, lastExchange: { sentMs: 99_000, receivedMs: 98_000, serverMs: 0 } };
    expect(correctTime(event(), knowing(backward))).toMatchObject({
      correctedMs: NOON_MS + 500,
      timeFlags: ['wallClockWrong', 'clockSuspicious'],
    });
  });

  test('a wall clock from the network that is ahead of the server', () => {
    const ahead = event({ wallMs: NOON_MS + 24 * HOUR_MS, clockState: 'ntp' });
    expect(correctTime(ahead, nothing)).toMatchObject({ correctedMs: null, timeFlags: ['clockSuspicious'] });
  });

  test('no numbers whatever make it throw or give something that is no time', () => {
    const anything = fc.oneof(
      fc.double(),
      fc.constantFrom(0, -1, 1e300, -1e300, Number.MAX_VALUE, 8.64e15, 2 ** 53 + 2, NaN, Infinity, -Infinity),
    );
    const point = fc.record<SyncPoint>({
      bootId: fc.constant(BOOT_ID),
      monotonicMs: anything,
      wallMs: anything,
      clockState: fc.constantFrom('unset', 'floor', 'ntp', 'rtc'),
      nonceIssuedAtMs: anything,
      receivedAtMs: anything,
      lastExchange: fc.record({ sentMs: anything, receivedMs: anything, serverMs: anything }),
    });
    const stamp = fc.record<ReceivedStamp>({
      monotonicMs: anything,
      wallMs: anything,
      clockState: fc.constantFrom('unset', 'floor', 'ntp', 'rtc'),
      receivedAtMs: anything,
    });
    const span = fc.record({ earliestMs: anything, latestMs: anything });
    fc.assert(
      fc.property(stamp, fc.array(point, { maxLength: 4 }), span, (each, points, between) => {
        expect(correctedTimeSchema.safeParse(correctTime(each, { points, between })).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
