/**
 * What every instrument is: something that adds one note to a mono buffer. Shared pieces of sound making: the sample
 * rate, how velocity becomes amplitude, and how a note ends without a click.
 */
import type { PlayedNote } from '../performance.ts';
import type { Random } from '../random.ts';

/** Of everything rendered here, Hz. */
export const SAMPLE_RATE_HZ = 44_100;

/** Adds `note` to `out`, which starts at second 0 of the piece; what falls beyond its end is left out. */
export type Voice = (out: Float32Array, note: PlayedNote, random: Random) => void;

/** Below this share of a note's peak (-66 dB) it is over. */
export const INAUDIBLE = 5e-4;

/** Amplitude of a velocity: 1 at 1, -10 dB at 0.5, so that dynamics are heard but never vanish. */
export function velocityToAmplitude(velocity: number): number {
  return velocity ** 1.6;
}

/** Factor a sample for an exponential decay of 60 dB in `t60S`. */
export function decayPerSample(t60S: number): number {
  return Math.exp(-6.907755 / (t60S * SAMPLE_RATE_HZ));
}

/** First sample of a note and the samples it may sound, cut at the end of the buffer. */
export function spanOf(
  out: Float32Array,
  note: PlayedNote,
  lengthS: number,
): { first: number; count: number } {
  const first = Math.round(note.startS * SAMPLE_RATE_HZ);
  return { first, count: Math.max(0, Math.min(out.length - first, Math.ceil(lengthS * SAMPLE_RATE_HZ))) };
}
