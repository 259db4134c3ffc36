import { describe, expect, test } from 'vitest';
import {
  channelWeights,
  createLoudnessMeter,
  type LoudnessMeter,
  SILENCE_LUFS,
} from '../../../models/features/loudness.ts';

/** Parts of a signal after EBU Tech 3341: sines of a level (dBFS) for some seconds, the same in both channels. */
type Parts = readonly (readonly [levelDb: number, seconds: number])[];

function sines(parts: Parts, rateHz: number, hz = 1000): Float32Array {
  const lengths = parts.map(([, seconds]) => Math.round(seconds * rateHz));
  const samples = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  let filled = 0;
  parts.forEach(([levelDb], part) => {
    const amplitude = 10 ** (levelDb / 20);
    for (let n = 0; n < lengths[part]!; n++)
      samples[filled++] = amplitude * Math.sin((2 * Math.PI * hz * n) / rateHz);
  });
  return samples;
}

function lufsOf(samples: Float32Array, rateHz: number, weights?: readonly number[]): number {
  return measured(samples, rateHz, weights).integratedLufs();
}

function measured(samples: Float32Array, rateHz: number, weights: readonly number[] = [1, 1]): LoudnessMeter {
  const meter = createLoudnessMeter(rateHz, weights);
  for (let start = 0; start < samples.length; start += 3000) {
    const piece = samples.subarray(start, start + 3000);
    meter.write(
      weights.map(() => piece),
      piece.length,
    );
  }
  return meter;
}

describe('integrated loudness', () => {
  // EBU Tech 3341 (2016), table 1, cases 1 to 5: tolerance 0.1 LU.
  test.each<[string, Parts, number]>([
    ['case 1', [[-23, 20]], -23],
    ['case 2', [[-33, 20]], -33],
    [
      'case 3, the relative gate',
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -23,
    ],
    [
      'case 4, both gates',
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      -23,
    ],
    [
      'case 5, within the relative gate',
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      -23,
    ],
  ])('is right for %s of EBU Tech 3341', (_, parts, expected) => {
    expect(Math.abs(lufsOf(sines(parts, 48_000), 48_000) - expected)).toBeLessThan(0.1);
  });

  test.each([8000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000])(
    'reads -23.0 LUFS for a stereo sine of 1 kHz at -23 dBFS, at %i Hz',
    (rateHz) => {
      expect(Math.abs(lufsOf(sines([[-23, 5]], rateHz), rateHz) + 23)).toBeLessThan(0.1);
    },
  );

  // BS.1770-4 tables 1 and 2 (b1, a1: shelf; b2, a2: high-pass), less 0.691 dB, by scipy 1.17:
  // 20*np.log10(abs(freqz(b1, a1, hz, fs=48000)[1] * freqz(b2, a2, hz, fs=48000)[1])) - 0.691
  test.each([
    [30, -8.99],
    [100, -1.82],
    [1000, 0.01],
    [10_000, 3.35],
  ])('weighs a tone of %i Hz by %d dB', (hz, gainDb) => {
    expect(Math.abs(lufsOf(sines([[-20, 5]], 48_000, hz), 48_000) + 20 - gainDb)).toBeLessThan(0.05);
  });

  test('reads -3.01 LUFS for a 997 Hz sine at full scale in one channel', () => {
    expect(lufsOf(sines([[0, 5]], 48_000, 997), 48_000, [1])).toBeCloseTo(-3.01, 2);
  });

  test('counts surround channels 1.5 dB more and the low-frequency channel not at all', () => {
    const front = lufsOf(sines([[-20, 3]], 48_000), 48_000, [1]);
    expect(lufsOf(sines([[-20, 3]], 48_000), 48_000, [1.41])).toBeCloseTo(front + 1.49, 2);
    expect(channelWeights(6)).toEqual([1, 1, 1, 0, 1.41, 1.41]);
    expect(channelWeights(2)).toEqual([1, 1]);
  });

  test('takes less than 400 ms as one block', () => {
    expect(Math.abs(lufsOf(sines([[-23, 0.2]], 48_000), 48_000) + 23)).toBeLessThan(0.5);
  });

  test.each([
    ['nothing', new Float32Array(0)],
    ['silence', new Float32Array(48_000)],
    ['sound below the absolute gate', sines([[-90, 2]], 48_000)],
  ])('is -70 LUFS for %s', (_, samples) => {
    expect(lufsOf(samples, 48_000)).toBe(SILENCE_LUFS);
  });
});

describe('the loudness range', () => {
  // EBU Tech 3342 (2016), table 1, cases 1 to 4: tolerance 1 LU.
  test.each<[string, Parts, number]>([
    [
      'case 1',
      [
        [-20, 20],
        [-30, 20],
      ],
      10,
    ],
    [
      'case 2',
      [
        [-20, 20],
        [-15, 20],
      ],
      5,
    ],
    [
      'case 3',
      [
        [-40, 20],
        [-20, 20],
      ],
      20,
    ],
    [
      'case 4',
      [
        [-50, 20],
        [-35, 20],
        [-20, 20],
        [-35, 20],
        [-50, 20],
      ],
      15,
    ],
    ['an even tone', [[-20, 10]], 0],
  ])('of %s is the standard’s', (_, parts, rangeLu) => {
    expect(Math.abs(measured(sines(parts, 48_000), 48_000).rangeLu() - rangeLu)).toBeLessThan(0.5);
  });

  test.each([
    ['nothing', new Float32Array(0)],
    ['silence', new Float32Array(5 * 48_000)],
    [
      'less than 3 s',
      sines(
        [
          [-20, 1],
          [-40, 1.5],
        ],
        48_000,
      ),
    ],
  ])('is 0 for %s', (_, samples) => {
    expect(measured(samples, 48_000).rangeLu()).toBe(0);
  });
});
