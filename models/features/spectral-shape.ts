/**
 * What one spectrum looks like: where its weight lies, how it is spread, tilted, peaked and ordered, and how far it is
 * from the one before. librosa's definitions for centroid, bandwidth, roll-off, flatness and the fitted line.
 */
import { BIN_COUNT, BIN_WIDTH_HZ, POWER_FLOOR } from './frame-shape.ts';
import { createEntropy } from './spectral-entropy.ts';

/** Share of the magnitudes that lies at or below the roll-off frequency. */
const ROLL_OFF_SHARE = 0.85;
/** Powers multiplied before one logarithm is taken; 16 between 1e-10 and 1e12 stay within a double's range. */
const LOG_BATCH = 16;
const BATCH_COUNT = Math.ceil(BIN_COUNT / LOG_BATCH);
/** A spectrum narrower than this (bins squared) has no shape to be skewed; rounding alone would decide. */
const NARROWEST = 1e-9;

/** Sum of the bin numbers, and of their squares: the fitted line's constants. */
const BIN_SUM = ((BIN_COUNT - 1) * BIN_COUNT) / 2;
const BIN_SQUARES = ((BIN_COUNT - 1) * BIN_COUNT * (2 * BIN_COUNT - 1)) / 6;
const LINE_DENOMINATOR = BIN_COUNT * BIN_SQUARES - BIN_SUM * BIN_SUM;

/** One value a frame; all zero for a silent frame, except flatness, which is 1. */
export interface SpectralShapes {
  /** Mean frequency, weighted by magnitude, Hz. */
  readonly centroidHz: Float64Array;
  /** Standard deviation about the centroid, Hz. */
  readonly bandwidthHz: Float64Array;
  readonly rollOffHz: Float64Array;
  /** Geometric over arithmetic mean of power: 0 for a tone, 1 for a flat spectrum. */
  readonly flatness: Float64Array;
  /** Least-squares line through the magnitudes: rise a Hz, and height at 0 Hz. */
  readonly lineSlope: Float64Array;
  readonly lineIntercept: Float64Array;
  /** The line's rise a Hz as a share of the sum of the magnitudes (Peeters 2004, section 6.1.5). */
  readonly slope: Float64Array;
  /** Third and fourth standardised moments about the centroid (Peeters 2004); 3 for a bell-shaped spectrum. */
  readonly skewness: Float64Array;
  readonly kurtosis: Float64Array;
  /** Greatest magnitude over their root mean square. */
  readonly crest: Float64Array;
  /** Bits of the distribution of the magnitudes, over the most there can be: 0 for a tone, 1 for a flat spectrum. */
  readonly entropy: Float64Array;
  /** Euclidean distance of the magnitudes from those of the frame before; 0 for the first. */
  readonly flux: Float64Array;
  /** Power weighted by bin number (Masri 1996). */
  readonly highFrequencyContent: Float64Array;
}

/** Measures one frame's spectrum into `shapes`; returns its greatest power. */
export type MeasureShape = (
  frame: number,
  power: Float64Array,
  magnitude: Float64Array,
  previous: Float64Array,
) => number;

