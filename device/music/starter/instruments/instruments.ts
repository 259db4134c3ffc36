/** How each named instrument sounds: parameters of the five ways of making a tone, chosen to be round and gentle. */
import { electricPiano } from './electric-piano.ts';
import type { InstrumentName } from './instrument-names.ts';
import { createPluckedString } from './plucked-string.ts';
import { createStruckBar } from './struck-bar.ts';
import { createSustained } from './sustained.ts';
import type { Voice } from './voice.ts';
import { lowPassGain } from './wavetable.ts';

const NO_VIBRATO = { cents: 0, rateHz: 1, delayS: 0 };

export const INSTRUMENTS: Readonly<Record<InstrumentName, Voice>> = {
  electricPiano,
  nylonGuitar: createPluckedString({
    pluckAt: 0.28,
    brightnessHz: 2600,
    ringS: 2.6,
    damping: 0.28,
    releaseS: 0.22,
    attackS: 0.002,
  }),
  harp: createPluckedString({
    pluckAt: 0.42,
    brightnessHz: 2000,
    ringS: 3.2,
    damping: 0.2,
    releaseS: 1.1,
    attackS: 0.003,
  }),
  pizzicato: createPluckedString({
    pluckAt: 0.22,
    brightnessHz: 1500,
    ringS: 0.8,
    damping: 0.42,
    releaseS: 0.18,
    attackS: 0.004,
  }),
  uprightBass: createPluckedString({
    pluckAt: 0.3,
    brightnessHz: 700,
    ringS: 1.7,
    damping: 0.45,
    releaseS: 0.12,
    attackS: 0.005,
  }),
  kalimba: createStruckBar({
    modes: [
      { ratio: 1, gain: 1, ringS: 1.5 },
      { ratio: 2.0, gain: 0.08, ringS: 0.7 },
      { ratio: 5.4, gain: 0.06, ringS: 0.16 },
    ],
    attackS: 0.005,
    releaseS: 0.9,
  }),
  musicBox: createStruckBar({
    modes: [
      { ratio: 1, gain: 1, ringS: 2.2 },
      { ratio: 2.0, gain: 0.16, ringS: 1.2 },
      { ratio: 4.1, gain: 0.06, ringS: 0.35 },
    ],
    attackS: 0.003,
    releaseS: 1.5,
  }),
  marimba: createStruckBar({
    modes: [
      { ratio: 1, gain: 1, ringS: 0.9 },
      { ratio: 3.93, gain: 0.16, ringS: 0.22 },
      { ratio: 9.2, gain: 0.03, ringS: 0.06 },
    ],
    attackS: 0.003,
    releaseS: 0.5,
  }),
  vibraphone: createStruckBar({
    modes: [
      { ratio: 1, gain: 1, ringS: 5 },
      { ratio: 3.98, gain: 0.08, ringS: 0.8 },
    ],
    attackS: 0.006,
    releaseS: 0.9,
    tremolo: { depth: 0.3, rateHz: 3.6 },
  }),
  flute: createSustained({
    spectrum: (harmonic, frequencyHz) =>
      ([1, 0.42, 0.2, 0.07, 0.03, 0.012][harmonic - 1] ?? 0) * lowPassGain(harmonic * frequencyHz, 3200),
    detuneCents: [0],
    attackS: 0.055,
    releaseS: 0.16,
    sustain: { level: 0.82, sinkS: 0.6 },
    vibrato: { cents: 14, rateHz: 4.9, delayS: 0.22 },
    breath: 0.1,
  }),
  clarinet: createSustained({
    spectrum: (harmonic, frequencyHz) =>
      ([1, 0.05, 0.55, 0.08, 0.28, 0.07, 0.14, 0.05, 0.06][harmonic - 1] ?? 0) *
      lowPassGain(harmonic * frequencyHz, 1700),
    detuneCents: [0],
    attackS: 0.05,
    releaseS: 0.18,
    sustain: { level: 0.85, sinkS: 0.8 },
    vibrato: { cents: 6, rateHz: 4.4, delayS: 0.4 },
    breath: 0.04,
  }),
  accordion: createSustained({
    spectrum: (harmonic, frequencyHz) => (1 / harmonic ** 1.2) * lowPassGain(harmonic * frequencyHz, 1600),
    detuneCents: [-4, 5],
    attackS: 0.045,
    releaseS: 0.14,
    sustain: { level: 0.9, sinkS: 0.5 },
    vibrato: NO_VIBRATO,
    breath: 0,
  }),
  cello: createSustained({
    spectrum: (harmonic, frequencyHz) => (1 / harmonic) * lowPassGain(harmonic * frequencyHz, 1600),
    detuneCents: [-3, 4],
    attackS: 0.11,
    releaseS: 0.35,
    sustain: { level: 0.88, sinkS: 0.9 },
    vibrato: { cents: 13, rateHz: 4.7, delayS: 0.3 },
    breath: 0.015,
  }),
  spiccato: createSustained({
    spectrum: (harmonic, frequencyHz) => (1 / harmonic) * lowPassGain(harmonic * frequencyHz, 1500),
    detuneCents: [-6, 5],
    attackS: 0.018,
    releaseS: 0.16,
    sustain: { level: 0.35, sinkS: 0.14 },
    vibrato: NO_VIBRATO,
    breath: 0.03,
  }),
  strings: createSustained({
    spectrum: (harmonic, frequencyHz) => (1 / harmonic) * lowPassGain(harmonic * frequencyHz, 1200),
    detuneCents: [-7, 7],
    attackS: 0.35,
    releaseS: 0.8,
    sustain: { level: 0.9, sinkS: 1.5 },
    vibrato: { cents: 7, rateHz: 4.3, delayS: 0.4 },
    breath: 0,
  }),
  softPad: createSustained({
    spectrum: (harmonic, frequencyHz) => (1 / harmonic ** 1.4) * lowPassGain(harmonic * frequencyHz, 900),
    detuneCents: [-6, 6],
    attackS: 0.6,
    releaseS: 1.2,
    sustain: { level: 0.85, sinkS: 2 },
    vibrato: { cents: 3, rateHz: 0.6, delayS: 0 },
    breath: 0,
  }),
  glassPad: createSustained({
    spectrum: (harmonic, frequencyHz) =>
      ([1, 0.35, 0.05, 0.16, 0, 0, 0, 0.03][harmonic - 1] ?? 0) * lowPassGain(harmonic * frequencyHz, 1800),
    detuneCents: [-4, 5],
    attackS: 0.9,
    releaseS: 1.6,
    sustain: { level: 0.8, sinkS: 2.5 },
    vibrato: { cents: 4, rateHz: 0.45, delayS: 0 },
    breath: 0,
  }),
  warmBass: createSustained({
    spectrum: (harmonic, frequencyHz) => (1 / harmonic ** 1.3) * lowPassGain(harmonic * frequencyHz, 420),
    detuneCents: [0],
    attackS: 0.03,
    releaseS: 0.22,
    sustain: { level: 0.6, sinkS: 0.7 },
    vibrato: NO_VIBRATO,
    breath: 0,
  }),
};
