/**
 * Complex Fourier transform of a power-of-two length: self-sorting (Stockham), four by four, with precomputed twiddles.
 * Its loops take their arrays as arguments, so that V8 optimises them once however many transforms are created.
 */

export interface ComplexTransform {
  /** Input and, after `run`, output. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  run(): void;
  /**
   * Of `signal` from `start` on times `window`, even samples as real parts and odd ones as imaginary: the first stage
   * reads them where they lie. The output is in `re` and `im`.
   */
  runWindowed(signal: Float32Array, start: number, window: Float64Array): void;
}

/** Complex transform of length 4^a or 2 * 4^a, in place as seen from outside. */
export function createComplexTransform(length: number): ComplexTransform {
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  const otherRe = new Float64Array(length);
  const otherIm = new Float64Array(length);
  const stages = Math.floor(Math.log2(length) / 2);
  const endsWithPairs = 4 ** stages !== length;
  // Twiddles of each stage, six numbers a butterfly: w, w^2, w^3 as (cos, -sin).
  const twiddles: Float64Array[] = [];
  for (let stage = 0; stage < stages; stage++) {
    const span = length / 4 ** stage;
    const table = new Float64Array((span / 4) * 6);
    for (let p = 0; p < span / 4; p++) {
      for (let power = 1; power <= 3; power++) {
        const angle = (2 * Math.PI * p * power) / span;
        table[6 * p + 2 * power - 2] = Math.cos(angle);
        table[6 * p + 2 * power - 1] = -Math.sin(angle);
      }
    }
    twiddles.push(table);
  }

  /** Stages `first` and later, of what lies in (fromRe, fromIm); what comes out lies in `re` and `im`. */
  function runStages(
    first: number,
    fromRe: Float64Array,
    fromIm: Float64Array,
    toRe: Float64Array,
    toIm: Float64Array,
  ): void {
    let stride = 4 ** first;
    for (let stage = first; stage < stages; stage++) {
      radix4(fromRe, fromIm, toRe, toIm, stride, twiddles[stage]!);
      [fromRe, fromIm, toRe, toIm] = [toRe, toIm, fromRe, fromIm];
      stride *= 4;
    }
    if (endsWithPairs) {
      radix2(fromRe, fromIm, toRe, toIm);
      [fromRe, fromIm] = [toRe, toIm];
    }
    if (fromRe !== re) {
      re.set(fromRe);
      im.set(fromIm);
    }
  }

  // Begun on the right side, an exchange a stage ends in `re` without a copy.
  const stagesLeft = stages - 1 + (endsWithPairs ? 1 : 0);
  return {
    re,
    im,
    run: () => runStages(0, re, im, otherRe, otherIm),
    runWindowed(signal, start, window) {
      if (stagesLeft % 2 === 0) {
        radix4Windowed(signal, start, window, re, im, twiddles[0]!);
        runStages(1, re, im, otherRe, otherIm);
      } else {
        radix4Windowed(signal, start, window, otherRe, otherIm, twiddles[0]!);
        runStages(1, otherRe, otherIm, re, im);
      }
    },
  };
}

/** The first stage, from the windowed signal itself. */
function radix4Windowed(
  signal: Float32Array,
  start: number,
  window: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
  twiddle: Float64Array,
): void {
  const quarter = toRe.length >> 2;
  const step = 2 * quarter;
  for (let p = 0; p < quarter; p++) {
    const a = 2 * p;
    const b = a + step;
    const c = b + step;
    const d = c + step;
    const aRe = signal[start + a]! * window[a]!;
    const aIm = signal[start + a + 1]! * window[a + 1]!;
    const bRe = signal[start + b]! * window[b]!;
    const bIm = signal[start + b + 1]! * window[b + 1]!;
    const cRe = signal[start + c]! * window[c]!;
    const cIm = signal[start + c + 1]! * window[c + 1]!;
    const dRe = signal[start + d]! * window[d]!;
    const dIm = signal[start + d + 1]! * window[d + 1]!;
    const sumAcRe = aRe + cRe;
    const sumAcIm = aIm + cIm;
    const diffAcRe = aRe - cRe;
    const diffAcIm = aIm - cIm;
    const sumBdRe = bRe + dRe;
    const sumBdIm = bIm + dIm;
    const diffBdRe = bRe - dRe;
    const diffBdIm = bIm - dIm;
    const w = 6 * p;
    const out = 4 * p;
    toRe[out] = sumAcRe + sumBdRe;
    toIm[out] = sumAcIm + sumBdIm;
    const t1Re = diffAcRe + diffBdIm;
    const t1Im = diffAcIm - diffBdRe;
    toRe[out + 1] = t1Re * twiddle[w]! - t1Im * twiddle[w + 1]!;
    toIm[out + 1] = t1Re * twiddle[w + 1]! + t1Im * twiddle[w]!;
    const t2Re = sumAcRe - sumBdRe;
    const t2Im = sumAcIm - sumBdIm;
    toRe[out + 2] = t2Re * twiddle[w + 2]! - t2Im * twiddle[w + 3]!;
    toIm[out + 2] = t2Re * twiddle[w + 3]! + t2Im * twiddle[w + 2]!;
    const t3Re = diffAcRe - diffBdIm;
    const t3Im = diffAcIm + diffBdRe;
    toRe[out + 3] = t3Re * twiddle[w + 4]! - t3Im * twiddle[w + 5]!;
    toIm[out + 3] = t3Re * twiddle[w + 5]! + t3Im * twiddle[w + 4]!;
  }
}

