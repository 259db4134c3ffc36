import type { Piece } from '../../piece.ts';

/** Far Lantern. */
export const farLantern: Piece = {
  title: 'Far Lantern',
  intended: 'sad',
  tonic: 'E4',
  mode: 'minor',
  metre: '4/4',
  beatsPerMinute: 74,
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
      db: -1.5,
      gate: 1.8,
    },
    close: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0123',
      voices: 4,
      range: [47, 66],
      pan: -0.2,
      db: -6.5,
    },
    pad: { role: 'pad', on: 'glassPad', voices: 3, range: [52, 67], db: -10.5 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - - - 5 - - -', lowest: 'A1', db: -4 },
  },
  form: [
    { phrase: 'intro', play: 'guitar', level: 0.62 },
    { phrase: 'A', play: 'flute guitar', level: 0.56 },
    { phrase: 'A2', play: 'flute guitar bass pad', level: 0.62 },
    { phrase: 'B', play: 'flute cello guitar bass pad', level: 0.72 },
    { phrase: 'A3', play: 'flute cello guitar bass pad', level: 0.62 },
    { phrase: 'outro', play: 'flute close bass pad', level: 0.45 },
  ],
};
