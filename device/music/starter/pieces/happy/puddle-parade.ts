import type { Piece } from '../../piece.ts';
import { SUNNY_ROOM } from '../rooms.ts';

/** Puddle Parade. */
export const puddleParade: Piece = {
  title: 'Puddle Parade',
  intended: 'happy',
  tonic: 'G4',
  mode: 'major',
  metre: '4/4',
  beatsPerMinute: 134,
  swing: 0.3,
  rubato: 0.1,
  room: SUNNY_ROOM,
  phrases: {
    intro: { chords: 'I | V7' },
    A: {
      chords: 'I | V7/ii | ii7 | V7',
      melody: "5, - 1 3 5 - 3 - | 6 - 5 3 #1 - - . | 2 - 4 6 1' - 6 - | 7 - 6 5 4 - 2 -",
    },
    A2: {
      chords: 'I | V7/ii | ii7 V7 | I',
      melody: '5, - 1 3 5 - 3 - | 6 - 5 3 #1 - - . | 2 - 4 6 5 4 2 7, | 1 - 5, - 1 - . .',
    },
    B: {
      chords: 'IV | I/3 | V7/V | V7',
      melody: "6 - 6 5 6 1' 6 - | 5 - 5 4 5 - 3 - | 6 - 6 5 #4 - 6 - | 5 - - 4 2 - . .",
    },
    A3: {
      chords: 'I | V7/IV | IV V7 | I',
      melody: "5, - 1 3 5 - 3 - | 1' - b7 5 3 - 5 - | 6 - 4 6 5 - 7 - | 1' - 5 - 1 - . .",
    },
    outro: { chords: 'IV V7 | I', melody: "6 - 1' - 7 5 2 4 | 3 - 1 - 1' - . ." },
  },
  layers: {
    marimba: { role: 'melody', on: 'marimba', pan: -0.15, db: 1, octave: 0 },
    whistle: { role: 'melody', on: 'flute', octave: 1, pan: 0.2, db: -8, gate: 0.8 },
    clarinet: { role: 'counter', on: 'clarinet', range: [55, 69], pan: 0.35, db: -8 },
    chuck: {
      role: 'figure',
      on: 'pizzicato',
      pattern: '. . 012 . . . 012 .',
      voices: 3,
      range: [55, 70],
      pan: 0.3,
      db: -5,
    },
    keys: { role: 'pad', on: 'accordion', voices: 3, range: [55, 69], db: -14 },
    close: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0123 - 0123 -',
      voices: 4,
      range: [52, 69],
      pan: 0.2,
      db: -9,
    },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - - - 5 - - A', lowest: 'G1', db: -3, gate: 0.8 },
    block: {
      role: 'drum',
      on: 'woodblock',
      pattern: 'o . . . o . o . | o . . . o o o .',
      pan: -0.4,
      db: -16,
    },
    brush: { role: 'drum', on: 'brushSnare', pattern: 'o . x o o . x o', pan: 0.12, db: -17 },
    kick: { role: 'drum', on: 'softKick', pattern: 'x . . . x . . .', db: -10 },
  },
  form: [
    { phrase: 'intro', play: 'chuck bass brush', level: 0.6 },
    { phrase: 'A', play: 'marimba chuck bass brush', level: 0.66 },
    { phrase: 'A2', play: 'marimba chuck bass brush kick', level: 0.7 },
    { phrase: 'B', play: 'marimba whistle chuck bass brush kick block keys', level: 0.78 },
    { phrase: 'A3', play: 'marimba clarinet chuck bass brush kick block', level: 0.8 },
    { phrase: 'B', play: 'marimba clarinet chuck bass block keys', level: 0.66 },
    { phrase: 'A', play: 'marimba whistle clarinet chuck bass brush kick block', level: 0.82 },
    { phrase: 'A3', play: 'marimba whistle clarinet chuck bass brush kick block keys', level: 0.88 },
    { phrase: 'outro', play: 'marimba close bass kick', level: 0.65 },
  ],
};
