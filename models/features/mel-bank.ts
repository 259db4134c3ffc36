/**
 * Slaney's mel filters over the power spectrum, as librosa's defaults build them: 128 triangles from 0 Hz to the
 * Nyquist frequency, each of area one. Kept as the short run of bins each triangle covers.
 */
import { ANALYSIS_RATE_HZ, BIN_COUNT, BIN_WIDTH_HZ } from './frame-shape.ts';

export const MEL_BAND_COUNT = 128;

/** Slaney's scale is linear below 1 kHz, 15 mels, and then 27 mels to each factor of 6.4 (Auditory Toolbox, 1998). */
const HZ_PER_MEL = 200 / 3;
const BREAK_HZ = 1000;
const BREAK_MEL = BREAK_HZ / HZ_PER_MEL;
const LOG_STEP = Math.log(6.4) / 27;

export interface MelBank {
  /** Energy of each band of one power spectrum, into `bands` from `offset`. */
  apply(power: Float64Array, bands: Float64Array | Float32Array, offset: number): void;
}

export function createMelBank(): MelBank {
  const top = hzToMel(ANALYSIS_RATE_HZ / 2);
  const edges = Float64Array.from({ length: MEL_BAND_COUNT + 2 }, (_, i) =>
    melToHz((top * i) / (MEL_BAND_COUNT + 1)),
  );
  const firstBin = new Int32Array(MEL_BAND_COUNT);
  const weightStart = new Int32Array(MEL_BAND_COUNT + 1);
  const weights: number[] = [];
  for (let band = 0; band < MEL_BAND_COUNT; band++) {
    const low = edges[band]!;
    const centre = edges[band + 1]!;
    const high = edges[band + 2]!;
    firstBin[band] = Math.floor(low / BIN_WIDTH_HZ) + 1;
    for (let bin = firstBin[band]!; bin < BIN_COUNT && bin * BIN_WIDTH_HZ < high; bin++) {
      const hz = bin * BIN_WIDTH_HZ;
      const height = Math.min((hz - low) / (centre - low), (high - hz) / (high - centre));
      weights.push((height * 2) / (high - low));
    }
    weightStart[band + 1] = weights.length;
  }
  const weight = Float64Array.from(weights);

  return {
    apply(power, bands, offset) {
      for (let band = 0; band < MEL_BAND_COUNT; band++) {
        const end = weightStart[band + 1]!;
        let sum = 0;
        for (let w = weightStart[band]!, bin = firstBin[band]!; w < end; w++, bin++)
          sum += weight[w]! * power[bin]!;
        bands[offset + band] = sum;
      }
    },
  };
}

function hzToMel(hz: number): number {
  return hz < BREAK_HZ ? hz / HZ_PER_MEL : BREAK_MEL + Math.log(hz / BREAK_HZ) / LOG_STEP;
}

function melToHz(mel: number): number {
  return mel < BREAK_MEL ? mel * HZ_PER_MEL : BREAK_HZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));
}
