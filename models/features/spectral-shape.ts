/** Where a spectrum's weight lies and how it is spread: centroid, bandwidth, roll-off, flatness (librosa's definitions). */
import { BIN_COUNT, BIN_WIDTH_HZ, POWER_FLOOR } from './frame-shape.ts';

/** Share of the magnitudes that lies at or below the roll-off frequency. */
const ROLL_OFF_SHARE = 0.85;
/** Powers multiplied before one logarithm is taken; 16 between 1e-10 and 1e12 stay within a double's range. */
const LOG_BATCH = 16;

/** All zero for a silent frame, except flatness, which is 1. */
export interface SpectralShape {
  /** Mean frequency, weighted by magnitude, Hz. */
  centroidHz: number;
  /** Standard deviation about the centroid, Hz. */
  bandwidthHz: number;
  rollOffHz: number;
  /** Geometric over arithmetic mean of power: 0 for a tone, 1 for white noise. */
  flatness: number;
}

/** Measure one spectrum into `shape`. */
export function measureSpectralShape(
  power: Float64Array,
  magnitude: Float64Array,
  shape: SpectralShape,
): void {
  let sum = 0;
  let first = 0;
  let second = 0;
  for (let k = 0; k < BIN_COUNT; k++) {
    const weight = magnitude[k]!;
    const moment = k * weight;
    sum += weight;
    first += moment;
    second += k * moment;
  }
  const centre = sum > 0 ? first / sum : 0;
  const variance = sum > 0 ? Math.max(0, second / sum - centre * centre) : 0;
  shape.centroidHz = centre * BIN_WIDTH_HZ;
  shape.bandwidthHz = Math.sqrt(variance) * BIN_WIDTH_HZ;

  const share = ROLL_OFF_SHARE * sum;
  let below = magnitude[0]!;
  let bin = 0;
  while (below < share && bin < BIN_COUNT - 1) below += magnitude[++bin]!;
  shape.rollOffHz = bin * BIN_WIDTH_HZ;

  let logSum = 0;
  let powerSum = 0;
  for (let start = 0; start < BIN_COUNT; start += LOG_BATCH) {
    const end = Math.min(BIN_COUNT, start + LOG_BATCH);
    let product = 1;
    for (let k = start; k < end; k++) {
      const value = Math.max(power[k]!, POWER_FLOOR);
      product *= value;
      powerSum += value;
    }
    logSum += Math.log(product);
  }
  shape.flatness = Math.exp(logSum / BIN_COUNT) / (powerSum / BIN_COUNT);
}
