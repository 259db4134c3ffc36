/** Mel-frequency cepstral coefficients of a whole song's mel bands, and their slopes over time. */
import { POWER_FLOOR } from './frame-shape.ts';
import { MEL_BAND_COUNT } from './mel-bank.ts';

export const MFCC_COUNT = 20;

/** dB below the song's loudest mel band where quieter ones are cut off (librosa's `top_db`). */
const RANGE_DB = 80;
/** Frames on each side of a slope: a straight line through nine (librosa's `delta` default). */
const SLOPE_REACH = 4;
/** Sum of the squared distances -4..4, the least-squares line's denominator. */
const SLOPE_SCALE = 60;

/** Bands [frames, 128] of mel power to coefficients [frames, 20]: orthonormal DCT-II of decibels. */
export function mfccsOf(melBands: Float32Array): Float64Array {
  const frameCount = melBands.length / MEL_BAND_COUNT;
  let greatest = POWER_FLOOR;
  for (let i = 0; i < melBands.length; i++) if (melBands[i]! > greatest) greatest = melBands[i]!;
  const lowestDb = 10 * Math.log10(greatest) - RANGE_DB;
  const basis = dctBasis();
  const coefficients = new Float64Array(frameCount * MFCC_COUNT);
  const half = MEL_BAND_COUNT / 2;
  const decibels = new Float64Array(MEL_BAND_COUNT);
  // Cosines are symmetric about the middle band for even coefficients, antisymmetric for odd ones.
  const sums = new Float64Array(half);
  const differences = new Float64Array(half);
  for (let frame = 0; frame < frameCount; frame++) {
    for (let band = 0; band < MEL_BAND_COUNT; band++) {
      const power = melBands[frame * MEL_BAND_COUNT + band]!;
      decibels[band] = Math.max(lowestDb, 10 * Math.log10(Math.max(POWER_FLOOR, power)));
    }
    for (let band = 0; band < half; band++) {
      sums[band] = decibels[band]! + decibels[MEL_BAND_COUNT - 1 - band]!;
      differences[band] = decibels[band]! - decibels[MEL_BAND_COUNT - 1 - band]!;
    }
    for (let c = 0; c < MFCC_COUNT; c++) {
      const folded = c % 2 === 0 ? sums : differences;
      let sum = 0;
      for (let band = 0; band < half; band++) sum += basis[c * half + band]! * folded[band]!;
      coefficients[frame * MFCC_COUNT + c] = sum;
    }
  }
  return coefficients;
}

/** First halves of the rows of the orthonormal DCT-II. */
function dctBasis(): Float64Array {
  const half = MEL_BAND_COUNT / 2;
  const basis = new Float64Array(MFCC_COUNT * half);
  for (let c = 0; c < MFCC_COUNT; c++) {
    const scale = Math.sqrt((c === 0 ? 1 : 2) / MEL_BAND_COUNT);
    for (let band = 0; band < half; band++) {
      basis[c * half + band] = scale * Math.cos((Math.PI * c * (2 * band + 1)) / (2 * MEL_BAND_COUNT));
    }
  }
  return basis;
}

/**
 * Slope, a frame, of the least-squares line through the nine frames around each frame of [frames, width] values; the
 * first and last four take the line of the nine nearest (SciPy's `savgol_filter`, order 1, `interp`).
 * Fewer than nine frames share one line; one frame has none and gives 0.
 */
export function slopesOf(values: Float64Array, width: number): Float64Array {
  const frameCount = values.length / width;
  const slopes = new Float64Array(values.length);
  if (frameCount <= 2 * SLOPE_REACH) {
    for (let column = 0; column < width; column++) {
      const slope = lineSlope(values, width, column);
      for (let frame = 0; frame < frameCount; frame++) slopes[frame * width + column] = slope;
    }
    return slopes;
  }
  for (let frame = 0; frame < frameCount; frame++) {
    const centre = Math.min(frameCount - 1 - SLOPE_REACH, Math.max(SLOPE_REACH, frame));
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let k = 1; k <= SLOPE_REACH; k++) {
        sum += k * (values[(centre + k) * width + column]! - values[(centre - k) * width + column]!);
      }
      slopes[frame * width + column] = sum / SLOPE_SCALE;
    }
  }
  return slopes;
}

/** Least-squares slope of one column over all its frames. */
function lineSlope(values: Float64Array, width: number, column: number): number {
  const frameCount = values.length / width;
  let numerator = 0;
  let denominator = 0;
  for (let frame = 0; frame < frameCount; frame++) {
    const fromMiddle = frame - (frameCount - 1) / 2;
    numerator += fromMiddle * values[frame * width + column]!;
    denominator += fromMiddle * fromMiddle;
  }
  return denominator > 0 ? numerator / denominator : 0;
}
