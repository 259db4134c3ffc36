/** Five calm pieces: major, lydian and pentatonic, slow, soft and sparse, with room around every note. No drums. */
import type { Piece } from '../piece.ts';

const WIDE_ROOM = { decayS: 2.6, levelDb: -9 } as const;

const moonHarbour: Piece = {
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
      db: -6,
      gate: 1.6,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [48, 67], db: -6 },
    pad: { role: 'pad', on: 'softPad', voices: 4, range: [50, 67], db: -7 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - - - -', lowest: 'A1', db: -7 },
  },
  form: [
    { phrase: 'intro', play: 'pad waves', level: 0.4 },
    { phrase: 'A', play: 'kalimba pad waves', level: 0.48 },
    { phrase: 'A2', play: 'kalimba pad waves bass', level: 0.5 },
    { phrase: 'B', play: 'kalimba flute pad waves bass', level: 0.56 },
    { phrase: 'A3', play: 'kalimba flute pad waves bass', level: 0.48 },
    { phrase: 'outro', play: 'kalimba close pad bass', level: 0.38 },
  ],
};

const sleepingGarden: Piece = {
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
      db: -3,
      gate: 2,
    },
    close: {
      role: 'figure',
      on: 'harp',
      pattern: '0123',
      voices: 4,
      range: [50, 71],
      pan: 0.2,
      db: -3,
      gate: 1.5,
    },
    pad: { role: 'pad', on: 'softPad', voices: 3, range: [55, 69], db: -10 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - -', lowest: 'G1', db: -7 },
  },
  form: [
    { phrase: 'intro', play: 'leaves', level: 0.4 },
    { phrase: 'A', play: 'bells leaves', level: 0.46 },
    { phrase: 'A2', play: 'flute leaves bass pad', level: 0.52 },
    { phrase: 'B', play: 'flute line leaves bass pad', level: 0.58 },
    { phrase: 'A2', play: 'flute bells leaves bass pad', level: 0.54 },
    { phrase: 'B', play: 'bells line leaves pad', level: 0.48 },
    { phrase: 'A3', play: 'flute leaves bass pad', level: 0.46 },
    { phrase: 'outro', play: 'bells close bass pad', level: 0.36 },
  ],
};

