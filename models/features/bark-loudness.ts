/**
 * Loudness as the ear shares it out: power in critical bands, compressed to specific loudness, and from it the total,
 * the sharpness and the spread (Peeters 2004, section 8, after Zwicker and Fastl). Relative units: the level at which a
 * child hears a song is not known here.
 */
import { ANALYSIS_RATE_HZ, BIN_COUNT, BIN_WIDTH_HZ } from './frame-shape.ts';

/** Stevens's law for specific loudness over power (Peeters 2004, equation 46). */
const COMPRESSION = 0.23;
/** Sharpness grows faster above this band (Zwicker and Fastl; Peeters 2004, equation 48). */
const SHARP_FROM_BARK = 15;
const SHARPNESS_SCALE = 0.11;

/** Whole critical bands up to 11,025 Hz, 22.9 Bark. */
export const BARK_BAND_COUNT = Math.ceil(hzToBark(ANALYSIS_RATE_HZ / 2));

/** One value a frame; all zero for a silent frame. */
export interface BarkLoudness {
  /** Sum of the specific loudness of all bands. */
  readonly loudness: Float64Array;
  /** Where the loudness lies, weighted towards high bands; of the order of one acum. */
  readonly sharpness: Float64Array;
  /** Squared share of the loudness that lies outside the loudest band: 0 when one band holds all. */
  readonly spread: Float64Array;
}

export function createBarkLoudness(frameCount: number): {
  bark: BarkLoudness;
  measure(frame: number, power: Float64Array): void;
} {
  const bark = {
    loudness: new Float64Array(frameCount),
    sharpness: new Float64Array(frameCount),
    spread: new Float64Array(frameCount),
  };
  const bandEnd = barkBandEnds();
  const energies = new Float64Array(BARK_BAND_COUNT);
  const weights = Float64Array.from({ length: BARK_BAND_COUNT }, (_, band) => sharpnessWeight(band + 1));
  return {
    bark,
    measure(frame, power) {
      sumBands(power, bandEnd, energies);
      let total = 0;
      let sharp = 0;
      let greatest = 0;
      for (let band = 0; band < BARK_BAND_COUNT; band++) {
        const specific = energies[band]! ** COMPRESSION;
        total += specific;
        sharp += weights[band]! * specific;
        if (specific > greatest) greatest = specific;
      }
      if (total === 0) return;
      const outside = (total - greatest) / total;
      bark.loudness[frame] = total;
      bark.sharpness[frame] = (SHARPNESS_SCALE * sharp) / total;
      bark.spread[frame] = outside * outside;
    },
  };
}

function sumBands(power: Float64Array, bandEnd: Int32Array, energies: Float64Array): void {
  for (let band = 0, k = 0; band < BARK_BAND_COUNT; band++) {
    const end = bandEnd[band]!;
    let energy = 0;
    for (; k < end; k++) energy += power[k]!;
    energies[band] = energy;
  }
}

/** First bin above each band; band 0 reaches to 1 Bark, about 100 Hz. */
export function barkBandEnds(): Int32Array {
  const ends = new Int32Array(BARK_BAND_COUNT).fill(BIN_COUNT);
  for (let bin = BIN_COUNT - 1; bin >= 0; bin--) {
    const band = Math.max(0, Math.ceil(hzToBark(bin * BIN_WIDTH_HZ)) - 1);
    if (band > 0) ends[band - 1] = bin;
  }
  return ends;
}

/** Zwicker and Terhardt 1980, equation 1. */
export function hzToBark(hz: number): number {
  return 13 * Math.atan(0.00076 * hz) + 3.5 * Math.atan((hz / 7500) ** 2);
}

/** Weight of the band that ends at `z` Bark. */
function sharpnessWeight(z: number): number {
  return z * (z < SHARP_FROM_BARK ? 1 : 0.066 * Math.exp(0.171 * z));
}
