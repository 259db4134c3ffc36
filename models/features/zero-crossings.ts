/** Zero-crossing rate of each frame, on the signal itself: sign changes within 2,048 samples, over 2,048. */
import { FRAME_LENGTH, frameCountOf, HOP_SIZE } from './frame-shape.ts';

/** A sample nearer to zero than this counts as zero, which is positive (librosa's `threshold`). */
const ZERO = 1e-10;
/** Hops in a frame, and before its centre. */
const HOPS = FRAME_LENGTH / HOP_SIZE;
const HOPS_BEFORE = HOPS / 2;

/** One rate for each centred frame; beyond the ends the signal stays at its end values, so nothing crosses there. */
export function zeroCrossingRates(signal: Float32Array): Float64Array {
  // A crossing lies between samples i - 1 and i and is counted at i; frames begin at hops, so each is four of these.
  const hopCrossings = new Int32Array(Math.ceil(signal.length / HOP_SIZE));
  let wasNegative = signal.length > 0 && signal[0]! < -ZERO ? 1 : 0;
  for (let hop = 0; hop < hopCrossings.length; hop++) {
    const end = Math.min(signal.length, (hop + 1) * HOP_SIZE);
    let crossings = 0;
    for (let i = hop * HOP_SIZE; i < end; i++) {
      const isNegative = signal[i]! < -ZERO ? 1 : 0;
      crossings += isNegative ^ wasNegative;
      wasNegative = isNegative;
    }
    hopCrossings[hop] = crossings;
  }
  const rates = new Float64Array(frameCountOf(signal.length));
  for (let frame = 0; frame < rates.length; frame++) {
    const firstHop = frame - HOPS_BEFORE;
    let crossings = 0;
    for (let hop = firstHop; hop < firstHop + HOPS; hop++) crossings += hopCrossings[hop] ?? 0;
    // The frame has a crossing when it has the samples on both sides: not one into its first sample.
    const first = firstHop * HOP_SIZE;
    if (first > 0 && first < signal.length) crossings -= crossesAt(signal, first);
    rates[frame] = crossings / FRAME_LENGTH;
  }
  return rates;
}

function crossesAt(signal: Float32Array, i: number): 0 | 1 {
  return signal[i]! < -ZERO !== signal[i - 1]! < -ZERO ? 1 : 0;
}
