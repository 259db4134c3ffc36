/** The picture tells the truth: what is loud, bright or new at a moment is drawn so at that moment. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BAND_COUNT,
  BAND_FLOOR_DB,
  createOverview,
  type SongOverview,
} from '../../../../device/music/portrait/overview.ts';

const RATE_HZ = 44_100;

function overviewOf(samples: Float32Array, columnCount: number, pieceLength = samples.length): SongOverview {
  const maker = createOverview({
    sampleRateHz: RATE_HZ,
    channels: 1,
    durationMs: (1000 * samples.length) / RATE_HZ,
    columnCount,
  });
  for (let at = 0; at < samples.length; at += pieceLength)
    maker.write([samples.subarray(at, at + pieceLength)]);
  return maker.finish();
}

/** Seconds of sine by [hz, amplitude], one after the other. */
function tones(...parts: readonly (readonly [hz: number, amplitude: number])[]): Float32Array {
  return Float32Array.from({ length: parts.length * RATE_HZ }, (_, at) => {
    const [hz, amplitude] = parts[Math.floor(at / RATE_HZ)]!;
    return amplitude * Math.sin((2 * Math.PI * hz * at) / RATE_HZ);
  });
}

describe('of four seconds of tones', () => {
  const overview = overviewOf(tones([200, 0.5], [200, 0.1], [4000, 0.5], [4000, 0.5]), 4);

  test('the waveform reaches as far as the tone', () => {
    expect(overview.high[0]).toBeCloseTo(0.5, 2);
    expect(overview.low[1]).toBeCloseTo(-0.1, 2);
  });

  test('the loudness is a sine’s', () => {
    expect(overview.rms[0]).toBeCloseTo(0.5 / Math.SQRT2, 2);
    expect(overview.rms[1]).toBeCloseTo(0.1 / Math.SQRT2, 2);
  });

  test('the brightness follows the pitch', () => {
    expect(overview.brightnessHz[0]).toBeLessThan(500);
    expect(overview.brightnessHz[3]).toBeGreaterThan(3500);
    expect(overview.brightnessHz[3]).toBeLessThan(4500);
  });

  test('there is movement where the tone changes, and none within it', () => {
    expect(overview.movementDb[2]).toBeGreaterThan(4 * overview.movementDb[3]!);
  });

  test('the loudest band is the tone’s', () => {
    const loudest = (column: number): number => {
      const bands = overview.bands.subarray(column * BAND_COUNT, (column + 1) * BAND_COUNT);
      return bands.indexOf(Math.max(...bands));
    };
    // Band b begins at 60 Hz times (10,000 / 60)^(b / 48).
    expect(loudest(0)).toBe(Math.floor((48 * Math.log(200 / 60)) / Math.log(10_000 / 60)));
    expect(
      Math.abs(loudest(3) - Math.floor((48 * Math.log(4000 / 60)) / Math.log(10_000 / 60))),
    ).toBeLessThan(2);
  });
});

test('the pieces a song is decoded in change nothing', () => {
  const samples = tones([300, 0.4], [900, 0.2]);
  const whole = overviewOf(samples, 10);
  expect(overviewOf(samples, 10, 1234)).toEqual(whole);
});

test('of silence, a click, or a song shorter than its picture, every number is finite', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY),
      (length, value) => {
        const overview = overviewOf(new Float32Array(length + 1).fill(value), 50);
        for (const row of [
          overview.low,
          overview.high,
          overview.rms,
          overview.brightnessHz,
          overview.movementDb,
        ]) {
          expect(row).toHaveLength(50);
          expect(row.every(Number.isFinite)).toBe(true);
        }
        expect(overview.bands.every((level) => level >= BAND_FLOOR_DB && level <= 0)).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});
