/** Widens a mono part into a pair: two slowly wandering short delays, one a side, beside the part itself. */
import { SAMPLE_RATE_HZ } from './instruments/voice.ts';

/** Middle of the wandering delay, its depth (seconds) and rate (Hz): wide, without sea-sickness. */
const DELAY_S = 0.014;
const DEPTH_S = 0.0022;
const RATE_HZ = 0.43;
const WET = 0.6;
/** The wander is a straight line over this many samples. */
const BLOCK = 128;

/** Adds `mono` to both sides, widened, at `gain`. */
export function addWidened(mono: Float32Array, left: Float32Array, right: Float32Array, gain: number): void {
  addSide(mono, left, gain, 0);
  addSide(mono, right, gain, Math.PI * 0.6);
}

function addSide(mono: Float32Array, side: Float32Array, gain: number, phase: number): void {
  const dry = gain * (1 - 0.4 * WET);
  const wet = gain * WET;
  const delayAt = (at: number) =>
    (DELAY_S + DEPTH_S * Math.sin(phase + (2 * Math.PI * RATE_HZ * at) / SAMPLE_RATE_HZ)) * SAMPLE_RATE_HZ;
  const reach = Math.ceil((DELAY_S + DEPTH_S) * SAMPLE_RATE_HZ) + 2;
  let delay = delayAt(0);
  for (let start = 0; start < mono.length; start += BLOCK) {
    const end = Math.min(mono.length, start + BLOCK);
    const slope = (delayAt(start + BLOCK) - delay) / BLOCK;
    for (let at = start; at < end; at++) {
      let delayed = 0;
      if (at >= reach) {
        const position = at - delay;
        const whole = position | 0;
        const low = mono[whole]!;
        delayed = low + (position - whole) * (mono[whole + 1]! - low);
      }
      side[at]! += dry * mono[at]! + wet * delayed;
      delay += slope;
    }
  }
}
