/** The pump before a card, wakes as irregular as on a busy machine: what is queued, what runs dry, when a press is heard. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framesToMs } from '../../../device/audio/audio-format.ts';
import type { Mixer } from '../../../device/audio/mixer.ts';
import { createOutputPump, WAKE_EVERY_MS } from '../../../device/audio/output-pump.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createSimulatedCard } from './simulated-card.ts';

const MOST_BEYOND_BUFFER_MS = 40;
const BEAT_MS = 500;

const tone: Mixer = {
  isSilent: false,
  start() {},
  releaseAll() {},
  mix(block) {
    block.fill(0.5);
    return [];
  },
};

function setUp(options: Parameters<typeof createSimulatedCard>[0] = {}) {
  const clock = createFakeClock();
  const card = createSimulatedCard(options);
  const pump = createOutputPump({
    monotonicMs: clock.monotonicMs,
    mixer: tone,
    target: card,
    onNews: () => {},
  });
  let sinceBeatMs = 0;

  /** Lets time pass, with the heartbeat of the audio process. */
  function pass(ms: number): void {
    clock.advance(ms);
    card.pass(ms);
    sinceBeatMs += ms;
    if (sinceBeatMs < BEAT_MS) return;
    sinceBeatMs = 0;
    pump.waitForBacklog();
  }
  /** Wakes on time for so long. */
  function run(ms: number): void {
    for (let at = 0; at < ms; at += WAKE_EVERY_MS) {
      pump.wake();
      pass(WAKE_EVERY_MS);
    }
  }
  /** From a press until its first sample is played, on time. */
  function press(): number {
    const before = card.framesTaken;
    pump.pushNow();
    let waitedMs = 0;
    for (; card.framesPlayed <= before; waitedMs += WAKE_EVERY_MS) {
      pass(WAKE_EVERY_MS);
      pump.wake();
    }
    return waitedMs - framesToMs(card.framesPlayed - before);
  }
  return { card, pump, pass, run, press };
}

/** When wakes come: mostly on time, some late, in steps of a quarter of a millisecond. */
const wakes = (mostLateMs: number) =>
  fc.array(
    fc.record({
      lateMs: fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: mostLateMs * 4 }).map((steps) => steps / 4) },
      ),
      isPress: fc.boolean(),
    }),
    { minLength: 50, maxLength: 300 },
  );

describe('a press before a card of 46 ms', () => {
  test('with wakes up to 15 ms late nothing runs dry, and at most 40 ms wait before the card', () => {
    fc.assert(
      fc.property(wakes(15), (turns) => {
        const { card, pump, pass, run } = setUp();
        run(100);
        for (const { lateMs, isPress } of turns) {
          if (isPress) pump.pushNow();
          expect(card.beyondBufferMs).toBeLessThanOrEqual(MOST_BEYOND_BUFFER_MS);
          pass(WAKE_EVERY_MS + lateMs);
          pump.wake();
          expect(card.beyondBufferMs).toBeLessThanOrEqual(MOST_BEYOND_BUFFER_MS);
        }
        expect(card.underruns).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test('however late wakes come, no more than 40 ms wait before the card', () => {
    fc.assert(
      fc.property(wakes(400), (turns) => {
        const { card, pump, pass } = setUp();
        for (const { lateMs, isPress } of turns) {
          if (isPress) pump.pushNow();
          else pump.wake();
          expect(card.beyondBufferMs).toBeLessThanOrEqual(MOST_BEYOND_BUFFER_MS);
          pass(WAKE_EVERY_MS + lateMs);
        }
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['ALSA’s mixer as provisioned', {}],
    ['the same at 48 kHz', { periodFrames: 470, bufferFrames: 1881 }],
    ['the mixer a Pi comes with', { periodFrames: 940, bufferFrames: 1881 }],
  ])('is heard 47 ms later at most, also after the card ran dry (%s)', (_, options) => {
    const { card, pass, run, press } = setUp(options);
    const waits: number[] = [];
    for (let round = 0; round < 6; round++) {
      run(300);
      for (let count = 0; count < 20; count++) {
        waits.push(press());
        run(35 + 5 * count);
      }
      const dryBefore = card.underruns;
      pass(120);
      expect(card.underruns).toBe(dryBefore + 1);
    }
    expect(Math.max(...waits)).toBeLessThan(47);
    expect(Math.min(...waits)).toBeGreaterThan(10);
  });

  test('after the card stood still for any time, what gathered is gone within two seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 900 }), (stalledMs) => {
        const { card, run, press } = setUp();
        run(400);
        card.stall();
        run(stalledMs);
        card.resume();
        run(2000);
        expect(card.beyondBufferMs).toBeLessThanOrEqual(MOST_BEYOND_BUFFER_MS);
        expect(press()).toBeLessThan(60);
      }),
      { numRuns: 40 },
    );
  });

  test('a card slower than the clock by 200 ppm gathers no more than that however long it plays', () => {
    const { card, run, press } = setUp({ fasterBy: -200e-6 });
    run(600_000);
    expect(card.beyondBufferMs).toBeLessThanOrEqual(MOST_BEYOND_BUFFER_MS);
    expect(card.underruns).toBe(0);
    expect(press()).toBeLessThan(60);
  });

  test('a card faster by 50 ppm does not run dry before it is opened afresh', () => {
    const { card, run } = setUp({ fasterBy: 50e-6 });
    run(300_000);
    expect(card.underruns).toBe(0);
  });
});
