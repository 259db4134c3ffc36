import type { Piece } from '../../piece.ts';
import { DARK_ROOM } from '../rooms.ts';

/** Iron Kettle. */
export const ironKettle: Piece = {
  title: 'Iron Kettle',
  intended: 'angry',
  tonic: 'A3',
  mode: 'minor',
  metre: '4/4',
  beatsPerMinute: 148,
  rubato: 0,
  room: DARK_ROOM,
  phrases: {
    intro: { chords: 'i | i' },
    A: {
      chords: 'i | i | iv | V',
      melody: '1 1 . 3 1 - 5, - | 1 1 . 3 5 - - - | 6 6 . 4 6 - 4 - | 5 - #7, - 2 - 5, -',
    },
    A2: {
      chords: 'i | VI | iv V | i',
      melody: '1 1 . 3 1 - 5, - | 6 6 . 5 3 - 1 - | 4 - 6 - 5 - #7, - | 1 - 1 1 1 - . .',
    },
    B: {
      chords: 'VII | III | iv | V7',
      melody: "4 - 2 4 7 - 4 - | 5 - 3 5 7 - 5 - | 6 - 4 6 1' - 6 - | 5 - - 4 2 - #7, -",
    },
    A3: {
      chords: 'i | VI | iiø V7 | i',
      melody: "1 1 . 3 5 - 3 - | 6 6 . 1' 6 - 3 - | 4 - 6 4 #7, - 2 - | 1 - 5, 5, 1 - . .",
    },
    outro: { chords: 'iv V7 | i', melody: '4 4 . 6 5 5 #7, - | 1 - - - - - . .' },
  },
  layers: {
    clarinet: { role: 'melody', on: 'clarinet', pan: 0.12, db: 1, gate: 0.85 },
    low: { role: 'melody', on: 'spiccato', octave: -1, pan: -0.15, db: -3, gate: 0.9 },
    cello: { role: 'counter', on: 'cello', range: [45, 58], pan: -0.3, db: -7 },
    boil: {
      role: 'figure',
      on: 'electricPiano',
      pattern: '0 2 1 2 0 2 1 2',
      voices: 3,
      range: [45, 60],
      db: -4,
      gate: 0.75,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [40, 60], db: -8 },
    pizz: {
      role: 'figure',
      on: 'pizzicato',
      pattern: '. . 012 . . . 012 .',
      voices: 3,
      range: [50, 65],
      pan: 0.35,
      db: -8,
    },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [48, 64], db: -12 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R R . R R - 8 5', lowest: 'A1', db: -1, gate: 0.85 },
    tom: { role: 'drum', on: 'lowTom', pattern: 'x . . x . . x .', pan: -0.2, db: -7 },
    drum: { role: 'drum', on: 'frameDrum', pattern: '. . x . . . x o', pan: 0.2, db: -8 },
    rim: { role: 'drum', on: 'rim', pattern: '. o . o . o . o', pan: 0.35, db: -24 },
  },
  form: [
    { phrase: 'intro', play: 'boil bass', level: 0.6 },
    { phrase: 'A', play: 'clarinet boil bass tom', level: 0.74 },
    { phrase: 'A2', play: 'clarinet boil bass tom pizz', level: 0.78 },
    { phrase: 'B', play: 'clarinet cello boil bass tom drum pad', level: 0.86 },
    { phrase: 'A3', play: 'clarinet low boil bass tom drum pizz', level: 0.88 },
    { phrase: 'A', play: 'low cello boil bass rim', level: 0.7 },
    { phrase: 'B', play: 'clarinet low cello boil bass tom drum pizz pad', level: 0.9 },
    { phrase: 'A3', play: 'clarinet low cello boil bass tom drum pizz pad', level: 0.95 },
    { phrase: 'outro', play: 'clarinet low close bass tom', level: 0.72 },
  ],
};
