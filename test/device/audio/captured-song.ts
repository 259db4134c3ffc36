/** A song made so that every moment of it is recognisable, and ways to find it again in what was captured. */
import { readFileSync, writeFileSync } from 'node:fs';
import { CHANNELS, SAMPLE_RATE_HZ } from '../../../device/audio/audio-format.ts';
import { wavHeader } from '../../../device/audio/sinks/wav.ts';

const HEADER_BYTES = 44;

/** Below this frequency lies all of the song. */
const HIGHEST_HZ = 400;

/** Left side of noise below `HIGHEST_HZ` at about -12 dBFS, never the same twice; the right side is inverted. */
export function writeNoiseSong(path: string, seconds: number, seed = 1): Float32Array {
  const frames = Math.round(seconds * SAMPLE_RATE_HZ);
  const left = new Float32Array(frames);
  const smoothing = 1 - Math.exp((-2 * Math.PI * HIGHEST_HZ) / SAMPLE_RATE_HZ);
  let state = seed;
  let once = 0;
  let twice = 0;
  for (let frame = 0; frame < frames; frame++) {
    // xorshift32, Marsaglia 2003.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    once += smoothing * (state / 2 ** 31 - once);
    twice += smoothing * (once - twice);
    left[frame] = Math.max(-0.8, Math.min(0.8, twice * 2));
  }
  const pcm = new Int16Array(frames * CHANNELS);
  for (let frame = 0; frame < frames; frame++) {
    pcm[frame * CHANNELS] = Math.round(left[frame]! * 32_767);
    pcm[frame * CHANNELS + 1] = -pcm[frame * CHANNELS]!;
  }
  writeFileSync(path, Buffer.concat([wavHeader(pcm.byteLength), Buffer.from(pcm.buffer)]));
  return left;
}

/** Left side of a capture, as far as it is written. */
export function readCapture(path: string): Float32Array {
  const file = readFileSync(path);
  const frames = Math.max(0, Math.floor((file.length - HEADER_BYTES) / (2 * CHANNELS)));
  return Float32Array.from(
    { length: frames },
    (_, i) => file.readInt16LE(HEADER_BYTES + i * 2 * CHANNELS) / 32_767,
  );
}

/** Pearson correlation of `capture[at...]` with `song[from...]` over `length` frames, looking at each `step`-th. */
export function correlation(
  [capture, at]: readonly [Float32Array, number],
  [song, from]: readonly [Float32Array, number],
  length: number,
  step = 1,
): number {
  let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < length; i += step) {
    const a = capture[at + i]!;
    const b = song[from + i]!;
    n += 1;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
}

/** Frames of the moving average that leaves only what lies below about 400 Hz: any song has some of it. */
const SMOOTHING_FRAMES = 48;

/** Where in the song the `length` captured frames at `at` are from: the best of all places. */
export function placeInSong(capture: Float32Array, at: number, song: Float32Array, length = 8192): number {
  const lowCapture = smoothed(capture.subarray(at, at + length));
  const lowSong = smoothed(song);
  const last = song.length - length;
  const coarse = bestOf(0, last, 16, (from) => correlation([lowCapture, 0], [lowSong, from], length, 32));
  const near = [Math.max(0, coarse - 32), Math.min(last, coarse + 32)] as const;
  return bestOf(...near, 1, (from) => correlation([capture, at], [song, from], length));
}

function bestOf(first: number, last: number, step: number, score: (at: number) => number): number {
  let best = first;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let at = first; at <= last; at += step) {
    const here = score(at);
    if (here <= bestScore) continue;
    best = at;
    bestScore = here;
  }
  return best;
}

/** Two moving averages over `SMOOTHING_FRAMES`, centred. */
function smoothed(samples: Float32Array): Float32Array {
  const once = movingAverage(samples);
  return movingAverage(once.reverse()).reverse();
}

function movingAverage(samples: Float32Array): Float32Array {
  let sum = 0;
  return samples.map((sample, i) => {
    sum += sample - (i >= SMOOTHING_FRAMES ? samples[i - SMOOTHING_FRAMES]! : 0);
    return sum / SMOOTHING_FRAMES;
  });
}

/** Longest run of exact zeros between `begin` and `end`. */
export function longestSilence(
  capture: Float32Array,
  begin: number,
  end: number,
): { from: number; to: number } {
  let longest = { from: begin, to: begin };
  let from = begin;
  for (let i = begin; i <= end; i++) {
    if (i < end && capture[i] === 0) continue;
    if (i - from > longest.to - longest.from) longest = { from, to: i };
    from = i + 1;
  }
  return longest;
}
