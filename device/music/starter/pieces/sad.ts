/** Five sad pieces: minor, slow and legato, low to middle register, lines that sigh downwards; cello, clarinet, harp. */
import type { Piece } from '../piece.ts';

const DIM_ROOM = { decayS: 2.1, levelDb: -11 } as const;

const rainOnTheWindow: Piece = {
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
      db: -5,
      gate: 1.3,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [48, 67], db: -5 },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [50, 65], db: -10 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - - 5 -', lowest: 'A1', db: -5 },
  },
  form: [
    { phrase: 'intro', play: 'drops bass', level: 0.5 },
    { phrase: 'A', play: 'clarinet drops bass', level: 0.58 },
    { phrase: 'A2', play: 'clarinet drops bass cello pad', level: 0.64 },
    { phrase: 'B', play: 'clarinet drops bass cello pad', level: 0.74 },
    { phrase: 'A3', play: 'clarinet drops bass cello pad', level: 0.6 },
    { phrase: 'outro', play: 'clarinet close bass pad', level: 0.45 },
  ],
};

const theEmptySwing: Piece = {
  title: 'The Empty Swing',
  intended: 'sad',
  tonic: 'D4',
  mode: 'minor',
  metre: '3/4',
  beatsPerMinute: 80,
  rubato: 0.8,
  room: DIM_ROOM,
  phrases: {
    intro: { chords: 'i | VI' },
    A: { chords: 'i | v | VI | III', melody: '5 - 4 | 2 - 7, | 3 - 1 | 7, - -' },
    A2: { chords: 'iv | i | V7 | i', melody: '6 - 5 | 3 - 1 | 2 - #7, | 1 - -' },
    B: { chords: 'VI | III | iv | V', melody: "1' - 7 | 5 - 3 | 6 - 4 | 5 - #7," },
    B2: { chords: 'VI | VII | i | V7', melody: "1' 7 6 | 4 - 2 | 5 4 3 | 2 - #7," },
    A3: { chords: 'iv | i/5 | V7 | i', melody: '6 5 4 | 3 - 1 | 2 - #7, | 1 - -' },
    outro: { chords: 'iv | i', melody: '4 - 6, | 1 - .' },
  },
  layers: {
    cello: { role: 'melody', on: 'cello', octave: -1, pan: -0.12, db: 1, gate: 1.02 },
    flute: { role: 'melody', on: 'clarinet', pan: 0.15, db: -3, gate: 1 },
    shadow: { role: 'harmony', on: 'clarinet', pan: 0.2, db: -8, gate: 1 },
    line: { role: 'counter', on: 'strings', range: [57, 69], pan: 0.3, db: -8 },
    sway: {
      role: 'figure',
      on: 'harp',
      pattern: '0 1 2 3 2 1',
      voices: 4,
      range: [50, 70],
      pan: 0.25,
      db: -4,
      gate: 1.6,
    },
    close: {
      role: 'figure',
      on: 'harp',
      pattern: '0123',
      voices: 4,
      range: [48, 69],
      pan: 0.2,
      db: -4,
      gate: 1.5,
    },
    pad: { role: 'pad', on: 'softPad', voices: 3, range: [50, 65], db: -11 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - -', lowest: 'G1', db: -5 },
  },
  form: [
    { phrase: 'intro', play: 'sway bass', level: 0.5 },
    { phrase: 'A', play: 'cello sway bass', level: 0.58 },
    { phrase: 'A2', play: 'cello sway bass pad', level: 0.6 },
    { phrase: 'B', play: 'cello line sway bass pad', level: 0.7 },
    { phrase: 'A3', play: 'cello shadow sway bass pad', level: 0.62 },
    { phrase: 'B2', play: 'cello flute line sway bass pad', level: 0.76 },
    { phrase: 'A3', play: 'cello sway bass pad', level: 0.52 },
    { phrase: 'outro', play: 'cello close bass pad', level: 0.42 },
  ],
};

const farLantern: Piece = {
  title: 'Far Lantern',
  intended: 'sad',
  tonic: 'E4',
  mode: 'minor',
  metre: '4/4',
  beatsPerMinute: 72,
  rubato: 0.7,
  room: { decayS: 2.4, levelDb: -11 },
  phrases: {
    intro: { chords: 'i' },
    A: {
      chords: 'i | VII | VI | iv',
      melody: '5 - - - 3 - 4 - | 4 - - - 2 - - - | 3 - - - 1 - 2 - | 1 - - - 6, - - -',
    },
    A2: {
      chords: 'i | VII | VI V7 | i',
      melody: '5 - - - 3 - 4 - | 4 - - - 2 - 3 - | 3 - 1 - #7, - 2 - | 1 - - - - - . .',
    },
    B: {
      chords: 'III | VII/3 | VImaj7 | V',
      melody: '3 - 5 - 7 - - - | 2 - 4 - 7 - - - | 1 - 3 - 6 - 5 - | 5 - - - #7, - - -',
    },
    A3: {
      chords: 'VI | VII | V7 | i',
      melody: '3 - - - 1 - 3 - | 4 - - - 2 - - 3 | 2 - - - #7, - - - | 1 - - - - - . .',
    },
    outro: { chords: 'iv | iadd9', melody: '1 - - - 6, - - - | 5, - - - - - . .' },
  },
  layers: {
    flute: { role: 'melody', on: 'flute', pan: 0.1, gate: 1.02 },
    cello: { role: 'counter', on: 'cello', range: [47, 59], pan: -0.3, db: -5 },
    guitar: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0 2 1 3 2 1 3 2',
      voices: 4,
      range: [47, 66],
      pan: -0.2,
      db: -3,
      gate: 1.8,
    },
    close: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0123',
      voices: 4,
      range: [47, 66],
      pan: -0.2,
      db: -3,
    },
    pad: { role: 'pad', on: 'glassPad', voices: 3, range: [52, 67], db: -12 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - - - 5 - - -', lowest: 'A1', db: -4 },
  },
  form: [
    { phrase: 'intro', play: 'guitar', level: 0.48 },
    { phrase: 'A', play: 'flute guitar', level: 0.56 },
    { phrase: 'A2', play: 'flute guitar bass pad', level: 0.62 },
    { phrase: 'B', play: 'flute cello guitar bass pad', level: 0.72 },
    { phrase: 'A3', play: 'flute cello guitar bass pad', level: 0.62 },
    { phrase: 'outro', play: 'flute close bass pad', level: 0.45 },
  ],
};

