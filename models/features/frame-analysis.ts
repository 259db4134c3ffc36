/**
 * The one pass over a song's frames: each spectrum is made once and measured by everyone who needs it. What needs the
 * whole song first (decibels below its loudest band, its tuning, its pulse) is worked out after the pass.
 */
import { type BarkLoudness, createBarkLoudness } from './bark-loudness.ts';
import { decibelsOf, mfccsOf } from './cepstrum.ts';
import { createChromaBank } from './chroma-bank.ts';
import { frameRms } from './frame-energy.ts';
import { BIN_COUNT, frameCountOf } from './frame-shape.ts';
import { createFrameSpectrum } from './frame-spectrum.ts';
import { createMelBank, MEL_BAND_COUNT } from './mel-bank.ts';
import { onsetStrengthOf } from './onset-strength.ts';
import { CONTRAST_BAND_COUNT, contrastsOf, createSpectralContrast } from './spectral-contrast.ts';
import { createSpectralShapes, type SpectralShapes } from './spectral-shape.ts';
import { createTuningEstimate } from './tuning.ts';
import { zeroCrossingRates } from './zero-crossings.ts';

/** Matrices are [frames, width] row by row; columns have one value a frame. */
export interface FrameAnalysis {
  readonly frameCount: number;
  /** Power in 128 mel bands. */
  readonly melBands: Float32Array;
  /** 20 coefficients. */
  readonly mfccs: Float64Array;
  /** 12 pitch classes from C, the greatest 1. */
  readonly chroma: Float64Array;
  /** 7 bands, dB. */
  readonly contrasts: Float64Array;
  readonly shapes: SpectralShapes;
  readonly bark: BarkLoudness;
  readonly rms: Float64Array;
  readonly zeroCrossingRate: Float64Array;
  /** dB. */
  readonly onsetStrength: Float64Array;
}

/**
 * Analyse a mono signal at 22,050 Hz, at most about a minute of it: its power spectra are kept (4 kB a frame) until
 * its end, because the tuning that the chroma filters need is known only then. Some 80 ms for 45 s.
 */
export function analyseFrames(signal: Float32Array): FrameAnalysis {
  const frameCount = frameCountOf(signal.length);
  const spectrum = createFrameSpectrum();
  const melBank = createMelBank();
  const contrast = createSpectralContrast();
  const tuning = createTuningEstimate();
  const { shapes, measure: measureShape } = createSpectralShapes(frameCount);
  const { bark, measure: measureBark } = createBarkLoudness(frameCount);

  const powers = borrowPowers(frameCount * BIN_COUNT);
  const melBands = new Float32Array(frameCount * MEL_BAND_COUNT);
  const peaks = new Float64Array(frameCount * CONTRAST_BAND_COUNT);
  const valleys = new Float64Array(frameCount * CONTRAST_BAND_COUNT);
  for (let frame = 0; frame < frameCount; frame++) {
    spectrum.analyse(signal, frame);
    const { power, magnitude, previousMagnitude } = spectrum;
    powers.set(power, frame * BIN_COUNT);
    const greatest = measureShape(frame, power, magnitude, previousMagnitude);
    tuning.hear(power, greatest);
    melBank.apply(power, melBands, frame * MEL_BAND_COUNT);
    contrast.measure(magnitude, peaks, valleys, frame * CONTRAST_BAND_COUNT);
    measureBark(frame, power);
  }

  const decibels = decibelsOf(melBands);
  return {
    frameCount,
    melBands,
    mfccs: mfccsOf(decibels),
    chroma: createChromaBank(tuning.semitones()).apply(powers),
    contrasts: contrastsOf(peaks, valleys),
    shapes,
    bark,
    rms: frameRms(signal),
    zeroCrossingRate: zeroCrossingRates(signal),
    onsetStrength: onsetStrengthOf(decibels),
  };
}

/** Kept from song to song: 8 MB of fresh memory cost 5 ms. */
let lentPowers = new Float32Array(0);

function borrowPowers(length: number): Float32Array {
  if (lentPowers.length < length) lentPowers = new Float32Array(length);
  return lentPowers.subarray(0, length);
}
