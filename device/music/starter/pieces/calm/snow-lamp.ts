import type { Piece } from '../../piece.ts';
import { WIDE_ROOM } from '../rooms.ts';

/** Snow Lamp. */
export const snowLamp: Piece = {
  title: 'Snow Lamp',
  intended: 'calm',
  tonic: 'Bb4',
  mode: 'major',
  metre: '5/4',
  beatsPerMinute: 88,
  rubato: 0.5,
  room: WIDE_ROOM,
  phrases: {
    intro: { chords: 'Iadd9' },
    A: {
      chords: 'Iadd9 | vi7 | IVmaj7 | Iadd9',
      melody: "3 - 5 1' - | 6 - 5 3 - | 1' - 6 3 - | 5 - - 2 -",
    },
    A2: {
      chords: 'Iadd9 | vi7 | ii7 - - V7sus4 - | I',
      melody: "3 - 5 1' - | 6 - 5 3 - | 4 - 6 5 - | 3 - - 1 .",
    },
    B: {
      chords: 'iii7 | vi7 | IVmaj7 | V7sus4',
      melody: "7 - 5 3 - | 1' - 6 5 - | 6 - 4 3 - | 2 - 4 5 -",
    },
    A3: {
      chords: 'Iadd9 | iii7 | IV - - iv - | Iadd9',
      melody: "3 - 5 1' - | 7 - 5 3 - | 6 - 4 b6 - | 5 - - 3 .",
    },
    outro: { chords: 'Iadd9', melody: '5 - - 1 -' },
  },
  layers: {
    box: { role: 'melody', on: 'musicBox', pan: 0.12 },
    flute: { role: 'counter', on: 'clarinet', range: [58, 70], pan: -0.3, db: -9 },
    flakes: {
      role: 'figure',
      on: 'harp',
      pattern: '0 1 2 3 2',
      voices: 4,
      range: [50, 70],
      pan: -0.2,
      db: -2,
      gate: 1.8,
    },
    close: {
      role: 'figure',
      on: 'harp',
      pattern: '0123',
      voices: 4,
      range: [50, 70],
      pan: -0.2,
      db: -7,
      gate: 1.3,
    },
    pad: { role: 'pad', on: 'strings', voices: 4, range: [53, 70], db: -6 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - -', lowest: 'G1', db: -6 },
  },
  form: [
    { phrase: 'intro', play: 'pad flakes', level: 0.6 },
    { phrase: 'A', play: 'box flakes', level: 0.46 },
    { phrase: 'A2', play: 'box flakes bass pad', level: 0.5 },
    { phrase: 'B', play: 'box flute flakes bass pad', level: 0.56 },
    { phrase: 'A3', play: 'box flute flakes bass pad', level: 0.48 },
    { phrase: 'outro', play: 'box close bass pad', level: 0.36 },
  ],
};
