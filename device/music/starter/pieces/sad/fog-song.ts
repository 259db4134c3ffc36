import type { Piece } from '../../piece.ts';

/** Fog Song. */
export const fogSong: Piece = {
  title: 'Fog Song',
  intended: 'sad',
  tonic: 'F#3',
  mode: 'minor',
  metre: '4/4',
  beatsPerMinute: 72,
  rubato: 0.6,
  room: { decayS: 2.6, levelDb: -10 },
  phrases: {
    intro: { chords: 'i' },
    A: {
      chords: 'i | v/3 | iv/3 | V',
      melody: '1 - 3 - 5 - - - | 5 - 4 - 2 - - - | 4 - 3 - 1 - - - | 2 - - - #7, - 5, -',
    },
    A2: {
      chords: 'i | v/3 | iv/3 V | i',
      melody: '1 - 3 - 5 - - - | 5 - 4 - 2 - 5 - | 6 - 4 - 2 - #7, - | 1 - - - - - . .',
    },
    B: {
      chords: 'VI | III | iv | V7',
      melody: '3 - - 5 6 - 5 - | 5 - - 3 7, - - - | 1 - - 3 4 - 6 - | 5 - 4 - 2 - - -',
    },
    A3: {
      chords: 'i | v/3 | iv/3 V7 | i',
      melody: "5 - 1' - 5 - 3 - | 5 - 4 - 2 - 7, - | 1 - 4 - 4 - 2 - | 1 - - - - - . .",
    },
    outro: { chords: 'VImaj7 | i', melody: '3 - - - 1 - - - | 5, - - - - - . .' },
  },
  layers: {
    keys: { role: 'melody', on: 'electricPiano', octave: 1, gate: 1.1 },
    cello: { role: 'melody', on: 'cello', pan: -0.2, db: -3, gate: 1.02 },
    line: { role: 'counter', on: 'clarinet', range: [52, 64], pan: 0.3, db: -8 },
    low: {
      role: 'figure',
      on: 'electricPiano',
      pattern: '01 - 2 - 3 - 2 -',
      voices: 4,
      range: [45, 62],
      db: -4.5,
      gate: 1.2,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [45, 62], db: -9.5 },
    pad: { role: 'pad', on: 'strings', voices: 4, range: [49, 66], db: -6.5 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - - - -', lowest: 'A1', db: -5 },
  },
  form: [
    { phrase: 'intro', play: 'pad', level: 0.62 },
    { phrase: 'A', play: 'keys pad bass', level: 0.55 },
    { phrase: 'A2', play: 'keys low pad bass', level: 0.6 },
    { phrase: 'B', play: 'cello line low pad bass', level: 0.72 },
    { phrase: 'A3', play: 'keys cello line low pad bass', level: 0.64 },
    { phrase: 'outro', play: 'keys close pad bass', level: 0.42 },
  ],
};
