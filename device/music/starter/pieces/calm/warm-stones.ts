import type { Piece } from '../../piece.ts';

/** Warm Stones. */
export const warmStones: Piece = {
  title: 'Warm Stones',
  intended: 'calm',
  tonic: 'D4',
  mode: 'major',
  metre: '6/8',
  beatsPerMinute: 80,
  rubato: 0.4,
  room: { decayS: 2.1, levelDb: -10 },
  phrases: {
    intro: { chords: 'I | I' },
    A: {
      chords: 'I | IV | I | V',
      melody: '5 - 3 5 - 3 | 6 - 4 6 - - | 5 - 3 1 - 3 | 2 - - 5, - -',
    },
    A2: {
      chords: 'I | IV | ii V | I',
      melody: "5 - 3 5 - 3 | 6 - 4 1' - - | 6 - 4 2 - 7, | 1 - - - - .",
    },
    B: {
      chords: 'vi | iii | IV | I',
      melody: "1' - 7 6 - - | 7 - 6 5 - - | 6 - 5 4 - - | 3 - - 5 - -",
    },
    B2: {
      chords: 'vi | iii | ii7 | V',
      melody: "1' - 6 3 - - | 7 - 5 3 - - | 6 - 4 2 - - | 2 - - 5 - -",
    },
    A3: {
      chords: 'I | IV | ii7 V7 | I',
      melody: "5 - 3 1' - 5 | 6 - 4 6 - 4 | 2 - 4 2 - 7, | 1 - - - - .",
    },
    outro: { chords: 'IV | I', melody: '6 - 4 1 - - | 3 - - - - .' },
  },
  layers: {
    guitar: { role: 'melody', on: 'nylonGuitar', pan: -0.1, gate: 1.6 },
    flute: { role: 'melody', on: 'flute', octave: 1, pan: 0.15, db: -6 },
    sixths: { role: 'harmony', on: 'nylonGuitar', pan: 0.15, db: -6, gate: 1.4 },
    rock: {
      role: 'figure',
      on: 'marimba',
      pattern: '0 - 2 1 - 2',
      voices: 3,
      range: [50, 64],
      pan: 0.3,
      db: -5,
    },
    close: { role: 'figure', on: 'nylonGuitar', pattern: '0123', voices: 4, range: [47, 66], db: -6 },
    pad: { role: 'pad', on: 'softPad', voices: 3, range: [54, 69], db: -7 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - -', lowest: 'A1', db: -6 },
  },
  form: [
    { phrase: 'intro', play: 'rock pad', level: 0.6 },
    { phrase: 'A', play: 'guitar rock', level: 0.48 },
    { phrase: 'A2', play: 'guitar rock bass pad', level: 0.52 },
    { phrase: 'B', play: 'guitar sixths rock bass pad', level: 0.58 },
    { phrase: 'A', play: 'flute guitar rock bass pad', level: 0.52 },
    { phrase: 'B2', play: 'guitar flute rock bass pad', level: 0.56 },
    { phrase: 'A3', play: 'guitar sixths rock bass pad', level: 0.48 },
    { phrase: 'outro', play: 'guitar close pad bass', level: 0.36 },
  ],
};
