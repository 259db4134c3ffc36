/**
 * The room: an eight-line feedback delay network (Jot and Chaigne, AES 90, 1991) with a Hadamard mixing matrix,
 * damped in the treble, fed through two diffusing all-passes. Mono in, two uncorrelated sides out.
 */
import { SAMPLE_RATE_HZ } from './instruments/voice.ts';

/** Line lengths in samples, mutually prime, 25 to 57 ms: a room, not a cathedral. */
const LINE_LENGTHS = [1123, 1291, 1447, 1597, 1801, 2029, 2267, 2503];
const DIFFUSER_LENGTHS = [347, 557];
const DIFFUSION = 0.62;
/** Time before the room answers, seconds. */
const PRE_DELAY_S = 0.018;
/** Treble damping in each line: share of the older sample. */
const DAMPING = 0.38;
const LINE_SIZE = 4096;
const MASK = LINE_SIZE - 1;

/** Adds the room's answer to `send`, T60 `decayS`, into both sides at `gain`. */
export function addRoom(
  send: Float32Array,
  left: Float32Array,
  right: Float32Array,
  room: { readonly decayS: number; readonly gain: number },
): void {
  const lines = new Float32Array(8 * LINE_SIZE);
  const feedback = LINE_LENGTHS.map((length) => 10 ** ((-3 * length) / (room.decayS * SAMPLE_RATE_HZ)));
  const [g0, g1, g2, g3, g4, g5, g6, g7] = feedback as readonly number[] as Eight;
  const [n0, n1, n2, n3, n4, n5, n6, n7] = LINE_LENGTHS as readonly number[] as Eight;
  const diffused = diffuse(diffuse(send, DIFFUSER_LENGTHS[0]!), DIFFUSER_LENGTHS[1]!);
  const preDelay = Math.round(PRE_DELAY_S * SAMPLE_RATE_HZ);
  // 1/sqrt(8) keeps the Hadamard matrix lossless; what is lost is only `feedback` and the damping.
  const mix = 1 / Math.sqrt(8);
  const bright = 1 - DAMPING;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (let at = preDelay; at < send.length; at++) {
    const input = diffused[at - preDelay]!;
    s0 = bright * lines[(at - n0) & MASK]! + DAMPING * s0;
    s1 = bright * lines[LINE_SIZE + ((at - n1) & MASK)]! + DAMPING * s1;
    s2 = bright * lines[2 * LINE_SIZE + ((at - n2) & MASK)]! + DAMPING * s2;
    s3 = bright * lines[3 * LINE_SIZE + ((at - n3) & MASK)]! + DAMPING * s3;
    s4 = bright * lines[4 * LINE_SIZE + ((at - n4) & MASK)]! + DAMPING * s4;
    s5 = bright * lines[5 * LINE_SIZE + ((at - n5) & MASK)]! + DAMPING * s5;
    s6 = bright * lines[6 * LINE_SIZE + ((at - n6) & MASK)]! + DAMPING * s6;
    s7 = bright * lines[7 * LINE_SIZE + ((at - n7) & MASK)]! + DAMPING * s7;
    left[at]! += room.gain * (s0 - s2 + s4 - s6);
    right[at]! += room.gain * (s1 - s3 + s5 - s7);
    const a0 = s0 + s1;
    const a1 = s0 - s1;
    const a2 = s2 + s3;
    const a3 = s2 - s3;
    const a4 = s4 + s5;
    const a5 = s4 - s5;
    const a6 = s6 + s7;
    const a7 = s6 - s7;
    const b0 = a0 + a2;
    const b1 = a1 + a3;
    const b2 = a0 - a2;
    const b3 = a1 - a3;
    const b4 = a4 + a6;
    const b5 = a5 + a7;
    const b6 = a4 - a6;
    const b7 = a5 - a7;
    const now = at & MASK;
    lines[now] = input + g0 * mix * (b0 + b4);
    lines[LINE_SIZE + now] = input + g1 * mix * (b1 + b5);
    lines[2 * LINE_SIZE + now] = input + g2 * mix * (b2 + b6);
    lines[3 * LINE_SIZE + now] = input + g3 * mix * (b3 + b7);
    lines[4 * LINE_SIZE + now] = input + g4 * mix * (b0 - b4);
    lines[5 * LINE_SIZE + now] = input + g5 * mix * (b1 - b5);
    lines[6 * LINE_SIZE + now] = input + g6 * mix * (b2 - b6);
    lines[7 * LINE_SIZE + now] = input + g7 * mix * (b3 - b7);
  }
}

type Eight = readonly [number, number, number, number, number, number, number, number];

/** Schroeder's all-pass: smears each onset without colouring it. */
function diffuse(input: Float32Array, length: number): Float32Array {
  const output = new Float32Array(input.length);
  const line = new Float32Array(length);
  let at = 0;
  for (let index = 0; index < input.length; index++) {
    const delayed = line[at]!;
    const fresh = input[index]! + DIFFUSION * delayed;
    output[index] = delayed - DIFFUSION * fresh;
    line[at] = fresh;
    if (++at === length) at = 0;
  }
  return output;
}
