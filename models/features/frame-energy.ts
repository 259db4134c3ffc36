/** Root mean square of each frame of the signal itself (librosa's `rms`: centred frames, zeros beyond the ends). */
import { FRAME_LENGTH, frameCountOf, HOP_SIZE } from './frame-shape.ts';

/** Hops in a frame, and before its centre. */
const HOPS = FRAME_LENGTH / HOP_SIZE;
const HOPS_BEFORE = HOPS / 2;

export function frameRms(signal: Float32Array): Float64Array {
  // Frames begin at hops, so each is four whole hops: every sample is squared once.
  const hopEnergy = new Float64Array(Math.ceil(signal.length / HOP_SIZE));
  for (let hop = 0; hop < hopEnergy.length; hop++) {
    const end = Math.min(signal.length, (hop + 1) * HOP_SIZE);
    let energy = 0;
    for (let i = hop * HOP_SIZE; i < end; i++) energy += signal[i]! * signal[i]!;
    hopEnergy[hop] = energy;
  }
  const rms = new Float64Array(frameCountOf(signal.length));
  for (let frame = 0; frame < rms.length; frame++) {
    let energy = 0;
    for (let hop = frame - HOPS_BEFORE; hop < frame + HOPS - HOPS_BEFORE; hop++)
      energy += hopEnergy[hop] ?? 0;
    rms[frame] = Math.sqrt(energy / FRAME_LENGTH);
  }
  return rms;
}
