/**
 * A whole song at a glance: its waveform and how loud, bright and lively it is, in as many columns as a picture has.
 * For pictures only; what the models are given is heard by the ear. Pure, and of bounded memory for any length.
 */
import {
  ANALYSIS_RATE_HZ,
  BIN_COUNT,
  BIN_WIDTH_HZ,
  FRAME_LENGTH,
} from '../../../models/features/frame-shape.ts';
import { createFrameSpectrum } from '../../../models/features/frame-spectrum.ts';
import { createLendingResampler } from '../../../models/features/resample.ts';

/** Every array has one value a column, but `bands`; a column without sound holds zeros (`bands`: the floor). */
export interface SongOverview {
  readonly columnCount: number;
  readonly durationMs: number;
  /** Lowest and highest sample of any channel, 1 = full scale. */
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** Root mean square over all channels. */
  readonly rms: Float32Array;
  /** Spectral centroid (on magnitudes, as in the features), Hz, louder frames counting more. */
  readonly brightnessHz: Float32Array;
  /** How much of the sound is new from frame to frame: mean rise of the bands, dB. */
  readonly movementDb: Float32Array;
  /** [columns, `BAND_COUNT`], dB below the loudest band of the song, not below `BAND_FLOOR_DB`. */
  readonly bands: Float32Array;
}

export interface OverviewMaker {
  /** The next samples: one array a channel, 1 = full scale. */
  write(channels: readonly Float32Array[]): void;
  /** Call once, last. */
  finish(): SongOverview;
}

/** Bands a third of an octave wide or narrower, from 60 Hz to 10 kHz, which is where music is. */
export const BAND_COUNT = 48;
export const LOWEST_BAND_HZ = 60;
export const HIGHEST_BAND_HZ = 10_000;
/** dB; quieter is drawn as nothing. */
export const BAND_FLOOR_DB = -60;
/** Samples from frame to frame, 46 ms; more where a song has more frames than a picture can use. */
const SHORTEST_HOP = 1024;
const MOST_FRAMES = 24_000;
/** A band that rises out of silence does not count as more new than this below full scale. */
const POWER_FLOOR = 1e-4;

