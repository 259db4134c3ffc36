import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANNELS, msToFrames, SAMPLE_RATE_HZ } from '../../../device/audio/audio-format.ts';
import { CEILING, createLimiter, LIMITER_DELAY_FRAMES, type Limiter } from '../../../device/audio/limiter.ts';
import { converterPeak } from './converter-peak.ts';

type Wave = (frame: number) => number;

/** What comes out for `frames` frames of a wave on each side, then silence until nothing is left. */
function limited(
  frames: number,
  left: Wave,
  right: Wave = left,
  limiter = createLimiter(),
  blockFrames = 256,
) {
  const length = frames + LIMITER_DELAY_FRAMES;
  const input = [new Float64Array(length), new Float64Array(length)] as const;
  const output = [new Float64Array(length), new Float64Array(length)] as const;
  for (let from = 0; from < length; from += blockFrames) {
    const block = new Float32Array(Math.min(blockFrames, length - from) * CHANNELS);
    for (let i = 0; i < block.length; i++) {
      const frame = from + Math.floor(i / CHANNELS);
      block[i] = frame < frames ? (i % CHANNELS === 0 ? left : right)(frame) : 0;
      input[i % CHANNELS]![frame] = block[i]!;
    }
    limiter.limit(block);
    for (let i = 0; i < block.length; i++) output[i % CHANNELS]![from + Math.floor(i / CHANNELS)] = block[i]!;
  }
  return { input, output };
}

/** The gain each frame of a wave was given; NaN where there was no sound. */
function gains(frames: number, wave: Wave, limiter?: Limiter): number[] {
  const { input, output } = limited(frames, wave, wave, limiter);
  return Array.from(
    { length: frames },
    (_, frame) => output[0][frame + LIMITER_DELAY_FRAMES]! / input[0][frame]!,
  );
}

const sine =
  (hz: number, level: number, phase = 0): Wave =>
  (frame) =>
    level * Math.sin((2 * Math.PI * hz * frame) / SAMPLE_RATE_HZ + phase);
const alternating =
  (level: number): Wave =>
  (frame) =>
    frame % 2 === 0 ? level : -level;
const square =
  (period: number, level: number): Wave =>
  (frame) =>
    frame % period < period / 2 ? level : -level;
/** Whole numbers without order, the same in every run (Knuth's multiplicative hash). */
const scatter = (frame: number): number => Math.imul(frame + 1, 2_654_435_761) >>> 0;

describe('the ceiling', () => {
  test.each<[string, Wave]>([
    ['a sine whose samples all lie 3 dB below its crests', sine(SAMPLE_RATE_HZ / 4, 1.4, Math.PI / 4)],
    ['the same, far too loud', sine(SAMPLE_RATE_HZ / 4, 5, Math.PI / 4)],
    ['a sine of a third of the rate', sine(SAMPLE_RATE_HZ / 3, 2, 0.3)],
    ['15 kHz', sine(15_000, 2)],
    ['20 kHz', sine(20_000, 2, 1)],
    ['a bass note twelve decibels too loud', sine(47, 4)],
    ['full scale up and down with every sample', alternating(1)],
    ['the same in bursts that begin anywhere', (n) => (n % 600 < 301 ? alternating(1)(n) : 0)],
    ['the same, turned over again and again', (n) => alternating(n % 74 < 37 ? 1.5 : -1.5)(n)],
    ['bursts of a square wave out of silence', (n) => (n % 1200 < 400 ? square(40, 2)(n) : 0)],
    ['full scale, up or down by chance', (n) => (scatter(n) & 1024 ? 1 : -1)],
    ['noise', (n) => scatter(n) / 2 ** 30 - 2],
    ['single loud samples', (n) => (n % 500 === 0 ? 8 : 0)],
    [
      'music clipped when it was mastered',
      (n) => Math.max(-1, Math.min(1, 5 * sine(1000, 1)(n) + sine(2265, 3)(n))),
    ],
    ['a sine gliding through all pitches', (n) => 1.5 * Math.sin(n * n * 0.00025)],
  ])('holds for %s, between the samples too', (_, wave) => {
    const { input, output } = limited(4000, wave);
    expect(converterPeak(input[0])).toBeGreaterThan(CEILING);
    expect(converterPeak(output[0])).toBeLessThanOrEqual(CEILING);
    // And little is wasted: the loudest crest comes within 0.8 dB of what it may be.
    expect(converterPeak(output[0])).toBeGreaterThan(CEILING * 10 ** (-0.8 / 20));
  });

  const piece = fc.record({
    kind: fc.constantFrom('sine', 'alternating', 'square', 'noise', 'flips', 'silence', 'click'),
    frames: fc.integer({ min: 1, max: 500 }),
    level: fc.double({ min: 0, max: 8, noNaN: true }),
    hz: fc.double({ min: 20, max: 20_000, noNaN: true }),
    phase: fc.double({ min: 0, max: 6.3, noNaN: true }),
  });

  test('holds for any sounds cut together', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const samples = pieces.flatMap(({ kind, frames, level, hz, phase }) => {
          const waves: Record<typeof kind, Wave> = {
            sine: sine(hz, level, phase),
            alternating: alternating(level),
            square: square(2 + Math.round(phase * 10), level),
            noise: (n) => (level * scatter(n)) / 2 ** 31 - level,
            flips: (n) => (scatter(n) & 4096 ? level : -level),
            silence: () => 0,
            click: (n) => (n === 0 ? level : 0),
          };
          return Array.from({ length: frames }, (_, n) => waves[kind](n));
        });
        const { output } = limited(samples.length, (frame) => samples[frame]!);
        expect(converterPeak(output[0])).toBeLessThanOrEqual(CEILING);
      }),
      { numRuns: 60 },
    );
  });
});

