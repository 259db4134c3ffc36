import type { Piece } from '../../piece.ts';
import { DARK_ROOM } from '../rooms.ts';

/** Storm Engine. */
export const stormEngine: Piece = {
  title: 'Storm Engine',
  intended: 'angry',
  tonic: 'C3',
  mode: 'minor',
  metre: '7/8',
  beatsPerMinute: 168,
  rubato: 0,
  room: DARK_ROOM,
  phrases: {
    intro: { chords: 'i | i | VI | V' },
    A: {
      chords: 'i | VI | iv | V',
      melody: "1 - 3 - 5 - 3 | 6 - 5 - 3 - 1 | 4 - 6 - 1' - 6 | 5 - 4 - 2 - #7,",
    },
    A2: {
      chords: 'i | VI | iv - - - V - - | i',
      melody: '1 - 3 - 5 - 3 | 6 - 5 - 3 - 1 | 4 - 6 - 5 - #7, | 1 - - - 1 . .',
    },
    B: {
      chords: 'III | VII | VI | V',
      melody: '5 - 5 - 3 - 5 | 4 - 4 - 2 - 4 | 3 - 3 - 1 - 6, | #7, - 2 - 5 - -',
    },
    B2: {
      chords: 'III | VII | iiø | V7',
      melody: "7 - 7 - 5 - 7 | 2' - 7 - 4 - 2 | 6 - 4 - 2 - 1 | #7, - 2 - 4 - 2",
    },
    A3: {
      chords: 'i | VI | iiø - - - V7 - - | i',
      melody: "1 - 3 - 5 - 1' | 6 - 5 - 3 - 6 | 4 - 6 - 2 - #7, | 1 - 5, - 1 . .",
    },
    outro: { chords: 'VI | V7 | i', melody: '6 - 3 - 1 - 3 | 2 - #7, - 5, - #7, | 1 - - - - . .' },
  },
  layers: {
    low: { role: 'melody', on: 'cello', pan: -0.1, db: 0, gate: 0.9 },
    keys: { role: 'melody', on: 'electricPiano', octave: 1, db: -3, gate: 0.85 },
    counter: { role: 'counter', on: 'clarinet', range: [55, 67], pan: 0.3, db: -8 },
    wheel: {
      role: 'figure',
      on: 'pizzicato',
      pattern: '0 1 2 1 0 2 1',
      voices: 3,
      range: [46, 62],
      pan: 0.3,
      db: -3,
    },
    piston: {
      role: 'figure',
      on: 'spiccato',
      pattern: '0 0 0 0 01 0 0',
      voices: 2,
      range: [41, 55],
      pan: -0.3,
      db: -5,
      gate: 0.75,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [40, 60], db: -8 },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [48, 64], db: -12 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - R - R - 5', lowest: 'G1', db: -1, gate: 0.85 },
    tom: { role: 'drum', on: 'lowTom', pattern: 'x . o . x . o', pan: -0.15, db: -7 },
    drum: { role: 'drum', on: 'frameDrum', pattern: '. . x . . x .', pan: 0.2, db: -9 },
    hat: { role: 'drum', on: 'shaker', pattern: 'o o o o x o o', pan: 0.35, db: -25 },
  },
  form: [
    { phrase: 'intro', play: 'wheel bass', level: 0.58 },
    { phrase: 'A', play: 'low wheel bass tom', level: 0.72 },
    { phrase: 'A2', play: 'low keys wheel bass tom hat', level: 0.78 },
    { phrase: 'B', play: 'low keys wheel piston bass tom drum hat', level: 0.84 },
    { phrase: 'A', play: 'keys wheel piston bass drum', level: 0.7 },
    { phrase: 'B2', play: 'low keys counter wheel piston bass tom drum pad hat', level: 0.9 },
    { phrase: 'A2', play: 'low keys counter wheel piston bass tom drum pad', level: 0.9 },
    { phrase: 'B2', play: 'low keys counter wheel piston bass tom drum pad hat', level: 0.94 },
    { phrase: 'A3', play: 'low keys counter wheel piston bass tom drum pad hat', level: 0.96 },
    { phrase: 'outro', play: 'low close bass tom pad', level: 0.7 },
  ],
};
