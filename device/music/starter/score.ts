/**
 * A piece as written: who plays which pitch on which beat, how strongly, and how fast the beats go. Pure data,
 * exact to the beat; the performance makes it human, the mixdown makes it sound.
 */
import type { Emotion } from '../../../models/emotions.ts';
import type { DrumName, InstrumentName } from './instruments/instrument-names.ts';
import type { Chord, Key } from './theory.ts';

export interface ScoreNote {
  /** Quarter notes from the start of the piece. */
  readonly beat: number;
  /** Length in quarter notes. */
  readonly beats: number;
  /** MIDI pitch. Drums ignore it. */
  readonly pitch: number;
  /** How strongly it is played, (0, 1]. */
  readonly velocity: number;
}

export interface ScorePart {
  readonly name: string;
  /** What the part is for; tests and the mix treat them differently. */
  readonly role: 'melody' | 'harmony' | 'counter' | 'figure' | 'pad' | 'bass' | 'drum';
  readonly instrument: InstrumentName | DrumName;
  /** -1 left, 1 right. */
  readonly pan: number;
  /** Loudness of the whole part against the melody. */
  readonly levelDb: number;
  readonly notes: readonly ScoreNote[];
}

/** The chord that sounds from `beat` for `beats`. */
export interface ScoreChord {
  readonly beat: number;
  readonly beats: number;
  readonly chord: Chord;
}

/** From this beat on, a beat lasts `60 / beatsPerMinute` seconds. */
export interface TempoMark {
  readonly beat: number;
  readonly beatsPerMinute: number;
}

/** Where a phrase of the form begins. */
export interface ScoreSection {
  readonly phrase: string;
  readonly beat: number;
  readonly beats: number;
}

export interface Score {
  readonly title: string;
  readonly intended: Emotion;
  readonly key: Key;
  /** Quarter notes a bar: 4 for 4/4, 3 for 3/4 and 6/8, 3.5 for 7/8. */
  readonly barBeats: number;
  readonly tempo: readonly TempoMark[];
  readonly sections: readonly ScoreSection[];
  readonly chords: readonly ScoreChord[];
  readonly parts: readonly ScorePart[];
  /** Share of an off-beat eighth's delay, 0 straight to 0.33 triplet swing. */
  readonly swing: number;
  /** Seconds the room takes to fall silent (T60), and how much of it is heard. */
  readonly room: { readonly decayS: number; readonly levelDb: number };
}
