import type { Piece } from '../../piece.ts';
import { DARK_ROOM } from '../rooms.ts';

/** Thunder Under the Hill. */
export const thunderUnderTheHill: Piece = {
  title: 'Thunder Under the Hill',
  intended: 'angry',
  tonic: 'E3',
  mode: 'phrygian',
  metre: '4/4',
  beatsPerMinute: 140,
  rubato: 0,
  room: DARK_ROOM,
  phrases: {
    intro: { chords: 'i | i' },
    A: {
      chords: 'i | II | i | vii',
      melody: '1 - - 2 1 - 5, - | 2 - - 4 2 - - - | 1 - 2 3 5 - 3 - | 2 - - 1 7, - - -',
    },
    A2: {
      chords: 'i | II | vii | i',
      melody: '1 - - 2 1 - 5, - | 2 - - 4 6 - 4 - | 4 - - 3 2 - 7, - | 1 - - - - - . .',
    },
    B: {
      chords: 'VI | vii | VI | II',
      melody: "3 - 3 - 6 - 5 3 | 4 - 4 - 2 - 7, - | 3 - 3 - 1' - 6 - | 6 - 4 - 2 - - -",
    },
    A3: {
      chords: 'i | II | i II | i',
      melody: '1 - - 2 1 - 5 - | 6 - - 5 4 - 2 - | 3 - 1 - 2 - 4 - | 1 - - - - - . .',
    },
    outro: { chords: 'II | i', melody: '2 - 2 - 2 - 4 - | 1 - - - - - . .' },
  },
  layers: {
    cello: { role: 'melody', on: 'cello', pan: -0.1, db: 2, gate: 0.95 },
    octave: { role: 'melody', on: 'clarinet', octave: 1, pan: 0.2, db: -5, gate: 0.9 },
    counter: { role: 'counter', on: 'strings', range: [57, 69], pan: 0.25, db: -8 },
    motor: {
      role: 'figure',
      on: 'spiccato',
      pattern: '0 0 1 0 2 0 1 0',
      voices: 3,
      range: [43, 60],
      pan: -0.3,
      db: -3,
      gate: 0.8,
    },
    close: { role: 'figure', on: 'spiccato', pattern: '012', voices: 3, range: [40, 57], db: -7 },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [50, 66], db: -12 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - R - R - R R', lowest: 'B1', db: -2, gate: 0.9 },
    drum: { role: 'drum', on: 'frameDrum', pattern: 'x . . o x . o .', pan: 0.1, db: -6 },
    tom: { role: 'drum', on: 'lowTom', pattern: '. . o . . . x o', pan: -0.2, db: -9 },
    kick: { role: 'drum', on: 'softKick', pattern: 'x . . . x . . .', db: -8 },
  },
  form: [
    { phrase: 'intro', play: 'motor bass', level: 0.6 },
    { phrase: 'A', play: 'cello motor bass drum', level: 0.72 },
    { phrase: 'A2', play: 'cello motor bass drum pad', level: 0.78 },
    { phrase: 'B', play: 'cello octave motor bass drum tom kick pad', level: 0.88 },
    { phrase: 'A3', play: 'cello octave motor bass drum kick pad', level: 0.86 },
    { phrase: 'B', play: 'cello counter motor bass drum pad', level: 0.74 },
    { phrase: 'A2', play: 'cello octave counter motor bass drum tom kick pad', level: 0.92 },
    { phrase: 'A3', play: 'cello octave counter motor bass drum tom kick pad', level: 0.95 },
    { phrase: 'outro', play: 'cello close bass drum pad', level: 0.7 },
  ],
};
