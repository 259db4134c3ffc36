/**
 * Instruments that hold a tone: winds, bowed strings, pads. One to three detuned wavetable oscillators under an
 * envelope, with vibrato that comes in late and, for winds, breath. Controls move every 64 samples, in ramps.
 */

import { SAMPLE_RATE_HZ, spanOf, type Voice, velocityToAmplitude } from './voice.ts';
import { createTables, type Spectrum, TABLE_SIZE } from './wavetable.ts';

export interface SustainedTone {
  readonly spectrum: Spectrum;
  /** Detuning of each oscillator, cents; one entry an oscillator. */
  readonly detuneCents: readonly number[];
  /** Seconds to full strength, and 60 dB decay once let go. */
  readonly attackS: number;
  readonly releaseS: number;
  /** Level towards which a held note sinks, and how quickly (seconds to come 63 % of the way). */
  readonly sustain: { readonly level: number; readonly sinkS: number };
  readonly vibrato: { readonly cents: number; readonly rateHz: number; readonly delayS: number };
  /** Share of breath noise in the tone. */
  readonly breath: number;
}

/** Samples between two control values. */
const BLOCK = 64;
const OCTAVE_CENTS = 1200;

export function createSustained(tone: SustainedTone): Voice {
  const tables = createTables(tone.spectrum);
  return (out, note, random) => {
    const { first, count } = spanOf(out, note, note.durationS + tone.releaseS);
    const table = tables(note.frequencyHz);
    const gain = velocityToAmplitude(note.velocity) / Math.sqrt(tone.detuneCents.length);
    const baseStep = (note.frequencyHz / SAMPLE_RATE_HZ) * TABLE_SIZE;
    const phases = tone.detuneCents.map((_, index) => (index === 0 ? 0 : random() * TABLE_SIZE));
    const vibratoHz = tone.vibrato.rateHz * (0.95 + 0.1 * random());
    const breath = createBreath(note.frequencyHz, random);
    let level = 0;
    for (let start = 0; start < count; start += BLOCK) {
      const length = Math.min(BLOCK, count - start);
      const endS = (start + length) / SAMPLE_RATE_HZ;
      const target = start + length >= count ? 0 : gain * envelopeAt(tone, note.durationS, endS);
      const slope = (target - level) / length;
      const wobble = vibratoAt(tone, vibratoHz, start / SAMPLE_RATE_HZ);
      for (let voice = 0; voice < phases.length; voice++) {
        const step = baseStep * 2 ** ((tone.detuneCents[voice]! + wobble) / OCTAVE_CENTS);
        phases[voice] = addOscillator(out, first + start, length, table, phases[voice]!, step, level, slope);
      }
      if (tone.breath > 0) breath(out, first + start, length, level * tone.breath, slope * tone.breath);
      level = target;
    }
  };
}

/** Adds `length` samples of the table under a linear ramp; returns the phase after them. */
function addOscillator(
  out: Float32Array,
  from: number,
  length: number,
  table: Float32Array,
  startPhase: number,
  step: number,
  startLevel: number,
  slope: number,
): number {
  let phase = startPhase;
  let level = startLevel;
  for (let at = from; at < from + length; at++) {
    const whole = phase | 0;
    const low = table[whole]!;
    out[at]! += level * (low + (phase - whole) * (table[whole + 1]! - low));
    level += slope;
    phase += step;
    if (phase >= TABLE_SIZE) phase -= TABLE_SIZE;
  }
  return phase;
}

/** 0 to 1: a smooth rise, a slow sink, an exponential end that truly reaches 0. */
function envelopeAt(tone: SustainedTone, durationS: number, atS: number): number {
  const { level, sinkS } = tone.sustain;
  const heldS = Math.min(atS, durationS);
  const rise = heldS >= tone.attackS ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * heldS) / tone.attackS);
  const sink = level + (1 - level) * Math.exp(-Math.max(0, heldS - tone.attackS) / sinkS);
  if (atS <= durationS) return rise * sink;
  const left = Math.max(0, 1 - (atS - durationS) / tone.releaseS);
  return rise * sink * left * left * left;
}

function vibratoAt(tone: SustainedTone, rateHz: number, atS: number): number {
  const { cents, delayS } = tone.vibrato;
  if (cents === 0) return 0;
  const depth = Math.min(1, Math.max(0, (atS - delayS) / 0.5));
  return cents * depth * Math.sin(2 * Math.PI * rateHz * atS);
}

/** Noise coloured around the note (a two-pole resonance an octave up), unit RMS or so. */
function createBreath(frequencyHz: number, random: () => number) {
  const centreHz = Math.min(5000, 2 * frequencyHz);
  const radius = Math.exp((-Math.PI * centreHz * 0.9) / SAMPLE_RATE_HZ);
  const feedback = 2 * radius * Math.cos((2 * Math.PI * centreHz) / SAMPLE_RATE_HZ);
  const gain = 1.2 * Math.sqrt(1 - radius * radius);
  let before = 0;
  let now = 0;
  return (out: Float32Array, from: number, length: number, startLevel: number, slope: number) => {
    let level = startLevel;
    for (let at = from; at < from + length; at++) {
      const next = gain * (random() - 0.5) + feedback * now - radius * radius * before;
      before = now;
      now = next;
      out[at]! += level * next;
      level += slope;
    }
  };
}
