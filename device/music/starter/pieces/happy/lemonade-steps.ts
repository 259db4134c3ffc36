import type { Piece } from '../../piece.ts';
import { SUNNY_ROOM } from '../rooms.ts';

/** Lemonade Steps. */
export const lemonadeSteps: Piece = {
  title: 'Lemonade Steps',
  intended: 'happy',
  tonic: 'A4',
  mode: 'major',
  metre: '6/8',
  beatsPerMinute: 171,
  rubato: 0.1,
  room: SUNNY_ROOM,
  phrases: {
    intro: { chords: 'I | I | bVII | V' },
    A: {
      chords: 'I | I | IV | V | I | vi | IV V | I',
      melody:
        "1 3 5 1' - 5 | 5 6 5 3 - - | 6 4 6 1' - 6 | 7 5 7 2' - - | 3' 2' 1' 5 - 3 | 6 - 5 3 - 5 | 4 5 6 7 - 2' | 1' - - - . .",
    },
    B: {
      chords: 'vi | iii | IV | I | ii | vi | V7/V | V',
      melody:
        "6 - 7 1' - 6 | 7 - 6 5 - 3 | 4 - 5 6 - 1' | 5 - 4 3 - - | 2 3 4 6 - 4 | 3 4 5 6 - 1' | 2' - 1' 6 - #4 | 5 - 6 7 - 2'",
    },
    A2: {
      chords: 'I | I | bVII | IV | I | vi | ii V | I',
      melody:
        "1 3 5 1' - 5 | 5 6 5 3 - - | 2 4 b7 2' - b7 | 6 - 4 1' - 6 | 3' 2' 1' 5 - 3 | 6 - 5 3 - 5 | 6 - 4 2 - 7, | 1 - 3 1' . .",
    },
    outro: {
      chords: 'bVII | IV | I | I',
      melody: "2' - b7 4 - 2 | 6 - 4 1' - 6 | 5 - 3 1 - - | - - - - . .",
    },
  },
  layers: {
    harp: { role: 'melody', on: 'harp', pan: -0.2, db: 0 },
    flute: { role: 'melody', on: 'flute', pan: 0.15, db: -1, gate: 0.85 },
    sixths: { role: 'harmony', on: 'clarinet', pan: 0.35, db: -8, gate: 0.85 },
    cello: { role: 'counter', on: 'cello', range: [52, 64], pan: -0.3, db: -8 },
    lilt: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0 1 2 0 2 1',
      voices: 3,
      range: [54, 69],
      pan: 0.35,
      db: -5,
    },
    close: { role: 'figure', on: 'harp', pattern: '0123', voices: 4, range: [50, 71], pan: -0.1, db: -9 },
    pad: { role: 'pad', on: 'softPad', voices: 3, range: [54, 69], db: -14 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - - 5 - R', lowest: 'A1', db: -3, gate: 0.85 },
    drum: { role: 'drum', on: 'frameDrum', pattern: 'x . o o . o', pan: 0.05, db: -11 },
    shaker: { role: 'drum', on: 'shaker', pattern: 'x o o x o o', pan: -0.35, db: -22 },
  },
  form: [
    { phrase: 'intro', play: 'lilt bass', level: 0.58 },
    { phrase: 'A', play: 'harp lilt bass shaker', level: 0.66 },
    { phrase: 'A2', play: 'flute lilt bass shaker drum pad', level: 0.74 },
    { phrase: 'B', play: 'flute sixths lilt bass shaker drum pad', level: 0.8 },
    { phrase: 'A', play: 'harp flute cello lilt bass shaker pad', level: 0.78 },
    { phrase: 'A2', play: 'harp flute sixths cello lilt bass shaker drum pad', level: 0.88 },
    { phrase: 'outro', play: 'flute harp close bass pad', level: 0.6 },
  ],
};