const lastLeaf: Piece = {
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
      db: -4,
      gate: 1.6,
    },
    close: {
      role: 'figure',
      on: 'harp',
      pattern: '0123',
      voices: 4,
      range: [48, 67],
      pan: -0.2,
      db: -4,
      gate: 1.4,
    },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [50, 65], db: -10 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - -', lowest: 'G1', db: -5 },
  },
  form: [
    { phrase: 'intro', play: 'fall bass', level: 0.48 },
    { phrase: 'A', play: 'vibes fall bass', level: 0.56 },
    { phrase: 'B', play: 'vibes line fall bass pad', level: 0.68 },
    { phrase: 'A2', play: 'cello vibes line fall bass pad', level: 0.72 },
    { phrase: 'outro', play: 'vibes close bass pad', level: 0.42 },
  ],
};

const fogSong: Piece = {
  title: 'Fog Song',
  intended: 'sad',
  tonic: 'F#3',
  mode: 'minor',
  metre: '4/4',
  beatsPerMinute: 68,
  rubato: 0.6,
  room: { decayS: 2.6, levelDb: -10 },
  phrases: {
    intro: { chords: 'i' },
    A: {
      chords: 'i | v/3 | iv/3 | V',
      melody: '1 - 3 - 5 - - - | 5 - 4 - 2 - - - | 4 - 3 - 1 - - - | 2 - - - #7, - 5, -',
    },
    A2: {
      chords: 'i | v/3 | iv/3 V | i',
      melody: '1 - 3 - 5 - - - | 5 - 4 - 2 - 5 - | 6 - 4 - 2 - #7, - | 1 - - - - - . .',
    },
    B: {
      chords: 'VI | III | iv | V7',
      melody: '3 - - 5 6 - 5 - | 5 - - 3 7, - - - | 1 - - 3 4 - 6 - | 5 - 4 - 2 - - -',
    },
    A3: {
      chords: 'i | v/3 | iv/3 V7 | i',
      melody: "5 - 1' - 5 - 3 - | 5 - 4 - 2 - 7, - | 1 - 4 - 4 - 2 - | 1 - - - - - . .",
    },
    outro: { chords: 'VImaj7 | i', melody: '3 - - - 1 - - - | 5, - - - - - . .' },
  },
  layers: {
    keys: { role: 'melody', on: 'electricPiano', octave: 1, gate: 1.1 },
    cello: { role: 'melody', on: 'cello', pan: -0.2, db: -3, gate: 1.02 },
    line: { role: 'counter', on: 'clarinet', range: [52, 64], pan: 0.3, db: -8 },
    low: {
      role: 'figure',
      on: 'electricPiano',
      pattern: '01 - 2 - 3 - 2 -',
      voices: 4,
      range: [45, 62],
      db: -6,
      gate: 1.2,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [45, 62], db: -6 },
    pad: { role: 'pad', on: 'strings', voices: 4, range: [49, 66], db: -8 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - - - -', lowest: 'A1', db: -5 },
  },
  form: [
    { phrase: 'intro', play: 'pad', level: 0.45 },
    { phrase: 'A', play: 'keys pad bass', level: 0.55 },
    { phrase: 'A2', play: 'keys low pad bass', level: 0.6 },
    { phrase: 'B', play: 'cello line low pad bass', level: 0.72 },
    { phrase: 'A3', play: 'keys cello line low pad bass', level: 0.64 },
    { phrase: 'outro', play: 'keys close pad bass', level: 0.42 },
  ],
};

export const SAD_PIECES: readonly Piece[] = [rainOnTheWindow, theEmptySwing, farLantern, lastLeaf, fogSong];
