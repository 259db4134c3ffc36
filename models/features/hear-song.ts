/**
 * The one public way in: a decoded song, block by block, becomes what the box remembers of it.
 * Decides how samples are made fit to measure (no NaN, mono, 16 bits, DEAM's lead of silence) and who measures them.
 */
import { describeWindow } from './describe-window.ts';
import { ANALYSIS_RATE_HZ } from './frame-shape.ts';
import { descriptorFeatureNames, descriptorVersion } from './functionals.ts';
import { createWindowKeeper } from './listening-window.ts';
import { channelWeights, createLoudnessMeter } from './loudness.ts';
import { createPeakMeter, peakToDb } from './peak-meter.ts';
import { POPULATION_FEATURE_NAMES } from './population-aggregates.ts';
import { createLendingResampler } from './resample.ts';
import type { SongTraits } from './song-descriptors.ts';
import { type SongOverview, songOverview } from './song-overview.ts';
import { createWaveformOutliner } from './waveform-outline.ts';

/** Names of `HeardSong.features`, in order. */
export const featureNames: readonly string[] = POPULATION_FEATURE_NAMES;

/** Changes whenever a number in `features` could come out differently for the same song. */
export const featureVersion = 'deam-librosa-20/1';

export interface EarOptions {
  /** Hz, a whole number; 8,000 to 192,000 are usual. */
  readonly sampleRateHz: number;
  /** 1 or more. */
  readonly channels: number;
}

/** What one hearing of a song gives. Every number is finite, whatever the samples were. */
export interface HeardSong {
  /** Which definition `features` follows. */
  readonly featureVersion: string;
  /** In the order of `featureNames`. */
  readonly features: Float64Array;
  readonly durationMs: number;
  /** Integrated loudness as played (mono on both loudspeakers), EBU R128, LUFS; -70 for silence. */
  readonly loudnessLufs: number;
  /** Highest sample, dB relative to full scale; -120 for silence. */
  readonly samplePeakDb: number;
  /** Highest point of the waveform between samples, dBTP; -120 for silence. */
  readonly truePeakDb: number;
  /** Where the 45 s that `features` and `descriptors` describe begin. */
  readonly windowStartMs: number;
  /** The 1,040. */
  readonly descriptors: SongDescriptors;
  readonly song: SongTraits & {
    /** Loudness range of the whole song, EBU Tech 3342, LU; 0 below 3 s. */
    readonly dynamicRangeLu: number;
  };
  /** For pictures. */
  readonly overview: SongOverview;
}

export interface SongDescriptors {
  readonly version: string;
  /** What each value is; one array shared by all songs. */
  readonly names: readonly string[];
  readonly values: Float32Array;
}

/** Hears one song; memory stays below 50 MB for a song of any length. */
export interface Ear {
  /** The next samples: one array a channel, all of one length, 1 = full scale. @throws RangeError otherwise. */
  write(channels: readonly Float32Array[]): void;
  /** Call once, last; takes some 120 ms for 45 s and more. */
  finish(): HeardSong;
}

/**
 * Seconds of silence put before every song: the 1,105 samples of mp3 encoder delay that DEAM's table was made
 * with. Several of its columns depend on how the clip begins.
 */
const LEAD_S = 1105 / 44_100;
/** DEAM's table was made from 16-bit samples; contrast and flatness of quiet bands show the rounding. */
const SIXTEEN_BITS = 32_768;
/** Samples beyond this (90 dB over full scale) come from damaged files and are cut off. */
const LOUDEST_SAMPLE = 32_768;
/** Samples handled at a time, so that scratch stays in the cache. */
const PIECE_LENGTH = 8192;

