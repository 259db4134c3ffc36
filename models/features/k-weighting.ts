/**
 * The two filters of ITU-R BS.1770-4 through which loudness is measured (a shelf for the head, a high-pass for the
 * ear), for any sampling rate: the standard's 48 kHz coefficients traced back to their analogue prototypes.
 */

/** One channel's filter; its state lives from block to block. */
export interface KWeighting {
  /** Sum of squares of the weighted samples from `start` to `end` (exclusive). */
  energy(samples: Float32Array, start: number, end: number): number;
}

/** Prototype of the shelf: corner (Hz), gain (dB), quality (derived from BS.1770-4 table 1, as libebur128 does). */
const SHELF = {
  cornerHz: 1681.974450955533,
  gainDb: 3.999843853973347,
  quality: 0.7071752369554196,
} as const;
/** How the shelf's gain is shared between its band and its top; same source. */
const SHELF_BAND_EXPONENT = 0.4996667741545416;
/** Prototype of the high-pass (BS.1770-4 table 2). */
const HIGH_PASS = { cornerHz: 38.13547087602444, quality: 0.5003270373238773 } as const;
/** A state below this is silence; cleared so that decaying numbers never become subnormal, which is 100 times slower. */
const SILENT_STATE = 1e-30;

export function createKWeighting(sampleRateHz: number): KWeighting {
  const shelf = shelfCoefficients(sampleRateHz);
  const pass = highPassCoefficients(sampleRateHz);
  // Transposed direct form II: two states a filter.
  let shelf1 = 0;
  let shelf2 = 0;
  let pass1 = 0;
  let pass2 = 0;
  const cleared = (state: number) => (Math.abs(state) < SILENT_STATE ? 0 : state);
  return {
    energy(samples, start, end) {
      const { b0, b1, b2, a1, a2 } = shelf;
      const { a1: c1, a2: c2 } = pass;
      let s1 = cleared(shelf1);
      let s2 = cleared(shelf2);
      let p1 = cleared(pass1);
      let p2 = cleared(pass2);
      let sum = 0;
      for (let i = start; i < end; i++) {
        const x = samples[i]!;
        const y = b0 * x + s1;
        s1 = b1 * x - a1 * y + s2;
        s2 = b2 * x - a2 * y;
        const z = y + p1;
        p1 = -2 * y - c1 * z + p2;
        p2 = y - c2 * z;
        sum += z * z;
      }
      shelf1 = s1;
      shelf2 = s2;
      pass1 = p1;
      pass2 = p2;
      return sum;
    },
  };
}

interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** The bilinear transform's tangent; a corner above the Nyquist frequency is held just below it. */
function warp(cornerHz: number, sampleRateHz: number): number {
  return Math.tan(Math.PI * Math.min(cornerHz / sampleRateHz, 0.49));
}

function shelfCoefficients(sampleRateHz: number): Biquad {
  const k = warp(SHELF.cornerHz, sampleRateHz);
  const top = 10 ** (SHELF.gainDb / 20);
  const band = top ** SHELF_BAND_EXPONENT;
  const a0 = 1 + k / SHELF.quality + k * k;
  return {
    b0: (top + (band * k) / SHELF.quality + k * k) / a0,
    b1: (2 * (k * k - top)) / a0,
    b2: (top - (band * k) / SHELF.quality + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / SHELF.quality + k * k) / a0,
  };
}

/** Its numerator is 1, -2, 1 at every rate, as in the standard. */
function highPassCoefficients(sampleRateHz: number): Biquad {
  const k = warp(HIGH_PASS.cornerHz, sampleRateHz);
  const a0 = 1 + k / HIGH_PASS.quality + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / HIGH_PASS.quality + k * k) / a0 };
}
