import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createResampler, type ResampleQuality } from '../../../models/features/resample.ts';

/** resampy's definition as one sum, with nothing shared with the code under test. */
function naiveResample(input: Float32Array, fromHz: number, toHz: number): Float64Array {
  const zeroCrossings = 64;
  const rollOff = 0.9475937167399596;
  const beta = 14.769656459379492;
  const scale = Math.min(1, toHz / fromHz);
  const bessel = (x: number): number => {
    let sum = 0;
    // Trapezium rule on the integral form, exact to rounding for a periodic integrand.
    for (let i = 0; i < 48; i++) sum += Math.cosh(x * Math.cos((Math.PI * (i + 0.5)) / 48));
    return sum / 48;
  };
  const peak = bessel(beta);
  return Float64Array.from({ length: Math.ceil((input.length * toHz) / fromHz) }, (_, t) => {
    const time = (t * fromHz) / toHz;
    let sum = 0;
    for (let m = 0; m < input.length; m++) {
      const u = (time - m) * scale;
      if (Math.abs(u) > zeroCrossings) continue;
      const sinc = u === 0 ? 1 : Math.sin(Math.PI * rollOff * u) / (Math.PI * rollOff * u);
      const window = bessel(beta * Math.sqrt(Math.max(0, 1 - (u / zeroCrossings) ** 2))) / peak;
      sum += input[m]! * scale * rollOff * sinc * window;
    }
    return sum;
  });
}

function resampled(
  input: Float32Array,
  fromHz: number,
  toHz: number,
  quality: ResampleQuality,
  cuts: number[] = [],
) {
  const resampler = createResampler({ fromHz, toHz, quality });
  const pieces: Float32Array[] = [];
  let start = 0;
  for (const length of cuts) {
    pieces.push(resampler.write(input.subarray(start, start + length)));
    start = Math.min(input.length, start + length);
  }
  pieces.push(resampler.write(input.subarray(start)), resampler.finish());
  const output = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let filled = 0;
  for (const piece of pieces) {
    output.set(piece, filled);
    filled += piece.length;
  }
  return output;
}

function sine(hz: number, rateHz: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, n) => Math.sin((2 * Math.PI * hz * n) / rateHz));
}

function noise(length: number): Float32Array {
  return Float32Array.from({ length }, (_, n) => Math.sin(n * n * 0.731));
}

/** Highest sample, the ends left out, where a filter meets the zeros beyond the signal. */
function height(samples: Float32Array, margin: number): number {
  return samples
    .subarray(margin, samples.length - margin)
    .reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

describe('resampling', () => {
  test.each([
    ['fast convolution', 44_100, 22_050, 1e-7],
    ['fast convolution', 88_200, 22_050, 1e-7],
    ['polyphase rows', 48_000, 22_050, 1e-7],
    ['polyphase rows', 16_000, 22_050, 1e-7],
    ['polyphase rows', 8000, 22_050, 1e-7],
    ['interpolated rows', 47_999, 22_050, 2e-6],
    ['interpolated rows', 22_049, 22_050, 2e-6],
  ])('by %s from %i to %i Hz is the windowed sinc sum', (_, fromHz, toHz, tolerance) => {
    const input = noise(400);
    const exact = naiveResample(input, fromHz, toHz);
    const output = resampled(input, fromHz, toHz, 'analysis');
    expect(output.length).toBe(exact.length);
    const gap = output.reduce((most, x, i) => Math.max(most, Math.abs(x - exact[i]!)), 0);
    expect(gap).toBeLessThan(tolerance);
  });

  test('does not depend on how the input is cut', () => {
    const rate = fc.constantFrom(
      8000,
      11_025,
      22_050,
      32_000,
      44_100,
      48_000,
      47_999,
      88_200,
      96_000,
      192_000,
    );
    const quality = fc.constantFrom<ResampleQuality>('analysis', 'playback');
    const cuts = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 8 });
    fc.assert(
      fc.property(rate, fc.constantFrom(22_050, 44_100), quality, cuts, (fromHz, toHz, chosen, lengths) => {
        const input = noise(6000);
        const whole = resampled(input, fromHz, toHz, chosen);
        expect(resampled(input, fromHz, toHz, chosen, lengths)).toEqual(whole);
        expect(whole.length).toBe(Math.ceil((input.length * toHz) / fromHz));
      }),
      { numRuns: 15 },
    );
  });

  test.each<[ResampleQuality, number, number, number, number]>([
    ['analysis', 44_100, 22_050, 9500, 0.001],
    ['analysis', 48_000, 22_050, 9500, 0.001],
    ['playback', 48_000, 44_100, 16_000, 0.01],
    ['playback', 22_050, 44_100, 8000, 0.01],
    ['playback', 88_200, 44_100, 16_000, 0.01],
  ])(
    'for %s, %i to %i Hz, keeps a tone of %i Hz as high as it was',
    (quality, fromHz, toHz, toneHz, tolerance) => {
      const output = resampled(sine(toneHz, fromHz, 16_384), fromHz, toHz, quality);
      expect(height(output, 500)).toBeGreaterThan(1 - tolerance - 0.01);
      expect(height(output, 500)).toBeLessThan(1 + tolerance);
    },
  );

  test.each<[ResampleQuality, number, number, number]>([
    ['analysis', 44_100, 22_050, 12_000],
    ['analysis', 96_000, 22_050, 12_000],
    ['playback', 48_000, 44_100, 23_000],
    ['playback', 96_000, 44_100, 23_000],
  ])('for %s, %i to %i Hz, removes a tone of %i Hz that would fold back', (quality, fromHz, toHz, toneHz) => {
    expect(height(resampled(sine(toneHz, fromHz, 32_768), fromHz, toHz, quality), 600)).toBeLessThan(1e-4);
  });

  test.each([44_100, 48_000])('leaves silence exactly silent (%i Hz)', (fromHz) => {
    const input = new Float32Array(20_000);
    input[15_000] = 1;
    const output = resampled(input, fromHz, 22_050, 'analysis');
    expect(output.subarray(0, 6000).every((x) => x === 0)).toBe(true);
    expect(height(output, 0)).toBeGreaterThan(0.3);
  });

  test('copies when the rates are the same', () => {
    expect(resampled(noise(100), 44_100, 44_100, 'playback', [30])).toEqual(noise(100));
  });

  test('gives nothing for nothing', () => {
    expect(resampled(new Float32Array(0), 44_100, 22_050, 'analysis')).toEqual(new Float32Array(0));
  });

  test.each([0, -1, 44_100.5, Number.NaN, Infinity, 2e6])('refuses a rate of %d Hz', (fromHz) => {
    expect(() => createResampler({ fromHz, toHz: 22_050, quality: 'analysis' })).toThrow(
      /whole numbers of Hz/,
    );
  });
});
