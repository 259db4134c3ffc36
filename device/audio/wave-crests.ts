/**
 * How high the waveform of one channel rises at and after each sample: the true peak of ITU-R BS.1770-4 annex 2, on
 * the four-fold grid of the loudness meter, with a parabola laid through each crest because the grid may straddle it
 * (by 0.69 dB at half the sampling rate). Looks closely only where a crest could pass the ceiling.
 */
import { interpolationRows } from '../../models/features/peak-meter.ts';
import { CHANNELS } from './audio-format.ts';

/** The grid of annex 2: three places between two samples. */
const OVERSAMPLING = 4;

const ROWS = interpolationRows('crest', OVERSAMPLING);
const [EARLY, HALFWAY, LATE] = ROWS as [Float64Array, Float64Array, Float64Array];

const TAPS = HALFWAY.length;
const REACH = TAPS / 2;

/** Frames until the crest after a sample is known. */
export const CREST_DELAY_FRAMES = REACH;

/** The most that the two samples beside a gap add to a value in it, as a share of the higher one. */
const MOST_NEAR = Math.max(...ROWS.map((row) => row[REACH - 1]! + row[REACH]!));

/** The most that the other samples within reach add, as a share of the root of their energy (Cauchy-Schwarz). */
const MOST_FAR = Math.max(
  ...ROWS.map((row) => Math.hypot(...row.filter((_, tap) => tap < REACH - 1 || tap > REACH))),
);

/** A parabola through three neighbours rises at most this far over the middle one, which is the highest. */
const MOST_RISE = 1.25;

export interface WaveCrests {
  /**
   * Takes one channel of an interleaved stereo block. Raises `heights[i]` to the absolute height of the waveform from
   * sample `i - CREST_DELAY_FRAMES` up to the next, exactly where it is over `ceiling` and else at least to the
   * sample's; samples before the first are zero.
   */
  raise(heights: Float64Array, block: Float32Array, channel: 0 | 1): void;
}

export function createWaveCrests(ceiling: number): WaveCrests {
  /** What is certainly below this on the grid lets no crest pass the ceiling. */
  const mostUnseen = ceiling / MOST_RISE;
  // The last samples of the block before stand in front of each block.
  let line = new Float64Array(TAPS);
  /** The value a quarter before the sample in turn, or 0 when nothing there was worth a look. */
  let before = 0;

  /** The height between `line[at + REACH - 1]` and the next sample. */
  function heightAfter(at: number): number {
    const early = dot(EARLY, line, at);
    const halfway = dot(HALFWAY, line, at);
    const late = dot(LATE, line, at);
    const here = line[at + REACH - 1]!;
    const next = line[at + REACH]!;
    const height = Math.max(
      crest(before, here, early),
      crest(here, early, halfway),
      crest(early, halfway, late),
      crest(halfway, late, next),
    );
    before = late;
    return height;
  }

  return {
    raise(heights, block, channel) {
      const frames = block.length / CHANNELS;
      if (line.length < TAPS + frames) {
        const longer = new Float64Array(TAPS + frames);
        longer.set(line.subarray(0, TAPS));
        line = longer;
      }
      // Of the samples within reach of the gap in turn; summed afresh for each block, so that no rounding gathers.
      let energy = 0;
      for (let i = 0; i < TAPS; i++) energy += line[i]! ** 2;
      for (let frame = 0; frame < frames; frame++) {
        const sample = block[frame * CHANNELS + channel]!;
        line[TAPS + frame] = sample;
        energy += sample * sample - line[frame]! ** 2;
        // The gap after sample `frame - REACH` has all its neighbours now.
        const at = frame + 1;
        const here = Math.abs(line[at + REACH - 1]!);
        const room = mostUnseen - MOST_NEAR * Math.max(here, Math.abs(line[at + REACH]!));
        let height = here;
        if (room < 0 || room * room < MOST_FAR * MOST_FAR * energy) height = heightAfter(at);
        else before = 0;
        if (height > heights[frame]!) heights[frame] = height;
      }
      line.copyWithin(0, frames, frames + TAPS);
    },
  };
}

/** The height of the middle of three neighbours on the grid: where it is the highest, that of the parabola through them. */
function crest(left: number, middle: number, right: number): number {
  const sign = middle < 0 ? -1 : 1;
  const drop = sign * (middle - left);
  const fall = sign * (middle - right);
  if (drop < 0 || fall < 0 || drop + fall === 0) return sign * middle;
  return sign * middle + (drop - fall) ** 2 / (8 * (drop + fall));
}

/** Four sums at a time, because one would wait for each addition to end. */
function dot(row: Float64Array, signal: Float64Array, from: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let tap = 0; tap < TAPS; tap += 4) {
    a += row[tap]! * signal[from + tap]!;
    b += row[tap + 1]! * signal[from + tap + 1]!;
    c += row[tap + 2]! * signal[from + tap + 2]!;
    d += row[tap + 3]! * signal[from + tap + 3]!;
  }
  return a + b + (c + d);
}
