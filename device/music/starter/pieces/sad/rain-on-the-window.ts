import type { Piece } from '../../piece.ts';
import { DIM_ROOM } from '../rooms.ts';

/** Rain on the Window. */
export const rainOnTheWindow: Piece = {
  title: 'Rain on the Window',
  intended: 'sad',
  tonic: 'A3',
  mode: 'minor',
  metre: '4/4',
  beatsPerMinute: 70,
  rubato: 0.7,
  room: DIM_ROOM,
  phrases: {
    intro: { chords: 'i' },
    A: {
      chords: 'i | VI | iv7 | V',
      melody: '5 - 4 - 3 - - 1 | 3 - 2 - 1 - - - | 6 - 5 - 4 - - 1 | 2 - 1 - #7, - - -',
    },
    A2: {
      chords: 'i | VI | iiø V7 | i',
      melody: '5 - 4 - 3 - - 1 | 3 - 2 - 1 - - - | 4 - 2 - #7, - 2 - | 1 - - - - - . .',
    },
    B: {
      chords: 'III | VII | VI | V7',
      melody: '7 - 6 - 5 - - 3 | 4 - 3 - 2 - - - | 6 - 5 - 3 - - 1 | 2 - - - #7, - - -',
    },
    A3: {
      chords: 'i | VImaj7 | iiø V7 | i',
      melody: '5 - 4 - 3 - 5 - | 3 - 2 - 1 - - 3 | 4 - - 2 2 - #7, - | 1 - - - - - . .',
    },
    outro: { chords: 'i', melody: '5, - - - 1 - - .' },
  },
  layers: {
    clarinet: { role: 'melody', on: 'clarinet', pan: -0.1, gate: 1.02 },
    cello: { role: 'counter', on: 'cello', range: [45, 57], pan: 0.3, db: -6, gate: 1.02 },
    drops: {
      role: 'figure',
      on: 'electricPiano',
      pattern: '0 1 2 3 2 1 2 1',
      voices: 4,
      range: [50, 69],
      db: -3.5,
      gate: 1.3,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [48, 67], db: -8.5 },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [50, 65], db: -8.5 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - - 5 -', lowest: 'A1', db: -5 },
  },
  form: [
    { phrase: 'intro', play: 'drops bass', level: 0.62 },
    { phrase: 'A', play: 'clarinet drops bass', level: 0.58 },
    { phrase: 'A2', play: 'clarinet drops bass cello pad', level: 0.64 },
    { phrase: 'B', play: 'clarinet drops bass cello pad', level: 0.74 },
    { phrase: 'A3', play: 'clarinet drops bass cello pad', level: 0.6 },
    { phrase: 'outro', play: 'clarinet close bass pad', level: 0.45 },
  ],
};