/** `durationMs` is the song's length as the library knows it; what is beyond falls into the last column. */
export function createOverview(options: {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly durationMs: number;
  readonly columnCount: number;
}): OverviewMaker {
  const { sampleRateHz, channels, durationMs, columnCount } = options;
  const low = new Float32Array(columnCount);
  const high = new Float32Array(columnCount);
  const energy = new Float64Array(columnCount);
  const samples = new Float64Array(columnCount);
  const weight = new Float64Array(columnCount);
  const weightedHz = new Float64Array(columnCount);
  const rise = new Float64Array(columnCount);
  const frames = new Float64Array(columnCount);
  const power = new Float64Array(columnCount * BAND_COUNT);

  const resampler = createLendingResampler({
    fromHz: sampleRateHz,
    toHz: ANALYSIS_RATE_HZ,
    quality: 'playback',
  });
  const spectrum = createFrameSpectrum();
  const bands = bandEdges();
  const frame = new Float32Array(FRAME_LENGTH);
  const hop = Math.max(SHORTEST_HOP, Math.ceil(((durationMs / 1000) * ANALYSIS_RATE_HZ) / MOST_FRAMES));
  const levels = new Float64Array(BAND_COUNT);
  const levelsBefore = new Float64Array(BAND_COUNT);
  let isFirstFrame = true;
  let heard = 0;
  let filled = 0;
  let toSkip = 0;
  let resampled = 0;

  const columnAt = (seconds: number): number =>
    Math.max(0, Math.min(columnCount - 1, Math.floor(((1000 * seconds) / durationMs) * columnCount)));

  function hearFrames(signal: Float32Array): void {
    for (let at = 0; at < signal.length; ) {
      const skipped = Math.min(toSkip, signal.length - at);
      toSkip -= skipped;
      const piece = signal.subarray(at + skipped, at + skipped + FRAME_LENGTH - filled);
      frame.set(piece, filled);
      filled += piece.length;
      at += skipped + piece.length;
      resampled += skipped + piece.length;
      if (filled < FRAME_LENGTH) continue;
      hearFrame();
      filled = Math.max(0, FRAME_LENGTH - hop);
      toSkip = Math.max(0, hop - FRAME_LENGTH);
      frame.copyWithin(0, FRAME_LENGTH - filled);
    }
  }

  function hearFrame(): void {
    const column = columnAt((resampled - FRAME_LENGTH / 2) / ANALYSIS_RATE_HZ);
    // Frame 2 is centred on sample 1,024: exactly the frame at hand.
    spectrum.analyse(frame, 2);
    let magnitudes = 0;
    let moments = 0;
    for (let bin = 1; bin < BIN_COUNT; bin++) {
      const magnitude = spectrum.magnitude[bin]!;
      magnitudes += magnitude;
      moments += magnitude * bin * BIN_WIDTH_HZ;
    }
    for (let band = 0; band < BAND_COUNT; band++) {
      let sum = 0;
      for (let bin = bands[band]!; bin < Math.max(bands[band + 1]!, bands[band]! + 1); bin++) {
        sum += spectrum.power[bin]!;
      }
      levels[band] = sum;
    }
    let risen = 0;
    for (let band = 0; band < BAND_COUNT; band++) {
      const place = column * BAND_COUNT + band;
      power[place] = power[place]! + levels[band]!;
      const level = 10 * Math.log10(Math.max(POWER_FLOOR, levels[band]!));
      // The song's first sound is no movement.
      risen += isFirstFrame ? 0 : Math.max(0, level - levelsBefore[band]!);
      levelsBefore[band] = level;
    }
    isFirstFrame = false;
    rise[column] = rise[column]! + risen / BAND_COUNT;
    frames[column] = frames[column]! + 1;
    weight[column] = weight[column]! + magnitudes;
    weightedHz[column] = weightedHz[column]! + moments;
  }

  return {
    write(input) {
      const length = input[0]?.length ?? 0;
      const mono = new Float32Array(length);
      for (let at = 0; at < length; at++) {
        const column = columnAt((heard + at) / sampleRateHz);
        for (const channel of input) {
          const sample = Number.isFinite(channel[at]) ? channel[at]! : 0;
          if (sample < low[column]!) low[column] = sample;
          if (sample > high[column]!) high[column] = sample;
          energy[column] = energy[column]! + sample * sample;
          mono[at] = mono[at]! + sample / channels;
        }
        samples[column] = samples[column]! + channels;
      }
      heard += length;
      hearFrames(resampler.write(mono));
    },
    finish() {
      hearFrames(resampler.finish());
      // Of a song shorter than a frame, what there is.
      if (filled > 0 && resampled < FRAME_LENGTH) {
        frame.fill(0, filled);
        hearFrame();
      }
      fillGaps(columnCount, frames, (to, from) => {
        frames[to] = frames[from]!;
        weight[to] = weight[from]!;
        weightedHz[to] = weightedHz[from]!;
        rise[to] = rise[from]!;
        power.copyWithin(to * BAND_COUNT, from * BAND_COUNT, (from + 1) * BAND_COUNT);
      });
      const mean = (sums: Float64Array, counts: Float64Array): Float32Array =>
        Float32Array.from(sums, (sum, column) => (counts[column]! > 0 ? sum / counts[column]! : 0));
      return {
        columnCount,
        durationMs,
        low,
        high,
        rms: mean(energy, samples).map(Math.sqrt),
        brightnessHz: mean(weightedHz, weight),
        movementDb: mean(rise, frames),
        bands: decibels(power, frames),
      };
    },
  };
}

/** A song with fewer frames than the picture has columns: each empty column shows the frame before it. */
function fillGaps(
  columnCount: number,
  frames: Float64Array,
  copy: (toColumn: number, fromColumn: number) => void,
): void {
  const first = frames.findIndex((count) => count > 0);
  if (first < 0) return;
  for (let column = 0; column < columnCount; column++) {
    if (frames[column] === 0) copy(column, column < first ? first : column - 1);
  }
}

function decibels(power: Float64Array, frames: Float64Array): Float32Array {
  const mean = Float64Array.from(power, (sum, at) => sum / Math.max(1, frames[Math.floor(at / BAND_COUNT)]!));
  const loudest = mean.reduce((greatest, value) => Math.max(greatest, value), 0);
  return Float32Array.from(mean, (value) =>
    loudest > 0 && value > 0 ? Math.max(BAND_FLOOR_DB, 10 * Math.log10(value / loudest)) : BAND_FLOOR_DB,
  );
}

/** The first bin of each band, and the one behind the last. Bands narrower than a bin show the bin they lie in. */
function bandEdges(): readonly number[] {
  const octaves = Math.log2(HIGHEST_BAND_HZ / LOWEST_BAND_HZ);
  return Array.from({ length: BAND_COUNT + 1 }, (_, band) =>
    Math.round((LOWEST_BAND_HZ * 2 ** ((octaves * band) / BAND_COUNT)) / BIN_WIDTH_HZ),
  );
}
