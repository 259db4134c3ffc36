import type { Piece } from '../../piece.ts';
import { DARK_ROOM } from '../rooms.ts';

/** Stamping Boots. */
export const stampingBoots: Piece = {
  title: 'Stamping Boots',
  intended: 'angry',
  tonic: 'D3',
  mode: 'minor',
  metre: '6/8',
  beatsPerMinute: 192,
  rubato: 0,
  room: DARK_ROOM,
  phrases: {
    intro: { chords: 'i | i | i | i' },
    A: {
      chords: 'i | i | VII | VII | VI | VI | V | V',
      melody:
        '1 - 3 5 - 3 | 1 - 3 5 - - | 7, - 2 4 - 2 | 7, - 2 4 - - | 6, - 1 3 - 1 | 6, - 1 3 - 6 | 5 - 4 2 - #7, | 5 - - 5, - -',
    },
    A2: {
      chords: 'i | i | VII | VII | VI | iv | V7 | i',
      melody:
        "1 - 3 5 - 1' | 5 - 3 1 - - | 7, - 2 4 - 7 | 4 - 2 7, - - | 6, - 1 3 - 6 | 4 - 6 1' - 6 | 5 - 4 2 - #7, | 1 - - 1 . .",
    },
    B: {
      chords: 'iv | iv | i | i | iiø | V | i | V',
      melody:
        "4 - 6 1' - 6 | 4 - 5 6 - - | 3 - 5 1' - 5 | 3 - 4 5 - - | 2 - 4 6 - 4 | 2 - #7, 5, - - | 1 - 3 5 - 1' | #7 - 6 5 - -",
    },
    outro: { chords: 'VI | V7 | i | i', melody: '6, - 1 3 - 6 | 5 - 4 2 - #7, | 1 - - 1 - - | - - - . . .' },
  },
  layers: {
    cello: { role: 'melody', on: 'cello', pan: -0.15, db: 1, gate: 0.9 },
    reed: { role: 'melody', on: 'clarinet', octave: 1, pan: 0.2, db: -4, gate: 0.85 },
    thirds: { role: 'harmony', on: 'spiccato', octave: 1, pan: 0.3, db: -8 },
    stamp: {
      role: 'figure',
      on: 'spiccato',
      pattern: '01 0 0 12 0 0',
      voices: 3,
      range: [43, 59],
      pan: 0.25,
      db: -3,
      gate: 0.8,
    },
    close: { role: 'figure', on: 'spiccato', pattern: '012 - - 012 - -', voices: 3, range: [41, 57], db: -8 },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [50, 65], db: -12 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - R 5 - R', lowest: 'A1', db: -1, gate: 0.85 },
    boots: { role: 'drum', on: 'lowTom', pattern: 'x . . x . o', pan: -0.1, db: -6 },
    kick: { role: 'drum', on: 'softKick', pattern: 'x . . x . .', db: -8 },
    drum: { role: 'drum', on: 'frameDrum', pattern: '. . o . o o', pan: 0.25, db: -10 },
  },
  form: [
    { phrase: 'intro', play: 'boots bass stamp', level: 0.62 },
    { phrase: 'A', play: 'cello stamp bass boots', level: 0.74 },
    { phrase: 'A2', play: 'cello stamp bass boots drum pad', level: 0.8 },
    { phrase: 'B', play: 'cello reed stamp bass boots kick drum pad', level: 0.86 },
    { phrase: 'A', play: 'reed stamp bass drum', level: 0.7 },
    { phrase: 'A2', play: 'cello reed thirds stamp bass boots kick drum pad', level: 0.95 },
    { phrase: 'outro', play: 'cello reed close bass boots', level: 0.75 },
  ],
};
