/**
 * A song's frames as the 65 descriptors of `DESCRIPTORS`, and the curves that need several of them at once.
 * Decides where each column comes from; the table decides only their order and names.
 */
import { MFCC_COUNT } from './cepstrum.ts';
import { PITCH_CLASS_COUNT } from './chroma-bank.ts';
import { DESCRIPTOR_COUNT, DESCRIPTORS } from './descriptors.ts';
import type { FrameAnalysis } from './frame-analysis.ts';
import { keyOf } from './key.ts';
import { steadyOnsetsOf } from './onset-strength.ts';
import { pulseClarityOf, tempoOf } from './rhythm.ts';
import { CONTRAST_BAND_COUNT } from './spectral-contrast.ts';
import { TONNETZ_COUNT, tonnetzOf } from './tonnetz.ts';

/** What is said of the song as a whole, beside its descriptors. */
export interface SongTraits {
  /** Beats a minute, 40 to 210; 0 where nothing recurs. */
  readonly tempoBpm: number;
  /** 0 to 1: agreement of the onsets with themselves one to four beats later. */
  readonly tempoConfidence: number;
  /** 0 to 1: correlation with the best of the 24 keys (Krumhansl 1990). */
  readonly keyClarity: number;
  /** Above 0 for major, below for minor; mostly within 0.3. */
  readonly majorness: number;
}

/** Columns of one value a frame, in the order of `DESCRIPTORS`. */
export function descriptorColumns(frames: FrameAnalysis): readonly Float64Array[] {
  const { shapes, bark, onsetStrength } = frames;
  const single: Readonly<Record<string, Float64Array>> = {
    rms: frames.rms,
    zero_crossing_rate: frames.zeroCrossingRate,
    spectral_centroid: shapes.centroidHz,
    spectral_bandwidth: shapes.bandwidthHz,
    spectral_rolloff: shapes.rollOffHz,
    spectral_flatness: shapes.flatness,
    poly_1: shapes.lineSlope,
    poly_2: shapes.lineIntercept,
    spectral_flux: shapes.flux,
    spectral_entropy: shapes.entropy,
    spectral_slope: shapes.slope,
    spectral_skewness: shapes.skewness,
    spectral_kurtosis: shapes.kurtosis,
    spectral_crest: shapes.crest,
    sharpness: bark.sharpness,
    perceptual_spread: bark.spread,
    loudness: bark.loudness,
    onset_strength: onsetStrength,
    pulse_clarity: pulseClarityOf(steadyOnsetsOf(onsetStrength)),
    high_frequency_content: shapes.highFrequencyContent,
  };
  const columns = [
    ...columnsOf(frames.mfccs, MFCC_COUNT),
    ...columnsOf(frames.chroma, PITCH_CLASS_COUNT),
    ...columnsOf(frames.contrasts, CONTRAST_BAND_COUNT),
    ...columnsOf(tonnetzOf(frames.chroma), TONNETZ_COUNT),
  ];
  for (let i = columns.length; i < DESCRIPTOR_COUNT; i++) columns.push(single[DESCRIPTORS[i]!.name]!);
  return columns;
}

/** Tempo and key of an analysed window. */
export function songTraits({ onsetStrength, chroma }: FrameAnalysis): SongTraits {
  const { bpm, confidence } = tempoOf(steadyOnsetsOf(onsetStrength));
  const { clarity, majorness } = keyOf(chroma);
  return { tempoBpm: bpm, tempoConfidence: confidence, keyClarity: clarity, majorness };
}

/** The columns of a matrix [frames, width]. */
function columnsOf(matrix: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: width }, (_, c) => {
    const column = new Float64Array(matrix.length / width);
    for (let frame = 0; frame < column.length; frame++) column[frame] = matrix[frame * width + c]!;
    return column;
  });
}
