/**
 * Fourier transform of real signals of a power-of-two length, the only one in the project.
 * The real signal is packed into a complex one of half the length; scratch is allocated once, none per call.
 */
import { createComplexTransform } from './complex-transform.ts';

/** Transforms of one length; not re-entrant, since the scratch is shared between calls. */
export interface RealFft {
  readonly size: number;
  /** X[k] = sum of x[n] exp(-2 pi i k n / size) for k = 0..size/2; `re` and `im` have size/2 + 1 places. */
  forward(input: Float64Array, re: Float64Array, im: Float64Array): void;
  /**
   * |X[k]|^2 and |X[k]| for k = 0..size/2 of the `size` samples of `signal` from `start` on, each multiplied by the
   * window's; all must be there.
   */
  windowedPower(
    signal: Float32Array,
    start: number,
    window: Float64Array,
    power: Float64Array,
    magnitude: Float64Array,
  ): void;
  /** The real signal whose `forward` is (re, im), scaled by 1/size; `output` has `size` places. */
  inverse(re: Float64Array, im: Float64Array, output: Float64Array): void;
}

/** @throws RangeError unless `size` is a power of two of at least 8. */
export function createRealFft(size: number): RealFft {
  if (!Number.isInteger(Math.log2(size)) || size < 8) {
    throw new RangeError(`real FFT of length ${size}: the length must be a power of two of at least 8`);
  }
  const half = size / 2;
  const quarter = half / 2;
  const transform = createComplexTransform(half);
  const { re: zRe, im: zIm } = transform;
  const cos = new Float64Array(quarter + 1);
  const sin = new Float64Array(quarter + 1);
  for (let k = 0; k <= quarter; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / size);
    sin[k] = Math.sin((2 * Math.PI * k) / size);
  }

  return {
    size,
    forward(input, re, im) {
      pack(input, zRe, zIm);
      transform.run();
      re[0] = zRe[0]! + zIm[0]!;
      im[0] = 0;
      re[half] = zRe[0]! - zIm[0]!;
      im[half] = 0;
      for (let k = 1; k <= quarter; k++) {
        const m = half - k;
        const evenRe = (zRe[k]! + zRe[m]!) * 0.5;
        const evenIm = (zIm[k]! - zIm[m]!) * 0.5;
        const oddRe = (zIm[k]! + zIm[m]!) * 0.5;
        const oddIm = (zRe[m]! - zRe[k]!) * 0.5;
        const turnedRe = oddRe * cos[k]! + oddIm * sin[k]!;
        const turnedIm = oddIm * cos[k]! - oddRe * sin[k]!;
        re[k] = evenRe + turnedRe;
        im[k] = evenIm + turnedIm;
        re[m] = evenRe - turnedRe;
        im[m] = turnedIm - evenIm;
      }
    },
    windowedPower(signal, start, window, power, magnitude) {
      transform.runWindowed(signal, start, window);
      splitPower(zRe, zIm, cos, sin, power, magnitude);
    },
    inverse(re, im, output) {
      // Undo the split, then run the forward transform with real and imaginary parts exchanged.
      const scale = 1 / size;
      zRe[0] = (re[0]! - re[half]!) * scale;
      zIm[0] = (re[0]! + re[half]!) * scale;
      for (let k = 1; k <= quarter; k++) {
        const m = half - k;
        const evenRe = re[k]! + re[m]!;
        const evenIm = im[k]! - im[m]!;
        const turnedRe = re[k]! - re[m]!;
        const turnedIm = im[k]! + im[m]!;
        const oddRe = turnedRe * cos[k]! - turnedIm * sin[k]!;
        const oddIm = turnedIm * cos[k]! + turnedRe * sin[k]!;
        zIm[k] = (evenRe - oddIm) * scale;
        zRe[k] = (evenIm + oddRe) * scale;
        zIm[m] = (evenRe + oddIm) * scale;
        zRe[m] = (oddRe - evenIm) * scale;
      }
      transform.run();
      for (let n = 0; n < half; n++) {
        output[2 * n] = zIm[n]!;
        output[2 * n + 1] = zRe[n]!;
      }
    },
  };
}

// The loops below take their arrays as arguments: V8 optimises them once for all transforms, however many are created.

/** Even samples become real parts, odd ones imaginary. */
function pack(input: Float64Array, zRe: Float64Array, zIm: Float64Array): void {
  for (let n = 0; n < zRe.length; n++) {
    zRe[n] = input[2 * n]!;
    zIm[n] = input[2 * n + 1]!;
  }
}

/** Power and magnitude of the real signal's spectrum, from the complex transform of its packed half. */
function splitPower(
  zRe: Float64Array,
  zIm: Float64Array,
  cos: Float64Array,
  sin: Float64Array,
  power: Float64Array,
  magnitude: Float64Array,
): void {
  const half = zRe.length;
  const quarter = half / 2;
  const first = zRe[0]! + zIm[0]!;
  const last = zRe[0]! - zIm[0]!;
  power[0] = first * first;
  power[half] = last * last;
  magnitude[0] = Math.abs(first);
  magnitude[half] = Math.abs(last);
  for (let k = 1; k <= quarter; k++) {
    const m = half - k;
    const evenRe = (zRe[k]! + zRe[m]!) * 0.5;
    const evenIm = (zIm[k]! - zIm[m]!) * 0.5;
    const oddRe = (zIm[k]! + zIm[m]!) * 0.5;
    const oddIm = (zRe[m]! - zRe[k]!) * 0.5;
    const turnedRe = oddRe * cos[k]! + oddIm * sin[k]!;
    const turnedIm = oddIm * cos[k]! - oddRe * sin[k]!;
    const lowRe = evenRe + turnedRe;
    const lowIm = evenIm + turnedIm;
    const highRe = evenRe - turnedRe;
    const highIm = turnedIm - evenIm;
    const lowPower = lowRe * lowRe + lowIm * lowIm;
    const highPower = highRe * highRe + highIm * highIm;
    power[k] = lowPower;
    power[m] = highPower;
    magnitude[k] = Math.sqrt(lowPower);
    magnitude[m] = Math.sqrt(highPower);
  }
}
