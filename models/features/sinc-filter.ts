/**
 * The low-pass filter every change of sampling rate here goes through: a sinc under a Kaiser window, as resampy
 * (and so librosa's `kaiser_best`) defines it. Also the dot product that applies a row of its taps.
 */

/** `analysis`: librosa's `kaiser_best`, what DEAM's table was heard through; `playback`: a third of its cost. */
export type ResampleQuality = 'analysis' | 'playback';

/** A resampler's two, and those that find the waveform between samples: `peak` to measure it, `crest` to limit it. */
export type SincQuality = ResampleQuality | 'peak' | 'crest';

interface SincShape {
  /** Length of one side of the filter, in zero crossings of the sinc. */
  readonly zeroCrossings: number;
  /** Cut-off as a share of the lower of the two Nyquist frequencies. */
  readonly rollOff: number;
  /** Kaiser's beta: 8.7 + beta / 0.1102 is about the stop-band attenuation in dB. */
  readonly beta: number;
}

const SHAPES: Readonly<Record<SincQuality, SincShape>> = {
  // resampy 0.2-0.4, `kaiser_best`.
  analysis: { zeroCrossings: 64, rollOff: 0.9475937167399596, beta: 14.769656459379492 },
  // 86 dB (resampy's `kaiser_fast` window), long enough to be flat to 17 kHz and closed at 22.3 kHz for 44.1 kHz.
  playback: { zeroCrossings: 24, rollOff: 0.9, beta: 8.555504641634386 },
  // Interpolation only, nothing to keep out: within 0.1 dB to 0.45 of the rate.
  peak: { zeroCrossings: 12, rollOff: 1, beta: 6 },
  // The same to 0.47 of the rate, since what a limiter overlooks is heard.
  crest: { zeroCrossings: 24, rollOff: 1, beta: 5 },
};

/** The filter for one pair of rates, as a function of time in input samples. */
export interface SincFilter {
  /** It is zero further than this from its centre, in input samples. */
  readonly reach: number;
  at(offset: number): number;
}

/** Cut-off and gain are scaled when the rate falls, so that what would alias is removed (resampy's definition). */
export function createSincFilter(quality: SincQuality, fromHz: number, toHz: number): SincFilter {
  const { zeroCrossings, rollOff, beta } = SHAPES[quality];
  const scale = Math.min(1, toHz / fromHz);
  const windowPeak = besselI0(beta);
  return {
    reach: Math.ceil(zeroCrossings / scale),
    at(offset) {
      const crossing = Math.abs(offset) * scale;
      if (crossing > zeroCrossings) return 0;
      const place = crossing / zeroCrossings;
      const window = besselI0(beta * Math.sqrt(1 - place * place)) / windowPeak;
      const angle = Math.PI * rollOff * crossing;
      const sinc = angle < 1e-12 ? 1 : Math.sin(angle) / angle;
      return scale * rollOff * sinc * window;
    },
  };
}

/** Modified Bessel function of the first kind, order 0, by its power series; exact to rounding for x < 30. */
function besselI0(x: number): number {
  const quarterSquare = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarterSquare / (k * k);
    sum += term;
  }
  return sum;
}
