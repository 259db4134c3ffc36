/**
 * Struck bars, tines and bells by modal synthesis: a few partials, each a decaying sine made by a two-multiply
 * recursion. Partials too high or too short to hear are left out.
 */
import {
  decayPerSample,
  INAUDIBLE,
  SAMPLE_RATE_HZ,
  spanOf,
  type Voice,
  velocityToAmplitude,
} from './voice.ts';

/** A partial of the bar. */
export interface BarMode {
  /** Frequency over the fundamental's. */
  readonly ratio: number;
  readonly gain: number;
  /** 60 dB decay at A4 (440 Hz), seconds. */
  readonly ringS: number;
}

export interface StruckBar {
  readonly modes: readonly BarMode[];
  /** Softness of the mallet: onset ramp, seconds. */
  readonly attackS: number;
  /** 60 dB decay once the note is over, seconds; bars without dampers take a long one. */
  readonly releaseS: number;
  /** Depth (0-1) and rate (Hz) of the resonator's fan, as on a vibraphone. */
  readonly tremolo?: { readonly depth: number; readonly rateHz: number };
}

/** Partials above this are left out, Hz. */
const HIGHEST_MODE_HZ = 9000;

export function createStruckBar(bar: StruckBar): Voice {
  return (out, note, random) => {
    const amplitude = velocityToAmplitude(note.velocity);
    for (const [index, mode] of bar.modes.entries()) {
      const frequencyHz = note.frequencyHz * mode.ratio;
      if (frequencyHz > HIGHEST_MODE_HZ) continue;
      // A soft blow leaves the upper partials asleep.
      const gain =
        amplitude * mode.gain * (index === 0 ? 1 : (0.4 + 0.6 * note.velocity) * (0.9 + 0.2 * random()));
      ring(out, note, bar, frequencyHz, mode.ringS * Math.sqrt(440 / note.frequencyHz), gain);
    }
  };
}

function ring(
  out: Float32Array,
  note: Parameters<Voice>[1],
  bar: StruckBar,
  frequencyHz: number,
  ringS: number,
  gain: number,
): void {
  const { first, count } = spanOf(out, note, Math.min(ringS, note.durationS + bar.releaseS));
  const radius = decayPerSample(ringS);
  const angle = (2 * Math.PI * frequencyHz) / SAMPLE_RATE_HZ;
  const feedback = 2 * radius * Math.cos(angle);
  const loss = radius * radius;
  const attack = Math.max(1, Math.round(bar.attackS * SAMPLE_RATE_HZ));
  const held = Math.round(note.durationS * SAMPLE_RATE_HZ);
  const letGo = decayPerSample(bar.releaseS);
  const fanStep = bar.tremolo ? (2 * Math.PI * bar.tremolo.rateHz) / SAMPLE_RATE_HZ : 0;
  let before = (-Math.sin(angle) * gain) / radius;
  let now = 0;
  let damper = 1;
  for (let index = 0; index < count; index++) {
    const next = feedback * now - loss * before;
    before = now;
    now = next;
    if (index > held) {
      damper *= letGo;
      if (damper < INAUDIBLE) break;
    }
    let sample = before * damper;
    if (index < attack) sample *= index / attack;
    if (bar.tremolo) sample *= 1 - bar.tremolo.depth * (0.5 - 0.5 * Math.cos(fanStep * index));
    out[first + index]! += sample;
  }
}
