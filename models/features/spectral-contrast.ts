/**
 * Spectral contrast (Jiang et al. 2002, librosa's defaults): in the band below 200 Hz and in six octaves above it,
 * how far the loudest 2 % of magnitudes stand above the quietest 2 %, in dB.
 */
import { BIN_COUNT, BIN_WIDTH_HZ, POWER_FLOOR } from './frame-shape.ts';

export const CONTRAST_BAND_COUNT = 7;

/** Upper edge of the lowest band, Hz; each further band ends an octave higher. */
const LOWEST_EDGE_HZ = 200;
/** Share of a band's magnitudes that are averaged into its peak and its valley, one at least. */
const QUANTILE = 0.02;
/** dB below the song's greatest peak (or valley) where peaks (or valleys) are cut off: librosa's `top_db`. */
const RANGE_DB = 80;

interface Band {
  readonly firstBin: number;
  /** Exclusive. */
  readonly endBin: number;
  /** How many magnitudes make the peak, and the valley. */
  readonly extremes: number;
}

export interface SpectralContrast {
  /** Peak and valley magnitude of each band of one spectrum, into both arrays from `offset`. */
  measure(magnitude: Float64Array, peaks: Float64Array, valleys: Float64Array, offset: number): void;
}

/**
 * A frame resembles the one before, so a first guess of the weakest of its extremes is that of the last frame with this
 * margin: most magnitudes then fail one comparison, and few are taken in only to be pushed out again.
 */
const GUESS_MARGIN = 0.7;

export function createSpectralContrast(): SpectralContrast {
  const bands = Array.from({ length: CONTRAST_BAND_COUNT }, (_, band) => bandOf(band));
  const mostExtremes = Math.max(...bands.map((band) => band.extremes));
  const largest = new Float64Array(mostExtremes);
  const smallest = new Float64Array(mostExtremes);
  const lastWeakestPeak = new Float64Array(CONTRAST_BAND_COUNT);
  const lastWeakestValley = new Float64Array(CONTRAST_BAND_COUNT).fill(Infinity);
  return {
    measure(magnitude, peaks, valleys, offset) {
      for (let band = 0; band < CONTRAST_BAND_COUNT; band++) {
        const shape = bands[band]!;
        const { extremes } = shape;
        if (takeLargest(magnitude, shape, largest, GUESS_MARGIN * lastWeakestPeak[band]!) < extremes)
          takeLargest(magnitude, shape, largest, -1);
        if (takeSmallest(magnitude, shape, smallest, lastWeakestValley[band]! / GUESS_MARGIN) < extremes)
          takeSmallest(magnitude, shape, smallest, Infinity);
        lastWeakestPeak[band] = largest[extremes - 1]!;
        lastWeakestValley[band] = smallest[extremes - 1]!;
        let peak = 0;
        let valley = 0;
        for (let i = 0; i < extremes; i++) {
          peak += largest[i]!;
          valley += smallest[i]!;
        }
        peaks[offset + band] = peak / extremes;
        valleys[offset + band] = valley / extremes;
      }
    },
  };
}

/** Keep the largest magnitudes above `floor` in `kept`, falling; returns how many were above it when they were met. */
function takeLargest(magnitude: Float64Array, band: Band, kept: Float64Array, floor: number): number {
  const last = band.extremes - 1;
  kept.fill(floor, 0, last + 1);
  let weakest = floor;
  let taken = 0;
  for (let bin = band.firstBin; bin < band.endBin; bin++) {
    const value = magnitude[bin]!;
    if (value <= weakest) continue;
    taken++;
    let at = last;
    for (; at > 0 && kept[at - 1]! < value; at--) kept[at] = kept[at - 1]!;
    kept[at] = value;
    weakest = kept[last]!;
  }
  return taken;
}

/** The same for the smallest, rising. */
function takeSmallest(magnitude: Float64Array, band: Band, kept: Float64Array, ceiling: number): number {
  const last = band.extremes - 1;
  kept.fill(ceiling, 0, last + 1);
  let weakest = ceiling;
  let taken = 0;
  for (let bin = band.firstBin; bin < band.endBin; bin++) {
    const value = magnitude[bin]!;
    if (value >= weakest) continue;
    taken++;
    let at = last;
    for (; at > 0 && kept[at - 1]! > value; at--) kept[at] = kept[at - 1]!;
    kept[at] = value;
    weakest = kept[last]!;
  }
  return taken;
}

/** Turn peaks and valleys of a whole song into contrasts in dB, in place of the peaks. */
export function contrastsOf(peaks: Float64Array, valleys: Float64Array): Float64Array {
  toClippedDb(peaks);
  toClippedDb(valleys);
  for (let i = 0; i < peaks.length; i++) peaks[i] = peaks[i]! - valleys[i]!;
  return peaks;
}

/** 10 log10, as librosa's `power_to_db` (which its contrast feeds magnitudes), in place. */
function toClippedDb(values: Float64Array): void {
  let greatest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const db = 10 * Math.log10(Math.max(POWER_FLOOR, values[i]!));
    values[i] = db;
    if (db > greatest) greatest = db;
  }
  const lowest = greatest - RANGE_DB;
  for (let i = 0; i < values.length; i++) if (values[i]! < lowest) values[i] = lowest;
}

/** librosa's edges: a band begins with the bin before its first, ends before its last; the highest takes all the rest. */
function bandOf(band: number): Band {
  const lowHz = band === 0 ? 0 : LOWEST_EDGE_HZ * 2 ** (band - 1);
  const highHz = LOWEST_EDGE_HZ * 2 ** band;
  const isHighest = band === CONTRAST_BAND_COUNT - 1;
  const firstBin = Math.max(0, Math.ceil(lowHz / BIN_WIDTH_HZ) - 1);
  const endBin = isHighest ? BIN_COUNT : Math.floor(highHz / BIN_WIDTH_HZ) + 1;
  // The share is of the band with its last bin, rounded half to even (no band of this layout is at a half).
  const extremes = Math.max(1, Math.round(QUANTILE * (endBin - firstBin)));
  return { firstBin, endBin: isHighest ? endBin : endBin - 1, extremes };
}
