/**
 * What the loudspeaker got, and when: `ear` wrote the samples, and beside them at which moment of the machine's monotonic
 * clock the card had given how many. Pure.
 */
import { CHANNELS, framesToMs, SAMPLE_RATE_HZ } from '../../../device/audio/audio-format.ts';

export interface Recording {
  /** Left side, in [-1, 1]. */
  readonly samples: Float32Array;
  /** When this frame was played, ms on the machine's monotonic clock. */
  msOf(frame: number): number;
  /** The first frame played at `atMs` or later; may lie outside the recording. */
  frameAt(atMs: number): number;
}

/** -60 dBFS: in a quiet room, from a loudspeaker set for speech (about 70 dB SPL at full scale), 10 dB SPL is heard. */
export const AUDIBLE = 0.001;

const FULL_SCALE = 32_767;

/** Exact zeros for this long are no music: 1 ms. */
const HOLE_FRAMES = 44;

/**
 * Puts `ear`'s two files together. The card's clock and the machine's are the same, so one offset holds for all: the
 * middle one of all marks. Throws when the recording has a hole.
 */
export function parseRecording(sound: Buffer, marks: string): Recording {
  const lines = marks.trim().split('\n');
  const overruns = lines.filter((line) => line === 'overrun').length;
  if (overruns > 0)
    throw new Error(`the recording has ${overruns} holes: the machine was too busy to listen`);
  const offsets = lines.map((line) => {
    const [frames, atNs] = line.split(' ').map(Number) as [number, number];
    return atNs / 1e6 - framesToMs(frames);
  });
  const offsetMs = offsets.toSorted((a, b) => a - b)[offsets.length >> 1]!;
  const frames = Math.floor(sound.length / (2 * CHANNELS));
  const samples = Float32Array.from(
    { length: frames },
    (_, frame) => sound.readInt16LE(frame * 2 * CHANNELS) / FULL_SCALE,
  );
  return {
    samples,
    msOf: (frame) => offsetMs + framesToMs(frame),
    frameAt: (atMs) => Math.ceil(((atMs - offsetMs) * SAMPLE_RATE_HZ) / 1000),
  };
}

/** The first frame from `from` on that can be heard; undefined when none does before `to`. */
export function firstAudible(samples: Float32Array, from: number, to = samples.length): number | undefined {
  for (let frame = Math.max(0, from); frame < Math.min(to, samples.length); frame += 1) {
    if (Math.abs(samples[frame]!) >= AUDIBLE) return frame;
  }
  return undefined;
}

/** A run of frames, the end not included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Runs of exact silence of at least `shortest` frames between `from` and `to`, in order. */
export function silences(
  samples: Float32Array,
  shortest: number,
  from = 0,
  to = samples.length,
): readonly Stretch[] {
  const found: Stretch[] = [];
  let begin = from;
  for (let frame = from; frame <= to; frame += 1) {
    if (frame < to && samples[frame] === 0) continue;
    if (frame - begin >= shortest) found.push({ from: begin, to: frame });
    begin = frame + 1;
  }
  return found;
}

/** The longest piece of a stretch that no hole interrupts. */
export function longestUnbroken(samples: Float32Array, { from, to }: Stretch): Stretch {
  const holes = silences(samples, HOLE_FRAMES, from, to);
  const ends = [...holes.map((hole) => hole.from), to];
  const pieces = [from, ...holes.map((hole) => hole.to)].map((begin, i) => ({ from: begin, to: ends[i]! }));
  return pieces.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
}

/** Times (ms) at which the kernel's tracer saw an interrupt of this line: it is told before any program. */
export function interruptTimes(trace: string, irq: number): readonly number[] {
  return [...trace.matchAll(/ (\d+\.\d+): irq_handler_entry: irq=(\d+)/g)]
    .filter(([, , seen]) => Number(seen) === irq)
    .map(([, seconds]) => Number(seconds) * 1000);
}
