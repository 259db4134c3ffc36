/**
 * Plucked strings: Karplus and Strong's loop (Computer Music Journal 7:2, 1983) with Jaffe and Smith's tuning
 * all-pass, filled not with noise but with the shape of a string pulled aside, so that every note of a guitar
 * sounds like the same guitar.
 */

import {
  decayPerSample,
  INAUDIBLE,
  SAMPLE_RATE_HZ,
  spanOf,
  type Voice,
  velocityToAmplitude,
} from './voice.ts';
import { createTables, lowPassGain, TABLE_SIZE } from './wavetable.ts';

export interface PluckedString {
  /** Where the finger pulls, share of the string's length from the bridge. */
  readonly pluckAt: number;
  /** Softness of the finger: partials fall from here, Hz. */
  readonly brightnessHz: number;
  /** 60 dB decay of the fundamental at A3 (220 Hz), seconds; higher strings ring shorter. */
  readonly ringS: number;
  /** Weight of the older sample in the loop, 0 to 0.5: how fast the upper partials die. */
  readonly damping: number;
  /** 60 dB decay once the note is let go, seconds. */
  readonly releaseS: number;
  /** Onset ramp, seconds. */
  readonly attackS: number;
}

/** Longest loop: C0. */
const line = new Float64Array(4096);

/** A string instrument; one loop a note, some 7 ns a sample. */
export function createPluckedString(string: PluckedString): Voice {
  const tables = createTables(
    (harmonic, frequencyHz) =>
      (Math.sin(Math.PI * harmonic * string.pluckAt) / harmonic) *
      lowPassGain(harmonic * frequencyHz, string.brightnessHz),
  );
  return (out, note, random) => {
    const ringS = string.ringS * Math.sqrt(220 / note.frequencyHz);
    const { first, count } = spanOf(out, note, Math.min(note.durationS + string.releaseS, ringS));
    const period = SAMPLE_RATE_HZ / note.frequencyHz;
    const length = Math.floor(period - string.damping - 0.3);
    const excess = period - string.damping - length;
    const allPass = (1 - excess) / (1 + excess);
    pull(tables(note.frequencyHz), length, period, 0.03 * random());
    const amplitude = velocityToAmplitude(note.velocity);
    const loss = 10 ** (-3 / (note.frequencyHz * ringS));
    const fresh = loss * (1 - string.damping);
    const old = loss * string.damping;
    const attack = Math.round(string.attackS * SAMPLE_RATE_HZ);
    const held = Math.round(note.durationS * SAMPLE_RATE_HZ);
    const letGo = decayPerSample(string.releaseS);
    let gain = amplitude;
    let at = 0;
    let last = 0;
    let allPassIn = 0;
    let allPassOut = 0;
    for (let index = 0; index < count; index++) {
      const now = line[at]!;
      const filtered = fresh * now + old * last;
      last = now;
      allPassOut = allPass * (filtered - allPassOut) + allPassIn;
      allPassIn = filtered;
      line[at] = allPassOut;
      if (++at === length) at = 0;
      if (index > held) {
        gain *= letGo;
        if (gain < amplitude * INAUDIBLE) break;
      }
      out[first + index]! += index < attack ? (now * gain * index) / attack : now * gain;
    }
  };
}

/** Fills the loop with one period of the pulled string, a few hundredths uneven as no two plucks are the same. */
function pull(table: Float32Array, length: number, period: number, unevenness: number): void {
  for (let index = 0; index < length; index++) {
    const position = (index / period) * TABLE_SIZE;
    const whole = Math.floor(position);
    const part = position - whole;
    const shape = table[whole]! + part * (table[whole + 1]! - table[whole]!);
    line[index] = shape * (1 - unevenness * Math.cos((7 * Math.PI * index) / length));
  }
}