export function createSpectralShapes(frameCount: number): { shapes: SpectralShapes; measure: MeasureShape } {
  const column = (): Float64Array => new Float64Array(frameCount);
  const shapes = {
    centroidHz: column(),
    bandwidthHz: column(),
    rollOffHz: column(),
    flatness: column(),
    lineSlope: column(),
    lineIntercept: column(),
    slope: column(),
    skewness: column(),
    kurtosis: column(),
    crest: column(),
    entropy: column(),
    flux: column(),
    highFrequencyContent: column(),
  };
  const entropyOf = createEntropy();
  const sums = new Float64Array(SUM_COUNT);
  const moments = new Float64Array(3);
  // Sum of the magnitudes at the end of each batch, from which the roll-off is found.
  const below = new Float64Array(BATCH_COUNT);

  function measure(
    frame: number,
    power: Float64Array,
    magnitude: Float64Array,
    previous: Float64Array,
  ): number {
    sumSpectrum(power, magnitude, previous, sums, below);
    const greatest = sums[GREATEST]!;
    shapes.flatness[frame] = Math.exp(sums[LOG]! / BIN_COUNT) / (sums[FLOORED]! / BIN_COUNT);
    shapes.flux[frame] = frame === 0 ? 0 : Math.sqrt(sums[CHANGE]!);
    const sum = sums[SUM]!;
    if (!(sum > 0)) return greatest;

    const first = sums[FIRST]!;
    const centre = first / sum;
    const variance = Math.max(0, sums[SECOND]! / sum - centre * centre);
    shapes.centroidHz[frame] = centre * BIN_WIDTH_HZ;
    shapes.bandwidthHz[frame] = Math.sqrt(variance) * BIN_WIDTH_HZ;
    shapes.rollOffHz[frame] = rollOffBin(magnitude, below, ROLL_OFF_SHARE * sum) * BIN_WIDTH_HZ;
    const rise = (BIN_COUNT * first - BIN_SUM * sum) / LINE_DENOMINATOR;
    shapes.lineSlope[frame] = rise / BIN_WIDTH_HZ;
    shapes.lineIntercept[frame] = (sum - rise * BIN_SUM) / BIN_COUNT;
    shapes.slope[frame] = rise / BIN_WIDTH_HZ / sum;
    shapes.crest[frame] = Math.sqrt((greatest * BIN_COUNT) / sums[POWER]!);
    shapes.highFrequencyContent[frame] = sums[WEIGHTED_POWER]!;
    shapes.entropy[frame] = entropyOf(magnitude, sum);

    centralMoments(magnitude, centre, moments);
    const second = moments[0]! / sum;
    if (second < NARROWEST) return greatest;
    shapes.skewness[frame] = moments[1]! / sum / (second * Math.sqrt(second));
    shapes.kurtosis[frame] = moments[2]! / sum / (second * second);
    return greatest;
  }

  return { shapes, measure };
}

/** Places in `sums`. */
const SUM = 0;
const FIRST = 1;
const SECOND = 2;
const FLOORED = 3;
const LOG = 4;
const POWER = 5;
const WEIGHTED_POWER = 6;
const CHANGE = 7;
const GREATEST = 8;
const SUM_COUNT = 9;

/**
 * All sums over a spectrum. Each is a chain of additions that wait for one another; side by side in one loop nine cost
 * little more than one.
 */
function sumSpectrum(
  power: Float64Array,
  magnitude: Float64Array,
  previous: Float64Array,
  sums: Float64Array,
  below: Float64Array,
): void {
  let sum = 0;
  let first = 0;
  let second = 0;
  let flooredSum = 0;
  let logSum = 0;
  let powerSum = 0;
  let weighted = 0;
  let change = 0;
  let greatest = 0;
  for (let batch = 0; batch < BATCH_COUNT; batch++) {
    const end = Math.min(BIN_COUNT, (batch + 1) * LOG_BATCH);
    let product = 1;
    for (let k = batch * LOG_BATCH; k < end; k++) {
      const p = power[k]!;
      const m = magnitude[k]!;
      const moment = k * m;
      sum += m;
      first += moment;
      second += k * moment;
      const floored = Math.max(POWER_FLOOR, p);
      product *= floored;
      flooredSum += floored;
      powerSum += p;
      weighted += k * p;
      const apart = m - previous[k]!;
      change += apart * apart;
      greatest = Math.max(greatest, p);
    }
    logSum += Math.log(product);
    below[batch] = sum;
  }
  sums[SUM] = sum;
  sums[FIRST] = first;
  sums[SECOND] = second;
  sums[FLOORED] = flooredSum;
  sums[LOG] = logSum;
  sums[POWER] = powerSum;
  sums[WEIGHTED_POWER] = weighted;
  sums[CHANGE] = change;
  sums[GREATEST] = greatest;
}

/** First bin at which the magnitudes up to it reach `share`. */
function rollOffBin(magnitude: Float64Array, below: Float64Array, share: number): number {
  let batch = 0;
  while (batch < BATCH_COUNT - 1 && below[batch]! < share) batch++;
  let bin = batch * LOG_BATCH;
  let reached = (batch === 0 ? 0 : below[batch - 1]!) + magnitude[bin]!;
  while (reached < share && bin < BIN_COUNT - 1) reached += magnitude[++bin]!;
  return bin;
}

/** Second to fourth, about the centroid itself: from moments about 0, a narrow spectrum's would be lost to rounding. */
function centralMoments(magnitude: Float64Array, centre: number, moments: Float64Array): void {
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let k = 0; k < BIN_COUNT; k++) {
    const apart = k - centre;
    const square = apart * apart;
    const share = magnitude[k]! * square;
    second += share;
    third += share * apart;
    fourth += share * square;
  }
  moments[0] = second;
  moments[1] = third;
  moments[2] = fourth;
}
