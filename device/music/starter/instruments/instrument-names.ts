/** The names a piece may call for; `instruments.ts` and `drums.ts` say how each sounds. */

export const INSTRUMENT_NAMES = [
  'electricPiano',
  'nylonGuitar',
  'harp',
  'pizzicato',
  'kalimba',
  'musicBox',
  'marimba',
  'vibraphone',
  'flute',
  'clarinet',
  'accordion',
  'cello',
  'spiccato',
  'strings',
  'softPad',
  'glassPad',
  'uprightBass',
  'warmBass',
] as const;

export type InstrumentName = (typeof INSTRUMENT_NAMES)[number];

export const DRUM_NAMES = [
  'softKick',
  'brushSnare',
  'shaker',
  'frameDrum',
  'lowTom',
  'rim',
  'woodblock',
  'softHat',
] as const;

export type DrumName = (typeof DRUM_NAMES)[number];
