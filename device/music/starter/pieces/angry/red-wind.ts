import type { Piece } from '../../piece.ts';

/** Red Wind. */
export const redWind: Piece = {
  title: 'Red Wind',
  intended: 'angry',
  tonic: 'B3',
  mode: 'minor',
  metre: '4/4',
  beatsPerMinute: 152,
  rubato: 0,
  room: { decayS: 1.3, levelDb: -14 },
  phrases: {
    intro: { chords: 'i | VII' },
    A: {
      chords: 'i | VII | VI | VII',
      melody: '5 - - 4 3 - 1 - | 4 - - 3 2 - 7, - | 3 - - 2 1 - 6, - | 2 - - 3 4 - 7, -',
    },
    A2: {
      chords: 'i | VII | VI V | i',
      melody: '5 - - 4 3 - 1 - | 4 - - 3 2 - 7, - | 3 - 1 - #7, - 2 - | 1 - - - 1 - . .',
    },
    B: {
      chords: 'iv | i | iv | V',
      melody: "6 - 6 - 4 - 6 - | 5 - 5 - 3 - 5 - | 1' - 6 - 4 - 6 - | 5 - #7 - 2' - #7 -",
    },
    A3: {
      chords: 'i | III | VI V7 | i',
      melody: '5 - - 4 3 - 5 - | 7 - - 5 3 - 5 - | 6 - 3 - 4 - #7, - | 1 - 5, - 1 - . .',
    },
    outro: { chords: 'VI VII | i', melody: '3 - 1 - 4 - 2 - | 1 - - - - - . .' },
  },
  layers: {
    reed: { role: 'melody', on: 'clarinet', octave: -1, pan: 0.1, db: 1, gate: 0.92 },
    cello: { role: 'melody', on: 'cello', octave: -1, pan: -0.15, db: -1, gate: 0.95 },
    low: { role: 'counter', on: 'cello', range: [47, 59], pan: -0.3, db: -8 },
    thirds: { role: 'harmony', on: 'electricPiano', octave: 0, db: -8, gate: 0.8 },
    gallop: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0 - 1 1 2 - 1 1 0 - 1 1 2 - 1 1',
      voices: 3,
      range: [45, 62],
      pan: 0.3,
      db: -3,
    },
    close: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0123',
      voices: 4,
      range: [42, 62],
      pan: 0.2,
      db: -7,
    },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [50, 66], db: -11 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - . R R - . R', lowest: 'A1', db: -1, gate: 0.95 },
    drum: { role: 'drum', on: 'frameDrum', pattern: 'x . o o x . o o', pan: -0.15, db: -7 },
    tom: { role: 'drum', on: 'lowTom', pattern: '. . . . . . x x', pan: 0.2, db: -8 },
    kick: { role: 'drum', on: 'softKick', pattern: 'x . . . x . . .', db: -8 },
  },
  form: [
    { phrase: 'intro', play: 'gallop bass', level: 0.6 },
    { phrase: 'A', play: 'reed gallop bass drum', level: 0.74 },
    { phrase: 'A2', play: 'reed gallop bass drum pad', level: 0.78 },
    { phrase: 'B', play: 'reed cello gallop bass drum tom kick pad', level: 0.88 },
    { phrase: 'A3', play: 'reed cello thirds gallop bass drum kick pad', level: 0.88 },
    { phrase: 'A', play: 'cello gallop bass pad', level: 0.7 },
    { phrase: 'B', play: 'reed cello thirds low gallop bass drum tom kick pad', level: 0.92 },
    { phrase: 'A3', play: 'reed cello thirds low gallop bass drum tom kick pad', level: 0.95 },
    { phrase: 'outro', play: 'reed cello close bass drum pad', level: 0.72 },
  ],
};
