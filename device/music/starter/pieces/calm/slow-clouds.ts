import type { Piece } from '../../piece.ts';

/** Slow Clouds. */
export const slowClouds: Piece = {
  title: 'Slow Clouds',
  intended: 'calm',
  tonic: 'A3',
  mode: 'major',
  metre: '4/4',
  beatsPerMinute: 70,
  rubato: 0.5,
  room: { decayS: 3, levelDb: -8 },
  phrases: {
    intro: { chords: 'Imaj9' },
    A: {
      chords: 'Imaj9 | IVmaj7 | Imaj9 | vi7',
      melody: "5 - - - 3 - - - | 6 - - - 1' - - - | 7 - - - 5 - - - | 3 - - - - - . .",
    },
    A2: {
      chords: 'Imaj9 | IVmaj7 | ii7 V7sus4 | Iadd9',
      melody: "5 - - - 3 - - - | 6 - - - 1' - 3' - | 2' - - - 1' - - - | 5 - - - - - . .",
    },
    B: {
      chords: 'iii7 | vi7 | ii7 | V7sus4',
      melody: "7 - - 5 3 - - - | 5 - - 3 1 - - - | 4 - - 6 1' - - - | 2' - - - 5 - . .",
    },
    A3: {
      chords: 'Imaj9 | IVmaj7 | iv6 | Imaj9',
      melody: "5 - - - 3 - - - | 6 - - - 1' - - - | b6 - - - 4 - - - | 3 - - - - - . .",
    },
    outro: { chords: 'Iadd9', melody: '2 - - - 1 - - .' },
  },
  layers: {
    vibes: { role: 'melody', on: 'vibraphone', octave: 1, pan: 0.1, db: -3, gate: 1.3 },
    keys: {
      role: 'figure',
      on: 'electricPiano',
      pattern: '0123 - - - . - 3 -',
      voices: 4,
      range: [48, 67],
      db: -3,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [48, 67], db: -8 },
    air: { role: 'pad', on: 'glassPad', voices: 4, range: [55, 74], db: -6 },
    line: { role: 'counter', on: 'strings', range: [55, 67], pan: -0.25, db: -8 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - - - -', lowest: 'G1', db: -7 },
  },
  form: [
    { phrase: 'intro', play: 'air keys', level: 0.6 },
    { phrase: 'A', play: 'vibes keys air', level: 0.46 },
    { phrase: 'A2', play: 'vibes keys air bass', level: 0.5 },
    { phrase: 'B', play: 'vibes line keys air bass', level: 0.55 },
    { phrase: 'A3', play: 'vibes line keys air bass', level: 0.46 },
    { phrase: 'outro', play: 'vibes close air bass', level: 0.36 },
  ],
};
