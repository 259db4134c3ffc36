/** Zero-crossing rate of each frame, on the signal itself: sign changes within 2,048 samples, over 2,048. */
import { FRAME_LENGTH, frameCountOf, HOP_SIZE } from './frame-shape.ts';

/** A sample nearer to zero than this counts as zero, which is positive (librosa's `threshold`). */
const ZERO = 1e-10;

/** One rate for each centred frame; beyond the ends the signal stays at its end values, so nothing crosses there. */
export function zeroCrossingRates(signal: Float32Array): Float64Array {
  const rates = new Float64Array(frameCountOf(signal.length));
  // A crossing lies between samples i - 1 and i; the frame has it when it has both.
  let entering = 1;
  let leaving = 1;
  let crossings = 0;
  for (let frame = 0; frame < rates.length; frame++) {
    const start = frame * HOP_SIZE - FRAME_LENGTH / 2;
    const end = Math.min(signal.length, start + FRAME_LENGTH);
    for (; entering < end; entering++) crossings += crossesAt(signal, entering);
    for (; leaving <= start; leaving++) crossings -= crossesAt(signal, leaving);
    rates[frame] = crossings / FRAME_LENGTH;
  }
  return rates;
}

function crossesAt(signal: Float32Array, i: number): 0 | 1 {
  return signal[i]! < -ZERO !== signal[i - 1]! < -ZERO ? 1 : 0;
}
