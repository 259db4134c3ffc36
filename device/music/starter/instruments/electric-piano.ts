/**
 * A tine piano by frequency modulation (Chowning, JAES 21:7, 1973): a carrier and a modulator at the same pitch whose
 * depth falls as the note rings, and a short high tine at the attack. Mellow when soft, round when loud.
 */

import {
  decayPerSample,
  INAUDIBLE,
  SAMPLE_RATE_HZ,
  spanOf,
  type Voice,
  velocityToAmplitude,
} from './voice.ts';
import { SINE, TABLE_SIZE } from './wavetable.ts';

/** 60 dB decay at A3, of the tone, of the modulation and once let go; onset ramp; seconds. */
const RING_S = 4.5;
const MELLOWING_S = 1.6;
const RELEASE_S = 0.28;
const ATTACK_S = 0.003;
/** Modulation in radians at full velocity. */
const DEPTH = 1.5;
/** The tine: ratio to the note, share of the tone, decay, highest frequency it is heard at. */
const TINE = { ratio: 7, gain: 0.05, ringS: 0.35, highestHz: 5500 };

const MASK = TABLE_SIZE - 1;

export const electricPiano: Voice = (out, note) => {
  const ringS = RING_S * Math.sqrt(220 / note.frequencyHz);
  const { first, count } = spanOf(out, note, Math.min(note.durationS + RELEASE_S, ringS));
  const step = (note.frequencyHz / SAMPLE_RATE_HZ) * TABLE_SIZE;
  const amplitude = velocityToAmplitude(note.velocity);
  const attack = Math.round(ATTACK_S * SAMPLE_RATE_HZ);
  const held = Math.round(note.durationS * SAMPLE_RATE_HZ);
  const fading = decayPerSample(ringS);
  const mellowing = decayPerSample(MELLOWING_S);
  const letGo = decayPerSample(RELEASE_S);
  // Higher notes take less modulation, or they turn to glass.
  const register = Math.min(1.2, Math.sqrt(330 / note.frequencyHz));
  let depth = (DEPTH * note.velocity * register * TABLE_SIZE) / (2 * Math.PI);
  const restingDepth = depth * 0.12;
  let gain = amplitude;
  let phase = 0;
  for (let index = 0; index < count; index++) {
    const modulator = SINE[phase & MASK]!;
    const bent = phase + (depth + restingDepth) * modulator + 2 * TABLE_SIZE;
    const whole = bent | 0;
    const low = SINE[whole & MASK]!;
    const sample = low + (bent - whole) * (SINE[(whole & MASK) + 1]! - low);
    out[first + index]! += index < attack ? (sample * gain * index) / attack : sample * gain;
    phase += step;
    if (phase >= TABLE_SIZE) phase -= TABLE_SIZE;
    depth *= mellowing;
    gain *= index > held ? letGo : fading;
    if (gain < INAUDIBLE * amplitude) break;
  }
  addTine(out, first, Math.min(count, held), note.frequencyHz, amplitude * note.velocity);
};

function addTine(out: Float32Array, first: number, count: number, noteHz: number, amplitude: number): void {
  const frequencyHz = noteHz * TINE.ratio;
  if (frequencyHz > TINE.highestHz) return;
  const angle = (2 * Math.PI * frequencyHz) / SAMPLE_RATE_HZ;
  const radius = decayPerSample(TINE.ringS);
  const feedback = 2 * radius * Math.cos(angle);
  const attack = Math.round(ATTACK_S * SAMPLE_RATE_HZ);
  const length = Math.min(count, Math.round(TINE.ringS * SAMPLE_RATE_HZ));
  let before = -Math.sin(angle) * amplitude * TINE.gain;
  let now = 0;
  for (let index = 0; index < length; index++) {
    const next = feedback * now - radius * radius * before;
    before = now;
    now = next;
    const edge = Math.min(1, index / attack, (length - index) / attack);
    out[first + index]! += before * edge;
  }
}
