import type { Piece } from '../../piece.ts';

/** Sunbeam Carousel. */
export const sunbeamCarousel: Piece = {
  title: 'Sunbeam Carousel',
  intended: 'happy',
  tonic: 'F4',
  mode: 'major',
  metre: '3/4',
  beatsPerMinute: 162,
  rubato: 0.35,
  room: { decayS: 1.5, levelDb: -12 },
  phrases: {
    intro: { chords: 'I | V7 | I | V7' },
    A: {
      chords: 'I | I | vi | vi | ii | V7 | I | V7',
      melody: "3 - 5 | 1' - 5 | 6 - 5 | 3 - - | 4 - 6 | 2' - 7 | 1' 7 6 | 5 - .",
    },
    A2: {
      chords: 'I | I | vi | vi | ii | V7 | I | I',
      melody: "3 - 5 | 1' - 5 | 6 - 5 | 3 - - | 4 - 6 | 2' - 7 | 1' - - | - - .",
    },
    B: {
      chords: 'IV | IV | I/3 | I | V7/V | V7/V | V | V7',
      melody: "1' - 6 | 4 5 6 | 1' - 5 | 3 4 5 | 2' - 1' | #4 5 6 | 5 - 7 | 2' - 4",
    },
    A3: {
      chords: 'I | V7/IV | IV | iv | I/5 | V7 | I | I',
      melody: "3 - 5 | 1' - b7 | 6 - 4 | b6 - 4 | 5 - 1' | 2' - 7 | 1' - - | - - .",
    },
    outro: { chords: 'IV | iv | I | I', melody: '6 - 4 | b6 - 4 | 5 - - | - - .' },
  },
  layers: {
    accordion: { role: 'melody', on: 'accordion', pan: -0.15, gate: 0.95 },
    box: { role: 'melody', on: 'musicBox', octave: 1, pan: 0.2, db: -4 },
    thirds: { role: 'harmony', on: 'accordion', pan: 0.25, db: -8, gate: 0.95 },
    flute: { role: 'counter', on: 'flute', range: [69, 82], pan: 0.3, db: -9 },
    oompah: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '. 012 012',
      voices: 3,
      range: [55, 70],
      pan: 0.25,
      db: -5,
    },
    close: {
      role: 'figure',
      on: 'nylonGuitar',
      pattern: '0123',
      voices: 4,
      range: [50, 69],
      pan: 0.25,
      db: -9,
    },
    pad: { role: 'pad', on: 'strings', voices: 3, range: [55, 70], db: -13 },
    bass: { role: 'bass', on: 'uprightBass', pattern: 'R - - | 5 - -', lowest: 'G1', db: -3, gate: 0.7 },
    brush: { role: 'drum', on: 'brushSnare', pattern: '. o o', pan: 0.1, db: -19 },
    shaker: { role: 'drum', on: 'shaker', pattern: 'x . o . o .', pan: -0.3, db: -22 },
  },
  form: [
    { phrase: 'intro', play: 'oompah bass', level: 0.6 },
    { phrase: 'A', play: 'box oompah bass', level: 0.62 },
    { phrase: 'A2', play: 'accordion oompah bass brush', level: 0.72 },
    { phrase: 'B', play: 'accordion thirds oompah bass brush shaker pad', level: 0.82 },
    { phrase: 'A3', play: 'accordion box flute oompah bass brush shaker pad', level: 0.88 },
    { phrase: 'outro', play: 'box close bass pad', level: 0.55 },
  ],
};
