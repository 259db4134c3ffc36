import type { Piece } from '../../piece.ts';
import { WIDE_ROOM } from '../rooms.ts';

/** Moon Harbour. */
export const moonHarbour: Piece = {
  title: 'Moon Harbour',
  intended: 'calm',
  tonic: 'F4',
  mode: 'lydian',
  metre: '4/4',
  beatsPerMinute: 70,
  rubato: 0.5,
  room: WIDE_ROOM,
  phrases: {
    intro: { chords: 'Imaj7' },
    A: {
      chords: 'Imaj7 | II | Imaj7 | vi7',
      melody: '5 - - 3 - - 1 - | 6 - - 4 - - 2 - | 5 - - 3 7 - - - | 6 - - 5 3 - - -',
    },
    A2: {
      chords: 'Imaj7 | II | iii7 vi7 | Imaj7',
      melody: '5 - - 3 - - 1 - | 6 - - 4 - - 2 - | 3 - 5 - 6, - - - | 1 - - - - - . .',
    },
    B: {
      chords: 'vi7 | II | iii7 | vi7',
      melody: "1' - - - 6 - 5 - | 6 - - - 4 - 2 - | 5 - - - 3 - 2 - | 3 - - - - - . .",
    },
    A3: {
      chords: 'Imaj7 | II | iii7 | Iadd9',
      melody: '5 - - 3 - - 1 - | 6 - - 4 - - 6 - | 7 - - 5 - - 3 - | 1 - - - - - . .',
    },
    outro: { chords: 'Iadd9', melody: '5 - - - 1 - - .' },
  },
  layers: {
    kalimba: { role: 'melody', on: 'kalimba', pan: 0.1 },
    flute: { role: 'counter', on: 'flute', range: [60, 72], pan: -0.25, db: -9 },
    waves: {
      role: 'figure',
      on: 'electricPiano',
      pattern: '0 - 1 - 2 - 3 -',
      voices: 4,
      range: [48, 67],
      db: -4,
      gate: 1.6,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [48, 67], db: -9 },
    pad: { role: 'pad', on: 'softPad', voices: 4, range: [50, 67], db: -5 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - - - -', lowest: 'A1', db: -7 },
  },
  form: [
    { phrase: 'intro', play: 'pad waves', level: 0.6 },
    { phrase: 'A', play: 'kalimba pad waves', level: 0.48 },
    { phrase: 'A2', play: 'kalimba pad waves bass', level: 0.5 },
    { phrase: 'B', play: 'kalimba flute pad waves bass', level: 0.56 },
    { phrase: 'A3', play: 'kalimba flute pad waves bass', level: 0.48 },
    { phrase: 'outro', play: 'kalimba close pad bass', level: 0.38 },
  ],
};
