/**
 * The inputs of the population model: the 20 spectral columns of DEAM's librosa table that can be heard again
 * from audio, in the table's order and under its names. Mean and sd are over all cells of a descriptor's matrix.
 */
import { MFCC_COUNT } from './cepstrum.ts';
import type { FrameAnalysis } from './frame-analysis.ts';
import { slopesOf } from './slopes.ts';
import { meanAndSdOf } from './statistics.ts';

/** Columns of `deam_agg_features_librosa.csv`; Hz for centroid, bandwidth and roll-off, dB for contrast. */
export const POPULATION_FEATURE_NAMES = [
  'chroma_stft_mean',
  'chroma_stft_std',
  'melspectrogram_mean',
  'melspectrogram_std',
  'mfcc_mean',
  'mfcc_std',
  'mfcc_delta_mean',
  'mfcc_delta_std',
  'centroid_mean',
  'centroid_std',
  'spec_bw_mean',
  'spec_bw_std',
  'contrast_mean',
  'contrast_std',
  'flatness_mean',
  'flatness_std',
  'rolloff_mean',
  'rolloff_std',
  'zcr_mean',
  'zcr_std',
] as const;

/** The 20 aggregates of an analysed window, in the order of `POPULATION_FEATURE_NAMES`. */
export function populationAggregates(frames: FrameAnalysis): Float64Array {
  const { chroma, melBands, mfccs, contrasts, shapes, zeroCrossingRate } = frames;
  const matrices = [
    chroma,
    melBands,
    mfccs,
    slopesOf(mfccs, MFCC_COUNT),
    shapes.centroidHz,
    shapes.bandwidthHz,
    contrasts,
    shapes.flatness,
    shapes.rollOffHz,
    zeroCrossingRate,
  ];
  const aggregates = new Float64Array(POPULATION_FEATURE_NAMES.length);
  matrices.forEach((matrix, i) => {
    const { mean, sd } = meanAndSdOf(matrix);
    aggregates[2 * i] = mean;
    aggregates[2 * i + 1] = sd;
  });
  return aggregates;
}
