/**
 * The last step: no direct current, every song at the same loudness, peaks held gently, and an end that dies away to
 * true silence. Never compresses for loudness: quiet passages stay quiet.
 */
import { createLoudnessMeter } from '../../../models/features/loudness.ts';
import { SAMPLE_RATE_HZ } from './instruments/voice.ts';
import type { StereoSound } from './mixdown.ts';
import { truePeak } from './true-peak.ts';

/** Where every starter song lies; the player corrects from there. */
export const TARGET_LUFS = -18;
/** Ceiling of the limiter, linear: -2.5 dBFS, so that true peaks after Vorbis stay under -1.5. */
const CEILING = 10 ** (-2.5 / 20);
/** Direct current and rumble below this are taken away, Hz. */
const LOW_CUT_HZ = 28;
/** The limiter looks this far ahead and lets go this slowly, seconds. */
const LOOK_AHEAD_S = 0.004;
const LET_GO_S = 0.25;
/** The tail is over where it stays below this share of full scale (-72 dBFS). */
const SILENCE = 2.5e-4;
const FADE_S = 0.6;

/** Levels and trims in place of a copy: `left` and `right` are consumed. */
export function master(left: Float32Array, right: Float32Array): StereoSound {
  cutLow(left);
  cutLow(right);
  scaleBoth(left, right, gainTo(left, right));
  if (Math.max(truePeak(left), truePeak(right)) > CEILING) {
    limit(left, right);
    scaleBoth(
      left,
      right,
      Math.min(gainTo(left, right), CEILING / Math.max(truePeak(left), truePeak(right))),
    );
  }
  return fadeToSilence(left, right);
}

function gainTo(left: Float32Array, right: Float32Array): number {
  const meter = createLoudnessMeter(SAMPLE_RATE_HZ, [1, 1]);
  meter.write([left, right], left.length);
  return 10 ** ((TARGET_LUFS - meter.integratedLufs()) / 20);
}

function cutLow(side: Float32Array): void {
  const keep = Math.exp((-2 * Math.PI * LOW_CUT_HZ) / SAMPLE_RATE_HZ);
  let before = 0;
  let out = 0;
  for (let at = 0; at < side.length; at++) {
    const now = side[at]!;
    out = keep * (out + now - before);
    before = now;
    side[at] = out;
  }
}

function scaleBoth(left: Float32Array, right: Float32Array, gain: number): void {
  for (let at = 0; at < left.length; at++) {
    left[at]! *= gain;
    right[at]! *= gain;
  }
}

/** A look-ahead limiter, both sides together: the gain is down before the peak comes, and recovers slowly. */
function limit(left: Float32Array, right: Float32Array): void {
  const ahead = Math.round(LOOK_AHEAD_S * SAMPLE_RATE_HZ);
  const recovery = 1 - Math.exp(-1 / (LET_GO_S * SAMPLE_RATE_HZ));
  const wanted = new Float32Array(left.length).fill(1);
  for (let at = 0; at < left.length; at++) {
    const level = Math.max(Math.abs(left[at]!), Math.abs(right[at]!)) * 1.02;
    if (level > CEILING) {
      for (let back = Math.max(0, at - ahead); back <= at; back++) {
        // A straight ramp down to the peak, so that the gain itself has no corner to hear.
        const share = (at - back) / ahead;
        const ramp = CEILING / level + (1 - CEILING / level) * share;
        if (ramp < wanted[back]!) wanted[back] = ramp;
      }
    }
  }
  let gain = 1;
  for (let at = 0; at < left.length; at++) {
    gain = wanted[at]! < gain ? wanted[at]! : gain + (wanted[at]! - gain) * recovery;
    left[at]! *= gain;
    right[at]! *= gain;
  }
}

/** Cuts the silent end and lets the last moment fall smoothly to zero. */
function fadeToSilence(left: Float32Array, right: Float32Array): StereoSound {
  let last = left.length - 1;
  while (last > 0 && Math.abs(left[last]!) < SILENCE && Math.abs(right[last]!) < SILENCE) last--;
  const end = Math.min(left.length, last + Math.round(0.1 * SAMPLE_RATE_HZ));
  const fade = Math.min(end, Math.round(FADE_S * SAMPLE_RATE_HZ));
  for (let at = end - fade; at < end; at++) {
    const share = 0.5 + 0.5 * Math.cos((Math.PI * (at - (end - fade) + 1)) / fade);
    left[at]! *= share;
    right[at]! *= share;
  }
  return { left: left.subarray(0, end), right: right.subarray(0, end) };
}
