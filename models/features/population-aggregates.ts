/**
 * The inputs of the population model: the 20 spectral columns of DEAM's librosa table that can be heard again
 * from audio, in the table's order and under its names. Mean and sd are over all cells of a descriptor's matrix.
 */
import { MFCC_COUNT, mfccsOf, slopesOf } from './cepstrum.ts';
import { createChromaBank, PITCH_CLASS_COUNT } from './chroma-bank.ts';
import { BIN_COUNT, frameCountOf } from './frame-shape.ts';
import { createFrameSpectrum } from './frame-spectrum.ts';
import { createMelBank, MEL_BAND_COUNT } from './mel-bank.ts';
import { CONTRAST_BAND_COUNT, contrastsOf, createSpectralContrast } from './spectral-contrast.ts';
import { measureSpectralShape, type SpectralShape } from './spectral-shape.ts';
import { meanAndSdOf } from './statistics.ts';
import { createTuningEstimate } from './tuning.ts';
import { zeroCrossingRates } from './zero-crossings.ts';

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

/**
 * Aggregates of a mono signal at 22,050 Hz, at most about a minute of it: its power spectra are kept
 * (4 kB a frame), because the tuning that the chroma filters need is known only at the end.
 */
export function populationAggregates(signal: Float32Array): Float64Array {
  const frameCount = frameCountOf(signal.length);
  const spectrum = createFrameSpectrum();
  const melBank = createMelBank();
  const contrast = createSpectralContrast();
  const tuning = createTuningEstimate();
  const shape: SpectralShape = { centroidHz: 0, bandwidthHz: 0, rollOffHz: 0, flatness: 0 };

  const powers = new Float32Array(frameCount * BIN_COUNT);
  const melBands = new Float32Array(frameCount * MEL_BAND_COUNT);
  const peaks = new Float64Array(frameCount * CONTRAST_BAND_COUNT);
  const valleys = new Float64Array(frameCount * CONTRAST_BAND_COUNT);
  const centroids = new Float64Array(frameCount);
  const bandwidths = new Float64Array(frameCount);
  const rollOffs = new Float64Array(frameCount);
  const flatnesses = new Float64Array(frameCount);
  for (let frame = 0; frame < frameCount; frame++) {
    spectrum.analyse(signal, frame);
    powers.set(spectrum.power, frame * BIN_COUNT);
    melBank.apply(spectrum.power, melBands, frame * MEL_BAND_COUNT);
    contrast.measure(spectrum.magnitude, peaks, valleys, frame * CONTRAST_BAND_COUNT);
    tuning.hear(spectrum.power);
    measureSpectralShape(spectrum.power, spectrum.magnitude, shape);
    centroids[frame] = shape.centroidHz;
    bandwidths[frame] = shape.bandwidthHz;
    rollOffs[frame] = shape.rollOffHz;
    flatnesses[frame] = shape.flatness;
  }

  const chromaBank = createChromaBank(tuning.semitones());
  const chroma = new Float64Array(frameCount * PITCH_CLASS_COUNT);
  for (let frame = 0; frame < frameCount; frame++) {
    chromaBank.apply(powers, frame * BIN_COUNT, chroma, frame * PITCH_CLASS_COUNT);
  }
  const mfccs = mfccsOf(melBands);
  const matrices = [
    chroma,
    melBands,
    mfccs,
    slopesOf(mfccs, MFCC_COUNT),
    centroids,
    bandwidths,
    contrastsOf(peaks, valleys),
    flatnesses,
    rollOffs,
    zeroCrossingRates(signal),
  ];
  const aggregates = new Float64Array(POPULATION_FEATURE_NAMES.length);
  matrices.forEach((matrix, i) => {
    const { mean, sd } = meanAndSdOf(matrix);
    aggregates[2 * i] = mean;
    aggregates[2 * i + 1] = sd;
  });
  return aggregates;
}
