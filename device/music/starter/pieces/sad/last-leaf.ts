import type { Piece } from '../../piece.ts';
import { DIM_ROOM } from '../rooms.ts';

/** Last Leaf. */
export const lastLeaf: Piece = {
  title: 'Last Leaf',
  intended: 'sad',
  tonic: 'C4',
  mode: 'minor',
  metre: '6/8',
  beatsPerMinute: 84,
  rubato: 0.6,
  room: DIM_ROOM,
  phrases: {
    intro: { chords: 'i | V7' },
    A: {
      chords: 'i | iv | VII | III | VI | iiø | V7 | i',
      melody:
        '5 - 6 5 - 3 | 4 - 5 4 - 1 | 4 - 5 4 - 2 | 3 - 4 3 - 7, | 3 - 4 3 - 1 | 2 - 3 2 - 6, | 2 - 3 2 - #7, | 1 - - - - .',
    },
    B: {
      chords: 'VI | VI | i | i | iv | iv | V | V7',
      melody:
        "1' - 7 6 - 5 | 6 - 5 3 - - | 5 - 4 3 - 2 | 3 - 2 1 - - | 4 - 5 6 - 1' | 1' - 6 4 - - | 5 - 4 2 - #7, | 2 - - #7, - -",
    },
    A2: {
      chords: 'i | iv | VII | III | VI | iiø | V7 | i',
      melody:
        "1' - 7 5 - 3 | 6 - 5 4 - 1 | 7 - 6 4 - 2 | 5 - 4 3 - 7, | 6 - 5 3 - 1 | 4 - 3 2 - 6, | 2 - 4 2 - #7, | 1 - - - - .",
    },
    outro: { chords: 'VI iv | i', melody: '3 - 1 6, - 1 | 1 - - - - .' },
  },
  layers: {
    vibes: { role: 'melody', on: 'vibraphone', pan: 0.1, gate: 1.2 },
    cello: { role: 'melody', on: 'cello', octave: -1, pan: -0.15, db: -2, gate: 1 },
    line: { role: 'counter', on: 'clarinet', range: [53, 65], pan: 0.3, db: -7 },
    fall: {
      role: 'figure',
      on: 'harp',
      pattern: '3 2 1 0 1 2',
      voices: 4,
      range: [48, 67],
      pan: -0.25,
      db: -2.5,
      gate: 1.6,
    },
    close: {
      role: 'figure',
      on: 'harp',
      pattern: '0123',
      voices: 4,
      range: [48, 67],
      pan: -0.2,
      db: -7.5,
      gate: 1.4,
    },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [50, 65], db: -8.5 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - -', lowest: 'G1', db: -5 },
  },
  form: [
    { phrase: 'intro', play: 'fall bass', level: 0.62 },
    { phrase: 'A', play: 'vibes fall bass', level: 0.56 },
    { phrase: 'B', play: 'vibes line fall bass pad', level: 0.68 },
    { phrase: 'A2', play: 'cello vibes line fall bass pad', level: 0.72 },
    { phrase: 'outro', play: 'vibes close bass pad', level: 0.42 },
  ],
};
