import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRealFft } from '../../../models/features/real-fft.ts';

/** The definition, term by term. */
function naiveDft(input: Float64Array): { re: Float64Array; im: Float64Array } {
  const { length } = input;
  const re = new Float64Array(length / 2 + 1);
  const im = new Float64Array(length / 2 + 1);
  for (let k = 0; k <= length / 2; k++) {
    for (let n = 0; n < length; n++) {
      const angle = (2 * Math.PI * ((k * n) % length)) / length;
      re[k] = re[k]! + input[n]! * Math.cos(angle);
      im[k] = im[k]! - input[n]! * Math.sin(angle);
    }
  }
  return { re, im };
}

function greatestGap(a: Float64Array, b: Float64Array): number {
  return a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i]!)), 0);
}

function uneven(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => Math.sin(n * n * 0.37) + 0.5 * Math.cos(1.1 * n) - 0.2);
}

describe('the real FFT', () => {
  test.each([8, 16, 32, 64, 512, 2048])('of %i samples is the discrete Fourier transform', (size) => {
    const input = uneven(size);
    const re = new Float64Array(size / 2 + 1);
    const im = new Float64Array(size / 2 + 1);
    createRealFft(size).forward(input, re, im);
    const exact = naiveDft(input);
    expect(greatestGap(re, exact.re)).toBeLessThan(1e-11 * size);
    expect(greatestGap(im, exact.im)).toBeLessThan(1e-11 * size);
  });

  test.each([8, 16, 1024, 2048])(
    'of %i samples gives power and magnitude of the same spectrum, through a window',
    (size) => {
      const fft = createRealFft(size);
      const signal = Float32Array.from(uneven(size + 6));
      const window = Float64Array.from({ length: size }, (_, n) => 0.3 + Math.cos(n));
      const windowed = window.map((weight, n) => weight * signal[n + 5]!);
      const [re, im, power, magnitude] = Array.from({ length: 4 }, () => new Float64Array(size / 2 + 1));
      fft.forward(windowed, re!, im!);
      fft.windowedPower(signal, 5, window, power!, magnitude!);
      const squares = re!.map((value, k) => value * value + im![k]! * im![k]!);
      expect(greatestGap(power!, squares)).toBeLessThan(1e-9 * size);
      expect(greatestGap(magnitude!, squares.map(Math.sqrt))).toBeLessThan(1e-9 * size);
    },
  );

  test('is undone by its inverse', () => {
    const samples = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), fc.infiniteStream(samples), (bits, stream) => {
        const size = 2 ** bits;
        const input = Float64Array.from([...stream.take(size)]);
        const fft = createRealFft(size);
        const re = new Float64Array(size / 2 + 1);
        const im = new Float64Array(size / 2 + 1);
        const output = new Float64Array(size);
        fft.forward(input, re, im);
        fft.inverse(re, im, output);
        expect(greatestGap(input, output)).toBeLessThan(1e-12);
      }),
      { numRuns: 50 },
    );
  });

  test.each([0, 1, 4, 7, 1000, 2047.5])('refuses a length of %d', (size) => {
    expect(() => createRealFft(size)).toThrow(/power of two/);
  });
});
