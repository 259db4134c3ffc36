import type { Piece } from '../../piece.ts';
import { SUNNY_ROOM } from '../rooms.ts';

/** Morning Kite. */
export const morningKite: Piece = {
  title: 'Morning Kite',
  intended: 'happy',
  tonic: 'D5',
  mode: 'major',
  metre: '4/4',
  beatsPerMinute: 128,
  rubato: 0.1,
  room: SUNNY_ROOM,
  phrases: {
    intro: { chords: 'I | IV V' },
    A: {
      chords: 'I | vi | IV | V',
      melody: "3 - 5 - 1' - 5 - | 6 - - 5 3 - - - | 4 - 6 - 1' - 6 - | 5 - - 4 2 - . .",
    },
    A2: {
      chords: 'I | iii | IV V7 | I',
      melody: "3 - 5 - 1' - 5 - | 7 - - 5 3 - 5 - | 6 - 1' - 7 - 2' - | 1' - - - - - . .",
    },
    B: {
      chords: 'IV | I/3 | ii7 | V7',
      melody: "6 5 6 - 4 - - - | 5 4 5 - 3 - - - | 4 3 4 - 6 - 1' - | 2' - - 1' 7 - 5 -",
    },
    A3: {
      chords: 'I | V7/ii | ii7 V7 | I',
      melody: "3 - 5 - 1' - 5 - | 6 - - 5 3 - 5 - | 4 - 6 - 7 5 2' - | 1' - 5 - 1' - . .",
    },
    outro: { chords: 'IV | I', melody: "6 - 1' - 6 - 4 - | 5 - - - - - . ." },
  },
  layers: {
    flute: { role: 'melody', on: 'flute', pan: -0.12, gate: 0.92 },
    thirds: { role: 'harmony', on: 'kalimba', pan: 0.35, db: -7 },
    reed: { role: 'counter', on: 'clarinet', range: [60, 74], pan: 0.3, db: -10 },
    guitar: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0 2 1 3 0 2 1 3',
      voices: 4,
      range: [52, 71],
      pan: 0.3,
      db: -3,
    },
    close: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0123',
      voices: 4,
      range: [50, 69],
      pan: 0.25,
      db: -8,
    },
    pad: { role: 'pad', on: 'softPad', voices: 3, range: [55, 71], db: -13 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - - 5 R - 5 A', lowest: 'G1', db: -3, gate: 0.9 },
    shaker: { role: 'drum', on: 'shaker', pattern: 'o x o x o x o x', pan: -0.35, db: -21 },
    kick: { role: 'drum', on: 'softKick', pattern: 'x . . . x . . o', db: -9 },
    brush: { role: 'drum', on: 'brushSnare', pattern: '. . x . . . x .', pan: 0.1, db: -16 },
  },
  form: [
    { phrase: 'intro', play: 'guitar bass shaker', level: 0.6 },
    { phrase: 'A', play: 'flute guitar bass shaker pad', level: 0.68 },
    { phrase: 'A2', play: 'flute guitar bass shaker kick pad', level: 0.72 },
    { phrase: 'B', play: 'flute thirds guitar bass shaker kick brush pad', level: 0.82 },
    { phrase: 'A3', play: 'flute reed guitar bass shaker kick brush pad', level: 0.8 },
    { phrase: 'B', play: 'reed guitar bass shaker pad flute', level: 0.62 },
    { phrase: 'A3', play: 'flute thirds reed guitar bass shaker kick brush pad', level: 0.9 },
    { phrase: 'outro', play: 'flute close bass pad', level: 0.6 },
  ],
};
