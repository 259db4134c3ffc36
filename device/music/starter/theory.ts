/**
 * Pitches, modes and chords: what a degree or a Roman numeral means in a key.
 * Pitches are MIDI numbers (60 = middle C), pitch classes 0-11, intervals semitones.
 */

/** Semitones above the tonic of the seven degrees. */
export const MODES = {
  major: [0, 2, 4, 5, 7, 9, 11],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  minor: [0, 2, 3, 5, 7, 8, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
} as const;

export type Mode = keyof typeof MODES;

/** Where degree 1 of the melody lies, and the mode above it. */
export interface Key {
  readonly tonic: number;
  readonly mode: Mode;
}

/** A chord by its pitch classes, lowest function first: root, third (or its replacement), fifth, then colours. */
export interface Chord {
  readonly symbol: string;
  readonly tones: readonly number[];
  /** Pitch class of the bass: the root unless the symbol names an inversion. */
  readonly bass: number;
}

const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const NUMERALS = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII'];

/** Intervals above the root by suffix; `third` is 4 for an upper-case numeral, 3 for a lower-case one. */
const CHORD_SHAPES: Readonly<Record<string, (third: 3 | 4) => readonly number[]>> = {
  '': (third) => [0, third, 7],
  7: (third) => [0, third, 7, 10],
  maj7: (third) => [0, third, 7, 11],
  9: (third) => [0, third, 7, 10, 14],
  maj9: (third) => [0, third, 7, 11, 14],
  6: (third) => [0, third, 7, 9],
  add9: (third) => [0, third, 7, 14],
  sus4: () => [0, 5, 7],
  '7sus4': () => [0, 5, 7, 10],
  sus2: () => [0, 2, 7],
  o: () => [0, 3, 6],
  o7: () => [0, 3, 6, 9],
  ø: () => [0, 3, 6, 10],
};

export function pitchClass(pitch: number): number {
  return ((pitch % 12) + 12) % 12;
}

/** `'Bb3'` -> 58. Throws on anything that is not letter, accidental, octave. */
export function parsePitch(name: string): number {
  const match = /^([A-G])([#b]?)(-?\d)$/.exec(name);
  if (!match) throw new Error(`parse pitch ${name}: expected a name such as F#4`);
  const [, letter = '', accidental = '', octave = ''] = match;
  return 12 * (Number(octave) + 1) + LETTERS[letter]! + accidentalShift(accidental);
}

/**
 * `"5"` -> the fifth degree above the tonic, `"1'"` an octave up, `"5,"` an octave down, `"#7"` and `"b3"` altered.
 * Returns a MIDI number. Throws on anything else.
 */
export function parseDegree(token: string, key: Key): number {
  const match = /^([#b]?)([1-7])('*)(,*)$/.exec(token);
  if (!match) throw new Error(`parse degree ${token}: expected a degree such as 5, 1' or #7,`);
  const [, accidental = '', degree = '', up = '', down = ''] = match;
  const step = MODES[key.mode][Number(degree) - 1]!;
  return key.tonic + step + accidentalShift(accidental) + 12 * (up.length - down.length);
}

/**
 * A Roman numeral relative to the key's own degrees (in minor, `VI` is the natural sixth; `bII` lowers the second):
 * case gives the third, a suffix of `CHORD_SHAPES` the shape, `/3`, `/5` or `/7` the inversion, `V7/ii` a
 * secondary dominant. Throws on an unknown symbol.
 */
export function parseChord(symbol: string, key: Key): Chord {
  const match = /^([#b]?)([IViv]+)([a-z0-9ø]*)(?:\/(?:([357])|([#b]?)([IViv]+)))?$/.exec(symbol);
  const [, accidental = '', numeral = '', suffix = '', inversion, ofAccidental = '', of] = match ?? [];
  const shape = CHORD_SHAPES[suffix];
  const degree = NUMERALS.indexOf(numeral.toUpperCase());
  if (!shape || degree < 0) throw new Error(`parse chord ${symbol}: expected a numeral such as IVmaj7`);
  let root = key.tonic + accidentalShift(accidental);
  if (of === undefined) root += MODES[key.mode][degree]!;
  else {
    const target = NUMERALS.indexOf(of.toUpperCase());
    if (target < 0) throw new Error(`parse chord ${symbol}: ${of} is not a degree`);
    root += MODES[key.mode][target]! + accidentalShift(ofAccidental) + MODES.major[degree]!;
  }
  const tones = shape(numeral === numeral.toUpperCase() ? 4 : 3).map((interval) =>
    pitchClass(root + interval),
  );
  const bass = inversion === undefined ? tones[0]! : tones[(Number(inversion) - 1) / 2]!;
  return { symbol, tones, bass };
}

/** Whether the pitch belongs to the chord, colours and bass included. */
export function isChordTone(pitch: number, chord: Chord): boolean {
  return chord.tones.includes(pitchClass(pitch));
}

/** The pitch of this pitch class nearest to `near`, the lower of two equally near. */
export function nearestPitch(wanted: number, near: number): number {
  const below = near - pitchClass(near - wanted);
  return near - below <= 6 ? below : below + 12;
}

function accidentalShift(accidental: string): number {
  if (accidental === '#') return 1;
  return accidental === 'b' ? -1 : 0;
}
