/**
 * What a composition says about itself: key, tempo, phrases in the notation of `notation.ts`, layers that play
 * them and the order in which it all comes. The composer turns it into a score.
 */
import type { Emotion } from '../../../models/emotions.ts';
import type { DrumName, InstrumentName } from './instruments/instrument-names.ts';
import type { Mode } from './theory.ts';
import type { PitchRange } from './voice-leading.ts';

export interface Piece {
  readonly title: string;
  readonly intended: Emotion;
  /** Degree 1 of the melody, such as `'D5'`. */
  readonly tonic: string;
  readonly mode: Mode;
  /** 6/8 counts three quarter notes a bar, 7/8 three and a half. */
  readonly metre: '4/4' | '3/4' | '6/8' | '7/8' | '5/4';
  /** Quarter notes a minute. */
  readonly beatsPerMinute: number;
  /** 0 straight to 0.33 triplet: delay of the off-beat eighth in quarter notes over two. */
  readonly swing?: number;
  /** 0 strict to 1 free: how far phrase ends slow down. */
  readonly rubato: number;
  readonly room: { readonly decayS: number; readonly levelDb: number };
  readonly phrases: Readonly<Record<string, Phrase>>;
  readonly layers: Readonly<Record<string, Layer>>;
  readonly form: readonly Section[];
}

/** Chords and melody of the same number of bars; an empty melody is a phrase that only accompanies. */
export interface Phrase {
  readonly chords: string;
  readonly melody?: string;
}

export interface Section {
  readonly phrase: string;
  /** Layers that play here, by name, parted by spaces. */
  readonly play: string;
  /** How strongly, 0 to 1; 0.7 where it is not said. */
  readonly level?: number;
  /** Octaves by which the melody is lifted here. */
  readonly lift?: 1;
}

interface Sounding {
  readonly on: InstrumentName;
  /** -1 left, 1 right; 0 where it is not said. */
  readonly pan?: number;
  /** Loudness of the layer against the melody, dB; 0 where it is not said. */
  readonly db?: number;
  /** Share of its written length a note sounds: 0.5 staccato, 1 as written, 1.1 legato. */
  readonly gate?: number;
}

export type Layer =
  /** The phrase's melody, `octave` octaves from where it is written. */
  | (Sounding & { readonly role: 'melody'; readonly octave?: number })
  /** The melody's shadow, a chord-fitted third or sixth below. */
  | (Sounding & { readonly role: 'harmony'; readonly octave?: number })
  /** A slow second line of its own, by the rules of `counter-line.ts`. */
  | (Sounding & { readonly role: 'counter'; readonly range: PitchRange })
  /** A broken chord: tokens are voices from the lowest, `02` two together. */
  | (Sounding & {
      readonly role: 'figure';
      readonly pattern: string;
      readonly voices: number;
      readonly range: PitchRange;
    })
  /** Held chords; common tones are tied. */
  | (Sounding & { readonly role: 'pad'; readonly voices: number; readonly range: PitchRange })
  /** Tokens: `R` bass of the chord, `3` `5` its third and fifth, `8` the octave, `A` a step to the next bass. */
  | (Sounding & { readonly role: 'bass'; readonly pattern: string; readonly lowest: string })
  /** Tokens: `x` a stroke, `o` a soft one. */
  | {
      readonly role: 'drum';
      readonly on: DrumName;
      readonly pattern: string;
      readonly pan?: number;
      readonly db?: number;
    };

/** Quarter notes a bar. */
export const BAR_BEATS: Readonly<Record<Piece['metre'], number>> = {
  '4/4': 4,
  '3/4': 3,
  '6/8': 3,
  '7/8': 3.5,
  '5/4': 5,
};

/** Beats of the bar that carry weight, in quarter notes from the bar line; the first is the strongest. */
export const STRONG_BEATS: Readonly<Record<Piece['metre'], readonly number[]>> = {
  '4/4': [0, 2],
  '3/4': [0],
  '6/8': [0, 1.5],
  '7/8': [0, 2],
  '5/4': [0, 3],
};
