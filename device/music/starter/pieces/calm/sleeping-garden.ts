import type { Piece } from '../../piece.ts';
import { WIDE_ROOM } from '../rooms.ts';

/** Sleeping Garden. */
export const sleepingGarden: Piece = {
  title: 'Sleeping Garden',
  intended: 'calm',
  tonic: 'G4',
  mode: 'major',
  metre: '3/4',
  beatsPerMinute: 76,
  rubato: 0.6,
  room: WIDE_ROOM,
  phrases: {
    intro: { chords: 'I | IV' },
    A: { chords: 'I | vi | IV | I', melody: "3 - 5 | 6 - 5 | 1' - 6 | 5 - -" },
    A2: { chords: 'I | vi | V | I', melody: "3 - 5 | 6 - 1' | 2' - 5 | 1' - -" },
    B: { chords: 'IV | I/3 | ii7 | V', melody: "6 - 1' | 5 - 3 | 2 3 6 | 5 - 2" },
    A3: { chords: 'I | vi | ii7 | I', melody: "3 - 5 | 6 - 1' | 6 - 2 | 1 - -" },
    outro: { chords: 'IV | Iadd9', melody: "6 - 1' | 5 - -" },
  },
  layers: {
    flute: { role: 'melody', on: 'flute', pan: -0.1, gate: 1 },
    bells: { role: 'melody', on: 'kalimba', pan: 0.2, db: -2 },
    line: { role: 'counter', on: 'clarinet', range: [57, 69], pan: 0.3, db: -9 },
    leaves: {
      role: 'figure',
      on: 'harp',
      pattern: '0 1 2 3 2 1',
      voices: 4,
      range: [50, 71],
      pan: 0.2,
      db: -1,
      gate: 2,
    },
    close: {
      role: 'figure',
      on: 'harp',
      pattern: '0123',
      voices: 4,
      range: [50, 71],
      pan: 0.2,
      db: -6,
      gate: 1.5,
    },
    pad: { role: 'pad', on: 'softPad', voices: 3, range: [55, 69], db: -8 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - -', lowest: 'G1', db: -7 },
  },
  form: [
    { phrase: 'intro', play: 'leaves', level: 0.6 },
    { phrase: 'A', play: 'bells leaves', level: 0.46 },
    { phrase: 'A2', play: 'flute leaves bass pad', level: 0.52 },
    { phrase: 'B', play: 'flute line leaves bass pad', level: 0.58 },
    { phrase: 'A3', play: 'flute bells leaves bass pad', level: 0.5 },
    { phrase: 'outro', play: 'bells close bass pad', level: 0.36 },
  ],
};