/** @throws RangeError when the rate or the number of channels cannot be a song's. */
export function createEar({ sampleRateHz, channels }: EarOptions): Ear {
  if (!Number.isInteger(channels) || channels < 1) {
    throw new RangeError(`hear song: ${channels} channels; a song has one or more`);
  }
  const resampler = createLendingResampler({
    fromHz: sampleRateHz,
    toHz: ANALYSIS_RATE_HZ,
    quality: 'analysis',
  });
  const keeper = createWindowKeeper();
  // The box plays mono through both loudspeakers, so a mono song counts as two equal channels.
  const loudness = createLoudnessMeter(sampleRateHz, channels === 1 ? [2] : channelWeights(channels));
  const peaks = Array.from({ length: channels }, () => createPeakMeter(sampleRateHz));
  const outliner = createWaveformOutliner(sampleRateHz);
  const scratch = Array.from({ length: channels }, () => new Float32Array(PIECE_LENGTH));
  const mono = new Float32Array(PIECE_LENGTH);
  let frames = 0;
  keeper.write(resampler.write(new Float32Array(Math.round(LEAD_S * sampleRateHz))));

  function hear(input: readonly Float32Array[], start: number, length: number): void {
    mono.fill(0, 0, length);
    for (let c = 0; c < channels; c++) {
      const clean = scratch[c]!;
      const raw = input[c]!;
      for (let i = 0; i < length; i++) {
        const sample = raw[start + i]!;
        // A comparison with NaN is false, so NaN and both infinities become silence.
        const finite = Math.abs(sample) < Infinity ? sample : 0;
        const value = Math.min(LOUDEST_SAMPLE, Math.max(-LOUDEST_SAMPLE, finite));
        clean[i] = value;
        mono[i] = mono[i]! + toSixteenBits(value);
      }
      peaks[c]!.write(clean, length);
    }
    for (let i = 0; i < length; i++) mono[i] = mono[i]! / channels;
    loudness.write(scratch, length);
    outliner.write(mono, length);
    keeper.write(resampler.write(mono.subarray(0, length)));
  }

  return {
    write(input) {
      const length = input[0]?.length ?? 0;
      if (input.length !== channels || input.some((channel) => channel.length !== length)) {
        const lengths = input.map((channel) => channel.length).join(', ');
        throw new RangeError(
          `hear song: expected ${channels} channels of one length, got lengths [${lengths}]`,
        );
      }
      for (let start = 0; start < length; start += PIECE_LENGTH) {
        hear(input, start, Math.min(PIECE_LENGTH, length - start));
      }
      frames += length;
    },
    finish() {
      keeper.write(resampler.finish());
      const { startS, samples } = keeper.finish();
      const { aggregates, rows, functionals, traits } = describeWindow(
        startS === 0 ? samples : withLead(samples),
      );
      return {
        featureVersion,
        features: aggregates,
        durationMs: (1000 * frames) / sampleRateHz,
        loudnessLufs: loudness.integratedLufs(),
        samplePeakDb: peakToDb(Math.max(...peaks.map((peak) => peak.samplePeak()))),
        truePeakDb: peakToDb(Math.max(...peaks.map((peak) => peak.truePeak()))),
        windowStartMs: Math.max(0, 1000 * (startS - LEAD_S)),
        descriptors: {
          version: descriptorVersion,
          names: descriptorFeatureNames,
          values: functionals,
        },
        song: { ...traits, dynamicRangeLu: loudness.rangeLu() },
        overview: songOverview(outliner.finish(), rows),
      };
    },
  };
}

/** The nearest value a 16-bit file can hold. */
function toSixteenBits(sample: number): number {
  const level = Math.round(sample * SIXTEEN_BITS);
  return Math.min(SIXTEEN_BITS - 1, Math.max(-SIXTEEN_BITS, level)) / SIXTEEN_BITS;
}

/** A window from within a song begins with the same silence as a whole one. */
function withLead(window: Float32Array): Float32Array {
  const lead = Math.round(LEAD_S * ANALYSIS_RATE_HZ);
  const samples = new Float32Array(lead + window.length);
  samples.set(window, lead);
  return samples;
}
