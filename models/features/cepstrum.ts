/** Mel-frequency cepstral coefficients of a whole song's mel bands. */
import { POWER_FLOOR } from './frame-shape.ts';
import { MEL_BAND_COUNT } from './mel-bank.ts';
import { scaledLog2 } from './table-log.ts';

export const MFCC_COUNT = 20;

/** dB below the song's loudest mel band where quieter ones are cut off (librosa's `top_db`). */
const RANGE_DB = 80;
/** Decibels of a factor of two in power. */
const DB_PER_DOUBLING = 10 * Math.log10(2);

/** Mel power to decibels, not more than 80 below the song's loudest band (librosa's `power_to_db`). */
export function decibelsOf(melBands: Float32Array): Float64Array {
  let greatest = POWER_FLOOR;
  for (let i = 0; i < melBands.length; i++) if (melBands[i]! > greatest) greatest = melBands[i]!;
  // What lies below the range is raised to its lower end before the logarithm, which is the same as after it.
  const lowest = Math.max(POWER_FLOOR, greatest * 10 ** (-RANGE_DB / 10));
  const decibels = new Float64Array(melBands.length);
  for (let i = 0; i < melBands.length; i++) {
    const power = melBands[i]!;
    decibels[i] = power > lowest ? power : lowest;
  }
  scaledLog2(decibels, DB_PER_DOUBLING);
  return decibels;
}

/** Decibels [frames, 128] of mel bands to coefficients [frames, 20]: orthonormal DCT-II. */
export function mfccsOf(decibels: Float64Array): Float64Array {
  const frameCount = decibels.length / MEL_BAND_COUNT;
  const basis = dctBasis();
  const coefficients = new Float64Array(frameCount * MFCC_COUNT);
  const half = MEL_BAND_COUNT / 2;
  // Cosines are symmetric about the middle band for even coefficients, antisymmetric for odd ones.
  const sums = new Float64Array(half);
  const differences = new Float64Array(half);
  for (let frame = 0; frame < frameCount; frame++) {
    const start = frame * MEL_BAND_COUNT;
    for (let band = 0; band < half; band++) {
      const low = decibels[start + band]!;
      const high = decibels[start + MEL_BAND_COUNT - 1 - band]!;
      sums[band] = low + high;
      differences[band] = low - high;
    }
    // Four coefficients at a time: each sum waits for its last addition, four wait together.
    for (let c = 0; c < MFCC_COUNT; c += 4) {
      const row = c * half;
      let even0 = 0;
      let odd0 = 0;
      let even1 = 0;
      let odd1 = 0;
      for (let band = 0; band < half; band++) {
        const sum = sums[band]!;
        const difference = differences[band]!;
        even0 += basis[row + band]! * sum;
        odd0 += basis[row + half + band]! * difference;
        even1 += basis[row + 2 * half + band]! * sum;
        odd1 += basis[row + 3 * half + band]! * difference;
      }
      const at = frame * MFCC_COUNT + c;
      coefficients[at] = even0;
      coefficients[at + 1] = odd0;
      coefficients[at + 2] = even1;
      coefficients[at + 3] = odd1;
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
