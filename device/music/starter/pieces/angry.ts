/**
 * Five angry pieces: minor and phrygian, quick and driving, low and dense. Strong, never harsh: nothing above a
 * clarinet, no hard attack, drums of skin; they let anger move without startling anyone.
 */
import type { Piece } from '../piece.ts';

const DARK_ROOM = { decayS: 1.1, levelDb: -15 } as const;

const thunderUnderTheHill: Piece = {
  title: 'Thunder Under the Hill',
  intended: 'angry',
  tonic: 'E3',
  mode: 'phrygian',
  metre: '4/4',
  beatsPerMinute: 140,
  rubato: 0,
  room: DARK_ROOM,
  phrases: {
    intro: { chords: 'i | i' },
    A: {
      chords: 'i | II | i | vii',
      melody: '1 - - 2 1 - 5, - | 2 - - 4 2 - - - | 1 - 2 3 5 - 3 - | 2 - - 1 7, - - -',
    },
    A2: {
      chords: 'i | II | vii | i',
      melody: '1 - - 2 1 - 5, - | 2 - - 4 6 - 4 - | 4 - - 3 2 - 7, - | 1 - - - - - . .',
    },
    B: {
      chords: 'VI | vii | VI | II',
      melody: "3 - 3 - 6 - 5 3 | 4 - 4 - 2 - 7, - | 3 - 3 - 1' - 6 - | 6 - 4 - 2 - - -",
    },
    A3: {
      chords: 'i | II | i II | i',
      melody: '1 - - 2 1 - 5 - | 6 - - 5 4 - 2 - | 3 - 1 - 2 - 4 - | 1 - - - - - . .',
    },
    outro: { chords: 'II | i', melody: '2 - 2 - 2 - 4 - | 1 - - - - - . .' },
  },
  layers: {
    cello: { role: 'melody', on: 'cello', pan: -0.1, db: 2, gate: 0.95 },
    octave: { role: 'melody', on: 'clarinet', octave: 1, pan: 0.2, db: -5, gate: 0.9 },
    counter: { role: 'counter', on: 'strings', range: [57, 69], pan: 0.25, db: -8 },
    motor: {
      role: 'figure',
      on: 'spiccato',
      pattern: '0 0 1 0 2 0 1 0',
      voices: 3,
      range: [43, 60],
      pan: -0.3,
      db: -3,
      gate: 0.8,
    },
    close: { role: 'figure', on: 'spiccato', pattern: '012', voices: 3, range: [40, 57], db: -2 },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [50, 66], db: -12 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - R - R - R R', lowest: 'B1', db: -2, gate: 0.9 },
    drum: { role: 'drum', on: 'frameDrum', pattern: 'x . . o x . o .', pan: 0.1, db: -6 },
    tom: { role: 'drum', on: 'lowTom', pattern: '. . o . . . x o', pan: -0.2, db: -9 },
    kick: { role: 'drum', on: 'softKick', pattern: 'x . . . x . . .', db: -8 },
  },
  form: [
    { phrase: 'intro', play: 'motor bass', level: 0.6 },
    { phrase: 'A', play: 'cello motor bass drum', level: 0.72 },
    { phrase: 'A2', play: 'cello motor bass drum pad', level: 0.78 },
    { phrase: 'B', play: 'cello octave motor bass drum tom kick pad', level: 0.88 },
    { phrase: 'A3', play: 'cello octave motor bass drum kick pad', level: 0.86 },
    { phrase: 'B', play: 'cello counter motor bass drum pad', level: 0.74 },
    { phrase: 'A2', play: 'cello octave counter motor bass drum tom kick pad', level: 0.92 },
    { phrase: 'A3', play: 'cello octave counter motor bass drum tom kick pad', level: 0.95 },
    { phrase: 'outro', play: 'cello close bass drum pad', level: 0.7 },
  ],
};

const ironKettle: Piece = {
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
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [40, 60], db: -3 },
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

const stampingBoots: Piece = {
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
    close: { role: 'figure', on: 'spiccato', pattern: '012 - - 012 - -', voices: 3, range: [41, 57], db: -3 },
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

const stormEngine: Piece = {
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
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [40, 60], db: -3 },
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

const redWind: Piece = {
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
      db: -2,
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

export const ANGRY_PIECES: readonly Piece[] = [
  thunderUnderTheHill,
  ironKettle,
  stampingBoots,
  stormEngine,
  redWind,
];