/** One Stockham stage: butterfly p of each of `stride` interleaved transforms. */
function radix4(
  fromRe: Float64Array,
  fromIm: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
  stride: number,
  twiddle: Float64Array,
): void {
  const quarter = fromRe.length >> 2;
  const butterflies = quarter / stride;
  radix4Untwiddled(fromRe, fromIm, toRe, toIm, stride);
  for (let p = 1; p < butterflies; p++) {
    const w1Re = twiddle[6 * p]!;
    const w1Im = twiddle[6 * p + 1]!;
    const w2Re = twiddle[6 * p + 2]!;
    const w2Im = twiddle[6 * p + 3]!;
    const w3Re = twiddle[6 * p + 4]!;
    const w3Im = twiddle[6 * p + 5]!;
    const start = p * stride;
    let out = 4 * start;
    for (let a = start; a < start + stride; a++, out++) {
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const sumAcRe = fromRe[a]! + fromRe[c]!;
      const sumAcIm = fromIm[a]! + fromIm[c]!;
      const diffAcRe = fromRe[a]! - fromRe[c]!;
      const diffAcIm = fromIm[a]! - fromIm[c]!;
      const sumBdRe = fromRe[b]! + fromRe[d]!;
      const sumBdIm = fromIm[b]! + fromIm[d]!;
      const diffBdRe = fromRe[b]! - fromRe[d]!;
      const diffBdIm = fromIm[b]! - fromIm[d]!;
      toRe[out] = sumAcRe + sumBdRe;
      toIm[out] = sumAcIm + sumBdIm;
      const t1Re = diffAcRe + diffBdIm;
      const t1Im = diffAcIm - diffBdRe;
      toRe[out + stride] = t1Re * w1Re - t1Im * w1Im;
      toIm[out + stride] = t1Re * w1Im + t1Im * w1Re;
      const t2Re = sumAcRe - sumBdRe;
      const t2Im = sumAcIm - sumBdIm;
      toRe[out + 2 * stride] = t2Re * w2Re - t2Im * w2Im;
      toIm[out + 2 * stride] = t2Re * w2Im + t2Im * w2Re;
      const t3Re = diffAcRe - diffBdIm;
      const t3Im = diffAcIm + diffBdRe;
      toRe[out + 3 * stride] = t3Re * w3Re - t3Im * w3Im;
      toIm[out + 3 * stride] = t3Re * w3Im + t3Im * w3Re;
    }
  }
}

/** The first butterfly of a stage, whose twiddles are all one: a quarter of the work of the whole transform. */
function radix4Untwiddled(
  fromRe: Float64Array,
  fromIm: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
  stride: number,
): void {
  const quarter = fromRe.length >> 2;
  for (let a = 0; a < stride; a++) {
    const b = a + quarter;
    const c = b + quarter;
    const d = c + quarter;
    const sumAcRe = fromRe[a]! + fromRe[c]!;
    const sumAcIm = fromIm[a]! + fromIm[c]!;
    const diffAcRe = fromRe[a]! - fromRe[c]!;
    const diffAcIm = fromIm[a]! - fromIm[c]!;
    const sumBdRe = fromRe[b]! + fromRe[d]!;
    const sumBdIm = fromIm[b]! + fromIm[d]!;
    const diffBdRe = fromRe[b]! - fromRe[d]!;
    const diffBdIm = fromIm[b]! - fromIm[d]!;
    toRe[a] = sumAcRe + sumBdRe;
    toIm[a] = sumAcIm + sumBdIm;
    toRe[a + stride] = diffAcRe + diffBdIm;
    toIm[a + stride] = diffAcIm - diffBdRe;
    toRe[a + 2 * stride] = sumAcRe - sumBdRe;
    toIm[a + 2 * stride] = sumAcIm - sumBdIm;
    toRe[a + 3 * stride] = diffAcRe - diffBdIm;
    toIm[a + 3 * stride] = diffAcIm + diffBdRe;
  }
}

/** The last stage when the length is twice a power of four. */
function radix2(fromRe: Float64Array, fromIm: Float64Array, toRe: Float64Array, toIm: Float64Array): void {
  const half = fromRe.length >> 1;
  for (let a = 0; a < half; a++) {
    const b = a + half;
    toRe[a] = fromRe[a]! + fromRe[b]!;
    toIm[a] = fromIm[a]! + fromIm[b]!;
    toRe[b] = fromRe[a]! - fromRe[b]!;
    toIm[b] = fromIm[a]! - fromIm[b]!;
  }
}
