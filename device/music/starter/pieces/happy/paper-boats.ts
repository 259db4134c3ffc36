import type { Piece } from '../../piece.ts';
import { SUNNY_ROOM } from '../rooms.ts';

/** Paper Boats. */
export const paperBoats: Piece = {
  title: 'Paper Boats',
  intended: 'happy',
  tonic: 'C5',
  mode: 'major',
  metre: '4/4',
  beatsPerMinute: 120,
  rubato: 0.1,
  room: SUNNY_ROOM,
  phrases: {
    intro: { chords: 'I | V7' },
    A: {
      chords: 'I | IV | V | I',
      melody: "5 - - 3 - - 5 - | 6 - - 1' - - 6 - | 5 - - 7 - - 6 - | 5 - 3 - 1 - . .",
    },
    A2: {
      chords: 'I | IV | V7 | I',
      melody: "5 - - 3 - - 5 - | 6 - - 1' - - 6 - | 7 - - 5 - - 7 - | 1' - - 5 1' - . .",
    },
    B: {
      chords: 'vi | iii | IV | V7',
      melody: "1' - 7 - 6 - 3 - | 5 - - 3 5 - 7 - | 6 - 5 - 4 - 1 - | 2 - - 4 5 - . .",
    },
    A3: {
      chords: 'I | vi7 | ii7 V7 | I',
      melody: "5 - - 3 - - 5 - | 6 - - 1' - - 3' - | 2' - - 1' 7 - 2' - | 1' - - - - - . .",
    },
    outro: { chords: 'ii7 V7 | Iadd9', melody: "4 - - 6 7 - 2' - | 1' - - - - - . ." },
  },
  layers: {
    kalimba: { role: 'melody', on: 'kalimba', pan: -0.1 },
    box: { role: 'harmony', on: 'vibraphone', pan: 0.3, db: -7 },
    flute: { role: 'counter', on: 'flute', range: [67, 79], pan: 0.3, db: -10 },
    keys: {
      role: 'figure',
      on: 'electricPiano',
      pattern: '012 - - 123 - - 012 -',
      voices: 4,
      range: [52, 69],
      pan: 0.2,
      db: -5,
      gate: 0.7,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [50, 69], db: -9 },
    pad: { role: 'pad', on: 'softPad', voices: 3, range: [53, 69], db: -14 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - - 5 - - 8 -', lowest: 'G1', db: -2, gate: 0.85 },
    shaker: { role: 'drum', on: 'shaker', pattern: 'x o o x o o x o', pan: -0.4, db: -20 },
    block: { role: 'drum', on: 'woodblock', pattern: 'o . . o . . o .', pan: 0.4, db: -18 },
    kick: { role: 'drum', on: 'softKick', pattern: 'x . . . x . . .', db: -9 },
    rim: { role: 'drum', on: 'rim', pattern: '. . . o . . o .', pan: 0.15, db: -21 },
  },
  form: [
    { phrase: 'intro', play: 'keys bass shaker', level: 0.58 },
    { phrase: 'A', play: 'kalimba keys bass shaker', level: 0.66 },
    { phrase: 'A2', play: 'kalimba keys bass shaker kick block', level: 0.72 },
    { phrase: 'B', play: 'kalimba box keys bass shaker kick block rim pad', level: 0.8 },
    { phrase: 'A3', play: 'kalimba flute keys bass shaker kick block rim pad', level: 0.82 },
    { phrase: 'B', play: 'kalimba flute keys bass pad', level: 0.62 },
    { phrase: 'A3', play: 'kalimba box flute keys bass shaker kick block rim pad', level: 0.88 },
    { phrase: 'outro', play: 'kalimba close bass pad', level: 0.58 },
  ],
};
