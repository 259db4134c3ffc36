/**
 * A small, soft drum kit: a padded kick, brushes, shaker, hand drums, woods. No stroke has a hard edge: each comes
 * in over milliseconds, and noise is always filtered.
 */
import type { DrumName } from './instrument-names.ts';
import { decayPerSample, SAMPLE_RATE_HZ, spanOf, type Voice, velocityToAmplitude } from './voice.ts';

/** A skin or a block of wood: a sine that falls from `startHz` to `endHz`. */
interface Thump {
  readonly startHz: number;
  readonly endHz: number;
  /** Seconds for the pitch to come 63 % of the way down. */
  readonly fallS: number;
  readonly ringS: number;
  readonly attackS: number;
  readonly gain: number;
}

/** A brush, a bead or a breath of air: noise in a band, swelling and dying. */
interface Hiss {
  readonly centreHz: number;
  /** Width of the band over its centre. */
  readonly width: number;
  readonly ringS: number;
  readonly attackS: number;
  readonly gain: number;
}

export const DRUMS: Readonly<Record<DrumName, Voice>> = {
  softKick: createDrum([{ startHz: 95, endHz: 52, fallS: 0.03, ringS: 0.32, attackS: 0.006, gain: 1 }], []),
  brushSnare: createDrum(
    [{ startHz: 210, endHz: 180, fallS: 0.02, ringS: 0.12, attackS: 0.004, gain: 0.25 }],
    [{ centreHz: 2300, width: 1.1, ringS: 0.24, attackS: 0.009, gain: 0.8 }],
  ),
  shaker: createDrum([], [{ centreHz: 5200, width: 0.7, ringS: 0.1, attackS: 0.018, gain: 1 }]),
  softHat: createDrum([], [{ centreHz: 6200, width: 0.6, ringS: 0.07, attackS: 0.004, gain: 1 }]),
  frameDrum: createDrum(
    [
      { startHz: 118, endHz: 86, fallS: 0.04, ringS: 0.5, attackS: 0.006, gain: 1 },
      { startHz: 190, endHz: 168, fallS: 0.03, ringS: 0.18, attackS: 0.005, gain: 0.3 },
    ],
    [{ centreHz: 900, width: 1.2, ringS: 0.06, attackS: 0.004, gain: 0.25 }],
  ),
  lowTom: createDrum(
    [
      { startHz: 105, endHz: 74, fallS: 0.05, ringS: 0.45, attackS: 0.007, gain: 1 },
      { startHz: 160, endHz: 122, fallS: 0.04, ringS: 0.2, attackS: 0.006, gain: 0.35 },
    ],
    [{ centreHz: 600, width: 1, ringS: 0.05, attackS: 0.004, gain: 0.2 }],
  ),
  rim: createDrum(
    [{ startHz: 820, endHz: 780, fallS: 0.01, ringS: 0.05, attackS: 0.002, gain: 0.7 }],
    [{ centreHz: 1900, width: 0.8, ringS: 0.04, attackS: 0.002, gain: 0.4 }],
  ),
  woodblock: createDrum(
    [
      { startHz: 640, endHz: 620, fallS: 0.01, ringS: 0.11, attackS: 0.002, gain: 0.9 },
      { startHz: 1180, endHz: 1160, fallS: 0.01, ringS: 0.05, attackS: 0.002, gain: 0.25 },
    ],
    [],
  ),
};

function createDrum(thumps: readonly Thump[], hisses: readonly Hiss[]): Voice {
  return (out, note, random) => {
    const amplitude = velocityToAmplitude(note.velocity);
    for (const thump of thumps) addThump(out, note, thump, amplitude * thump.gain);
    for (const hiss of hisses) addHiss(out, note, hiss, amplitude * hiss.gain, random);
  };
}

function addThump(out: Float32Array, note: Parameters<Voice>[1], thump: Thump, amplitude: number): void {
  const { first, count } = spanOf(out, note, thump.ringS);
  const attack = thump.attackS * SAMPLE_RATE_HZ;
  const decay = decayPerSample(thump.ringS);
  const settle = Math.exp(-1 / (thump.fallS * SAMPLE_RATE_HZ));
  const turn = (2 * Math.PI) / SAMPLE_RATE_HZ;
  let excessHz = thump.startHz - thump.endHz;
  let level = amplitude;
  let phase = 0;
  for (let index = 0; index < count; index++) {
    const edge = Math.min(1, index / attack, (count - index) / attack);
    out[first + index]! += level * edge * Math.sin(phase);
    phase += turn * (thump.endHz + excessHz);
    excessHz *= settle;
    level *= decay;
  }
}

function addHiss(
  out: Float32Array,
  note: Parameters<Voice>[1],
  hiss: Hiss,
  amplitude: number,
  random: () => number,
): void {
  const { first, count } = spanOf(out, note, hiss.ringS + hiss.attackS);
  const attack = hiss.attackS * SAMPLE_RATE_HZ;
  const decay = decayPerSample(hiss.ringS);
  const radius = Math.exp((-Math.PI * hiss.centreHz * hiss.width) / SAMPLE_RATE_HZ);
  const feedback = 2 * radius * Math.cos((2 * Math.PI * hiss.centreHz) / SAMPLE_RATE_HZ);
  const gain = amplitude * Math.sqrt(1 - radius * radius);
  let level = gain;
  let before = 0;
  let now = 0;
  for (let index = 0; index < count; index++) {
    const next = (random() - 0.5) * 2 + feedback * now - radius * radius * before;
    before = now;
    now = next;
    const edge = Math.min(1, index / attack, (count - index) / attack);
    out[first + index]! += level * edge * (now - before * 0.5);
    level *= decay;
  }
}
