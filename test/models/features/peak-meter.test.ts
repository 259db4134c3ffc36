import { describe, expect, test } from 'vitest';
import { createPeakMeter, peakToDb } from '../../../models/features/peak-meter.ts';

function measure(samples: Float32Array, rateHz: number, pieceLength = 1000) {
  const meter = createPeakMeter(rateHz);
  for (let start = 0; start < samples.length; start += pieceLength) {
    const piece = samples.subarray(start, start + pieceLength);
    meter.write(piece, piece.length);
  }
  return { sample: meter.samplePeak(), true: meter.truePeak() };
}

/** A sine whose samples miss its crests by `phase` (radians), faded in and out so that nothing rings. */
function sine(cyclesASample: number, phase: number, amplitude: number): Float32Array {
  const length = 4000;
  return Float32Array.from({ length }, (_, n) => {
    const fade = Math.sin((Math.PI * n) / length) ** 0.25;
    return fade * amplitude * Math.sin(2 * Math.PI * cyclesASample * n + phase);
  });
}

describe('peaks', () => {
  // EBU Tech 3341 (2016), table 1, cases 15 to 19: a quarter, a sixth, ... of the rate; +0.2 / -0.4 dB.
  test.each([
    ['rate/4 at 0 degrees', 1 / 4, 0],
    ['rate/4 at 45 degrees', 1 / 4, Math.PI / 4],
    ['rate/6 at 60 degrees', 1 / 6, Math.PI / 3],
    ['rate/8 at 67.5 degrees', 1 / 8, (3 * Math.PI) / 8],
  ])('finds the crest of a sine of %s between its samples', (_, cyclesASample, phase) => {
    const db = peakToDb(measure(sine(cyclesASample, phase, 0.5), 48_000).true);
    expect(db).toBeGreaterThan(-6.02 - 0.4);
    expect(db).toBeLessThan(-6.02 + 0.2);
  });

  test('shows that the samples alone miss it by 3 dB', () => {
    expect(peakToDb(measure(sine(1 / 4, Math.PI / 4, 0.5), 48_000).sample)).toBeCloseTo(-9.03, 1);
  });

  test('does not depend on how the input is cut', () => {
    const samples = Float32Array.from(
      { length: 5000 },
      (_, n) => Math.sin(n * n * 0.731) * Math.sin(n / 900),
    );
    const whole = measure(samples, 44_100, 5000);
    for (const pieceLength of [1, 7, 16, 100, 4096]) {
      const cut = measure(samples, 44_100, pieceLength);
      expect(cut.sample).toBe(whole.sample);
      expect(cut.true).toBeCloseTo(whole.true, 12);
    }
    expect(whole.true).toBeGreaterThan(whole.sample);
  });

  test.each([44_100, 96_000, 192_000])('is never below the highest sample, at %i Hz', (rateHz) => {
    const click = new Float32Array(100);
    click[50] = -0.8;
    const peaks = measure(click, rateHz);
    expect(peaks.sample).toBeCloseTo(0.8, 6);
    expect(peaks.true).toBeGreaterThanOrEqual(peaks.sample);
  });

  test('gives silence -120 dB', () => {
    expect(peakToDb(measure(new Float32Array(100), 44_100).true)).toBe(-120);
  });
});