const slowClouds: Piece = {
  title: 'Slow Clouds',
  intended: 'calm',
  tonic: 'C4',
  mode: 'major',
  metre: '4/4',
  beatsPerMinute: 68,
  rubato: 0.5,
  room: { decayS: 3, levelDb: -8 },
  phrases: {
    intro: { chords: 'Imaj9' },
    A: {
      chords: 'Imaj9 | IVmaj7 | Imaj9 | vi7',
      melody: "5 - - - 3 - - - | 6 - - - 1' - - - | 7 - - - 5 - - - | 3 - - - - - . .",
    },
    A2: {
      chords: 'Imaj9 | IVmaj7 | ii7 V7sus4 | Iadd9',
      melody: "5 - - - 3 - - - | 6 - - - 1' - 3' - | 2' - - - 1' - - - | 5 - - - - - . .",
    },
    B: {
      chords: 'iii7 | vi7 | ii7 | V7sus4',
      melody: "7 - - 5 3 - - - | 5 - - 3 1 - - - | 4 - - 6 1' - - - | 2' - - - 5 - . .",
    },
    A3: {
      chords: 'Imaj9 | IVmaj7 | iv6 | Imaj9',
      melody: "5 - - - 3 - - - | 6 - - - 1' - - - | b6 - - - 4 - - - | 3 - - - - - . .",
    },
    outro: { chords: 'Iadd9', melody: '2 - - - 1 - - .' },
  },
  layers: {
    vibes: { role: 'melody', on: 'vibraphone', pan: 0.1, gate: 1.3 },
    keys: {
      role: 'figure',
      on: 'electricPiano',
      pattern: '0123 - - - . - 3 -',
      voices: 4,
      range: [48, 67],
      db: -5,
    },
    close: { role: 'figure', on: 'electricPiano', pattern: '0123', voices: 4, range: [48, 67], db: -5 },
    air: { role: 'pad', on: 'glassPad', voices: 4, range: [55, 72], db: -9 },
    line: { role: 'counter', on: 'strings', range: [55, 67], pan: -0.25, db: -8 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - - - -', lowest: 'G1', db: -7 },
  },
  form: [
    { phrase: 'intro', play: 'air keys', level: 0.38 },
    { phrase: 'A', play: 'vibes keys air', level: 0.46 },
    { phrase: 'A2', play: 'vibes keys air bass', level: 0.5 },
    { phrase: 'B', play: 'vibes line keys air bass', level: 0.55 },
    { phrase: 'A3', play: 'vibes line keys air bass', level: 0.46 },
    { phrase: 'outro', play: 'vibes close air bass', level: 0.36 },
  ],
};

const warmStones: Piece = {
  title: 'Warm Stones',
  intended: 'calm',
  tonic: 'D4',
  mode: 'major',
  metre: '6/8',
  beatsPerMinute: 80,
  rubato: 0.4,
  room: { decayS: 2.1, levelDb: -10 },
  phrases: {
    intro: { chords: 'I | I' },
    A: {
      chords: 'I | IV | I | V',
      melody: '5 - 3 5 - 3 | 6 - 4 6 - - | 5 - 3 1 - 3 | 2 - - 5, - -',
    },
    A2: {
      chords: 'I | IV | ii V | I',
      melody: "5 - 3 5 - 3 | 6 - 4 1' - - | 6 - 4 2 - 7, | 1 - - - - .",
    },
    B: {
      chords: 'vi | iii | IV | I',
      melody: "1' - 7 6 - - | 7 - 6 5 - - | 6 - 5 4 - - | 3 - - 5 - -",
    },
    B2: {
      chords: 'vi | iii | ii7 | V',
      melody: "1' - 6 3 - - | 7 - 5 3 - - | 6 - 4 2 - - | 2 - - 5 - -",
    },
    A3: {
      chords: 'I | IV | ii7 V7 | I',
      melody: "5 - 3 1' - 5 | 6 - 4 6 - 4 | 2 - 4 2 - 7, | 1 - - - - .",
    },
    outro: { chords: 'IV | I', melody: '6 - 4 1 - - | 3 - - - - .' },
  },
  layers: {
    guitar: { role: 'melody', on: 'nylonGuitar', pan: -0.1, gate: 1.6 },
    flute: { role: 'melody', on: 'flute', octave: 1, pan: 0.15, db: -6 },
    sixths: { role: 'harmony', on: 'nylonGuitar', pan: 0.15, db: -6, gate: 1.4 },
    rock: {
      role: 'figure',
      on: 'marimba',
      pattern: '0 - 2 1 - 2',
      voices: 3,
      range: [50, 64],
      pan: 0.3,
      db: -7,
    },
    close: { role: 'figure', on: 'nylonGuitar', pattern: '0123', voices: 4, range: [47, 66], db: -3 },
    pad: { role: 'pad', on: 'softPad', voices: 3, range: [54, 69], db: -9 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - - -', lowest: 'A1', db: -6 },
  },
  form: [
    { phrase: 'intro', play: 'rock pad', level: 0.42 },
    { phrase: 'A', play: 'guitar rock', level: 0.48 },
    { phrase: 'A2', play: 'guitar rock bass pad', level: 0.52 },
    { phrase: 'B', play: 'guitar sixths rock bass pad', level: 0.58 },
    { phrase: 'A', play: 'flute guitar rock bass pad', level: 0.52 },
    { phrase: 'B2', play: 'guitar flute rock bass pad', level: 0.56 },
    { phrase: 'A3', play: 'guitar sixths rock bass pad', level: 0.48 },
    { phrase: 'outro', play: 'guitar close pad bass', level: 0.36 },
  ],
};

const snowLamp: Piece = {
  title: 'Snow Lamp',
  intended: 'calm',
  tonic: 'Bb4',
  mode: 'major',
  metre: '5/4',
  beatsPerMinute: 84,
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
      db: -4,
      gate: 1.8,
    },
    close: {
      role: 'figure',
      on: 'harp',
      pattern: '0123',
      voices: 4,
      range: [50, 70],
      pan: -0.2,
      db: -4,
      gate: 1.3,
    },
    pad: { role: 'pad', on: 'strings', voices: 4, range: [53, 70], db: -8 },
    bass: { role: 'bass', on: 'warmBass', pattern: 'R - - - -', lowest: 'G1', db: -6 },
  },
  form: [
    { phrase: 'intro', play: 'pad flakes', level: 0.4 },
    { phrase: 'A', play: 'box flakes', level: 0.46 },
    { phrase: 'A2', play: 'box flakes bass pad', level: 0.5 },
    { phrase: 'B', play: 'box flute flakes bass pad', level: 0.56 },
    { phrase: 'A3', play: 'box flute flakes bass pad', level: 0.48 },
    { phrase: 'outro', play: 'box close bass pad', level: 0.36 },
  ],
};

export const CALM_PIECES: readonly Piece[] = [moonHarbour, sleepingGarden, slowClouds, warmStones, snowLamp];