describe('below the ceiling', () => {
  test('what stays under it passes bit for bit, later by the delay, however it is cut into blocks', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 20_000, noNaN: true }),
        fc.double({ min: 0, max: 0.43, noNaN: true }),
        fc.integer({ min: 1, max: 700 }),
        (hz, level, blockFrames) => {
          const wave: Wave = (n) => sine(hz, level)(n) + (level * scatter(n)) / 2 ** 33;
          const { input, output } = limited(1500, wave, sine(hz, level), createLimiter(), blockFrames);
          for (const side of [0, 1] as const) {
            expect(output[side].subarray(LIMITER_DELAY_FRAMES)).toEqual(input[side].subarray(0, 1500));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('the delay is under 2 ms, and nothing comes out before it', () => {
    expect(LIMITER_DELAY_FRAMES).toBeLessThan(msToFrames(2));
    const { output } = limited(300, () => 0.5);
    expect(output[0].findIndex((sample) => sample !== 0)).toBe(LIMITER_DELAY_FRAMES);
  });

  test('a loud passage leaves no trace once it is let go', () => {
    const limiter = createLimiter();
    limited(2000, sine(300, 4), sine(300, 4), limiter);
    const { output } = limited(msToFrames(4000), sine(300, 0.5), sine(300, 0.5), limiter);
    const { output: fresh } = limited(msToFrames(4000), sine(300, 0.5));
    expect(output[0].subarray(-2000)).toEqual(fresh[0].subarray(-2000));
  });
});

describe('turning down', () => {
  test('bends and never jumps, into a peak and out of it', () => {
    const given = gains(6000, (n) => (n % 2000 > 1000 && n % 2000 < 1020 ? 6 : 0.3));
    expect(Math.min(...given)).toBeLessThan(0.16);
    for (let frame = 1; frame < given.length; frame++) {
      // Each average spreads a change over its 32 frames.
      expect(Math.abs(given[frame]! - given[frame - 1]!)).toBeLessThanOrEqual(1 / 32 + 1e-6);
    }
    // It begins as gently as it ends: no corner either.
    for (let frame = 2; frame < given.length; frame++) {
      const bend = given[frame]! - 2 * given[frame - 1]! + given[frame - 2]!;
      expect(Math.abs(bend)).toBeLessThanOrEqual(2 / 32 ** 2 + 1e-6);
    }
  });

  test('begins before the peak and lets go over 200 ms', () => {
    const given = gains(40_000, (n) => (n === 10_000 ? 4 : 0.2));
    const lowest = given[10_000]!;
    expect(lowest).toBeCloseTo(CEILING / 4, 1);
    expect(given[9_980]).toBeLessThan(1);
    expect(given[9_930]).toBe(1);
    const later = given[10_000 + msToFrames(200)]!;
    expect((1 - later) / (1 - lowest)).toBeCloseTo(Math.exp(-1), 1);
  });

  test('turns a loud passage down as a whole instead of wave by wave', () => {
    const given = gains(40_000, sine(220, 2, 0.1)).slice(20_000);
    expect(Math.max(...given) - Math.min(...given)).toBeLessThan(0.02);
  });

  test('keeps both sides in proportion, so that the image does not move', () => {
    const { input, output } = limited(3000, sine(440, 3, 0.1), sine(1000, 0.2, 0.1));
    for (let frame = 0; frame < 3000; frame++) {
      const [left, right] = [0, 1].map(
        (side) => output[side]![frame + LIMITER_DELAY_FRAMES]! / input[side]![frame]!,
      );
      expect(right).toBeCloseTo(left!, 5);
    }
  });
});

describe('the end', () => {
  test.each([1, 7, 86, 256, 300])(
    'is played out to exact zeros, after which it has forgotten all (blocks of %d)',
    (blockFrames) => {
      const limiter = createLimiter();
      expect(limiter.isDrained).toBe(true);
      const loud = new Float32Array(blockFrames * CHANNELS).fill(3);
      limiter.limit(loud);
      expect(limiter.isDrained).toBe(false);
      let frames = 0;
      const block = new Float32Array(blockFrames * CHANNELS);
      for (; !limiter.isDrained; frames += blockFrames) {
        block.fill(0);
        limiter.limit(block);
      }
      expect(frames).toBeGreaterThanOrEqual(LIMITER_DELAY_FRAMES);
      expect(frames).toBeLessThan(LIMITER_DELAY_FRAMES + blockFrames);
      const { output } = limited(
        300,
        () => 0.5,
        () => 0.5,
        limiter,
      );
      expect(output[0][LIMITER_DELAY_FRAMES]).toBe(0.5);
    },
  );
});
