/**
 * A song's highest sample and its true peak: the highest the waveform rises between samples, estimated on an
 * interpolation to four times the rate (BS.1770-4 annex 2; twice from 80 kHz, none from 160 kHz).
 */
import { createSincFilter, type SincQuality } from './sinc-filter.ts';

/** dB relative to full scale: what silence is given. */
export const SILENCE_DB = -120;

/** Samples on each side that an interpolated value is made from. */
const REACH = 12;
/**
 * A gap is looked into only when a sample beside it is at least this share of the peak so far: a crest of sound below
 * a third of the sampling rate always has one half as high beside it.
 */
const WORTH_A_LOOK = 0.5;

export interface PeakMeter {
  /** `frames` finite samples of the channel. */
  write(samples: Float32Array, frames: number): void;
  /** Highest absolute sample so far. */
  samplePeak(): number;
  /** Highest absolute value on the finer grid so far, never below `samplePeak`; the last 12 samples are not yet in. */
  truePeak(): number;
}

/** One channel's peaks. */
export function createPeakMeter(sampleRateHz: number): PeakMeter {
  const factor = sampleRateHz >= 160_000 ? 1 : sampleRateHz >= 80_000 ? 2 : 4;
  const rows = interpolationRows('peak', factor);
  // The last 2 * REACH samples of the block before stand in front of each block.
  let line = new Float64Array(2 * REACH + 8192);
  let samplePeak = 0;
  let truePeak = 0;

  /** The highest value between sample `at + REACH - 1` of `line` and the next. */
  function lookBetween(at: number): void {
    for (const row of rows) {
      let left = 0;
      let right = 0;
      for (let tap = 0; tap < REACH; tap++) {
        left += row[tap]! * line[at + tap]!;
        right += row[tap + REACH]! * line[at + tap + REACH]!;
      }
      truePeak = Math.max(truePeak, Math.abs(left + right));
    }
  }

  return {
    write(samples, frames) {
      if (line.length < frames + 2 * REACH) {
        const longer = new Float64Array(frames + 2 * REACH);
        longer.set(line.subarray(0, 2 * REACH));
        line = longer;
      }
      for (let i = 0; i < frames; i++) {
        const height = Math.abs(samples[i]!);
        line[2 * REACH + i] = samples[i]!;
        if (height > samplePeak) samplePeak = height;
      }
      truePeak = Math.max(truePeak, samplePeak);
      // A gap is looked into once the 12 samples on each of its sides are there.
      for (let at = 1; at <= frames; at++) {
        const threshold = WORTH_A_LOOK * truePeak;
        const before = line[at + REACH - 1]!;
        const after = line[at + REACH]!;
        if (Math.abs(before) > threshold || Math.abs(after) > threshold) lookBetween(at);
      }
      line.copyWithin(0, frames, frames + 2 * REACH);
    },
    samplePeak: () => samplePeak,
    truePeak: () => truePeak,
  };
}

/** Decibels of an absolute peak, -120 or more. */
export function peakToDb(peak: number): number {
  return Math.max(SILENCE_DB, 20 * Math.log10(peak));
}

/**
 * What gives the waveform at each of `factor - 1` places between two samples: a row of taps a place, for as many samples
 * before the gap as after it.
 */
export function interpolationRows(quality: SincQuality, factor: number): readonly Float64Array[] {
  const filter = createSincFilter(quality, 1, 1);
  const { reach } = filter;
  return Array.from({ length: factor - 1 }, (_, place) =>
    Float64Array.from({ length: 2 * reach }, (_, tap) => filter.at((place + 1) / factor + reach - 1 - tap)),
  );
}
