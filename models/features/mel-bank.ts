/**
 * Slaney's mel filters over the power spectrum, as librosa's defaults build them: 128 triangles from 0 Hz to the
 * Nyquist frequency, each of area one. Kept as the two weights of each bin.
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
  apply(power: Float64Array, bands: Float32Array, offset: number): void;
}

export function createMelBank(): MelBank {
  const top = hzToMel(ANALYSIS_RATE_HZ / 2);
  const edges = Float64Array.from({ length: MEL_BAND_COUNT + 2 }, (_, i) =>
    melToHz((top * i) / (MEL_BAND_COUNT + 1)),
  );
  // Between two edges one triangle falls and the next one rises: a bin belongs to these two and no other.
  const segmentEnd = new Int32Array(MEL_BAND_COUNT + 1);
  const falling = new Float64Array(BIN_COUNT);
  const rising = new Float64Array(BIN_COUNT);
  // 0 Hz is an edge and belongs to none; the Nyquist frequency is the last edge.
  for (let segment = 0, bin = 1; segment <= MEL_BAND_COUNT; segment++) {
    const low = edges[segment]!;
    const high = edges[segment + 1]!;
    for (; bin < BIN_COUNT && bin * BIN_WIDTH_HZ < high; bin++) {
      const hz = bin * BIN_WIDTH_HZ;
      if (segment > 0) falling[bin] = (((high - hz) / (high - low)) * 2) / (high - edges[segment - 1]!);
      if (segment < MEL_BAND_COUNT)
        rising[bin] = (((hz - low) / (high - low)) * 2) / (edges[segment + 2]! - low);
    }
    segmentEnd[segment] = bin;
  }

  return { apply: (power, bands, offset) => sumBands(power, falling, rising, segmentEnd, bands, offset) };
}

/** The band that rose over one segment falls over the next, and is then complete. */
function sumBands(
  power: Float64Array,
  falling: Float64Array,
  rising: Float64Array,
  segmentEnd: Int32Array,
  bands: Float32Array,
  offset: number,
): void {
  let rose = 0;
  for (let segment = 0, bin = 1; segment <= MEL_BAND_COUNT; segment++) {
    const end = segmentEnd[segment]!;
    let fell = rose;
    rose = 0;
    for (; bin < end; bin++) {
      const value = power[bin]!;
      fell += falling[bin]! * value;
      rose += rising[bin]! * value;
    }
    if (segment > 0) bands[offset + segment - 1] = fell;
  }
}

function hzToMel(hz: number): number {
  return hz < BREAK_HZ ? hz / HZ_PER_MEL : BREAK_MEL + Math.log(hz / BREAK_HZ) / LOG_STEP;
}

function melToHz(mel: number): number {
  return mel < BREAK_MEL ? mel * HZ_PER_MEL : BREAK_HZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));
}
