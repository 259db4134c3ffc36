/**
 * Turns a piece's specification into a score: lays the sections out in time, reads chords and melody in the key,
 * and lets every layer write its part. Never random: the same piece is always the same score.
 */

import { bassNotes, drumNotes, figureNotes, padNotes } from './accompaniment.ts';
import { counterLine } from './counter-line.ts';
import { barCount, parseBars } from './notation.ts';
import { BAR_BEATS, type Layer, type Phrase, type Piece, type Section, STRONG_BEATS } from './piece.ts';
import type { Score, ScoreChord, ScoreNote, ScorePart, ScoreSection, TempoMark } from './score.ts';
import { isChordTone, type Key, MODES, parseChord, parseDegree, parsePitch, pitchClass } from './theory.ts';

const DEFAULT_LEVEL = 0.7;

/** A section with its place in time and its music. */
interface Laid extends ScoreSection {
  readonly section: Section;
  readonly chords: readonly ScoreChord[];
  readonly melody: readonly ScoreNote[];
}

/** The score of a piece. Throws, naming the piece, where the specification contradicts itself. */
export function composeScore(piece: Piece): Score {
  try {
    return scoreOf(piece);
  } catch (error) {
    throw new Error(`compose ${piece.title}: ${(error as Error).message}`, { cause: error });
  }
}

function scoreOf(piece: Piece): Score {
  const key: Key = { tonic: parsePitch(piece.tonic), mode: piece.mode };
  const laid = layOut(piece, key);
  const parts = Object.entries(piece.layers).map(([name, layer]) => writePart(piece, key, name, layer, laid));
  return {
    title: piece.title,
    intended: piece.intended,
    key,
    barBeats: BAR_BEATS[piece.metre],
    tempo: tempoOf(piece, laid),
    sections: laid.map(({ phrase, beat, beats }) => ({ phrase, beat, beats })),
    chords: laid.flatMap(({ chords }) => chords),
    parts: parts.filter((part) => part.notes.length > 0),
    swing: piece.swing ?? 0,
    room: piece.room,
  };
}

function layOut(piece: Piece, key: Key): readonly Laid[] {
  const barBeats = BAR_BEATS[piece.metre];
  let beat = 0;
  return piece.form.map((section) => {
    const phrase = piece.phrases[section.phrase];
    if (!phrase) throw new Error(`the form calls for phrase ${section.phrase}, which is not written`);
    for (const name of layerNames(section)) {
      if (!piece.layers[name]) throw new Error(`the form calls for layer ${name}, which is not written`);
    }
    const bars = barCount(phrase.chords);
    if (phrase.melody !== undefined && barCount(phrase.melody) !== bars) {
      throw new Error(`phrase ${section.phrase} has ${bars} bars of chords, another number of melody`);
    }
    const start = beat;
    beat += bars * barBeats;
    return {
      section,
      phrase: section.phrase,
      beat: start,
      beats: bars * barBeats,
      chords: parseBars(phrase.chords, barBeats).map((timed) => ({
        beat: start + timed.beat,
        beats: timed.beats,
        chord: parseChord(timed.token, key),
      })),
      melody: melodyNotes(piece, phrase, key, start, section),
    };
  });
}

/** The melody with its dynamics: weight of the beat, height in the phrase, an arc over the phrase. */
function melodyNotes(piece: Piece, phrase: Phrase, key: Key, start: number, section: Section): ScoreNote[] {
  if (phrase.melody === undefined) return [];
  const barBeats = BAR_BEATS[piece.metre];
  const notes = parseBars(phrase.melody, barBeats).map((timed) => ({
    ...timed,
    pitch: parseDegree(timed.token, key) + 12 * (section.lift ?? 0),
  }));
  const pitches = notes.map((note) => note.pitch);
  const lowest = Math.min(...pitches);
  const span = Math.max(1, Math.max(...pitches) - lowest);
  const length = barCount(phrase.melody) * barBeats;
  return notes.map(({ beat, beats, pitch }) => {
    const height = (pitch - lowest) / span;
    const arc = Math.sin((Math.PI * (beat + 0.5)) / (length + 0.5));
    const weight = beatWeight(piece, beat);
    const velocity = 0.7 + 0.1 * height + 0.12 * arc + 0.08 * weight;
    return { beat: start + beat, beats, pitch, velocity: velocity * velocityScale(section) };
  });
}

/** 1 on the bar line, 0.5 on the other strong beats, 0 elsewhere. */
function beatWeight(piece: Piece, beat: number): number {
  const inBar = beat % BAR_BEATS[piece.metre];
  const place = STRONG_BEATS[piece.metre].indexOf(inBar);
  if (place === 0) return 1;
  return place > 0 ? 0.5 : 0;
}

function writePart(piece: Piece, key: Key, name: string, layer: Layer, laid: readonly Laid[]): ScorePart {
  const notes = laid
    .filter(({ section }) => layerNames(section).includes(name))
    .flatMap((part) => {
      const isMelodic = layer.role === 'melody' || layer.role === 'harmony';
      const scale = isMelodic ? 1 : velocityScale(part.section);
      return layerNotes(piece, key, layer, part).map((note) => ({
        ...note,
        velocity: note.velocity * scale,
      }));
    });
  const gate = layer.role === 'drum' ? 1 : (layer.gate ?? 1);
  return {
    name,
    role: layer.role,
    instrument: layer.on,
    pan: layer.pan ?? 0,
    levelDb: layer.db ?? 0,
    notes: notes.map((note) => ({ ...note, beats: note.beats * gate, velocity: Math.min(1, note.velocity) })),
  };
}

function layerNotes(piece: Piece, key: Key, layer: Layer, part: Laid): readonly ScoreNote[] {
  const barBeats = BAR_BEATS[piece.metre];
  switch (layer.role) {
    case 'melody':
      return transposed(part.melody, 12 * (layer.octave ?? 0));
    case 'harmony':
      return transposed(harmonyNotes(part, key), 12 * (layer.octave ?? 0));
    case 'counter':
      return counterLine(part.melody, part.chords, barBeats === 4 ? 2 : barBeats, layer.range);
    case 'figure':
      return figureNotes(part, layer, barBeats);
    case 'pad':
      return padNotes(part, layer);
    case 'bass':
      return bassNotes(part, layer, barBeats);
    case 'drum':
      return drumNotes(part, layer.pattern, barBeats);
  }
}

/** Under each melody note the chord tone nearest a third below, else the scale's third below. */
function harmonyNotes(part: Laid, key: Key): readonly ScoreNote[] {
  const scale: readonly number[] = MODES[key.mode].map((step) => pitchClass(key.tonic + step));
  return part.melody.map((note) => {
    const chord = part.chords.findLast(({ beat }) => beat <= note.beat + 1e-6)!.chord;
    const steps = [3, 4, 5, 8, 9].map((interval) => note.pitch - interval);
    const pitch =
      steps.find((candidate) => isChordTone(candidate, chord)) ??
      steps.find((candidate) => scale.includes(pitchClass(candidate))) ??
      note.pitch - 3;
    return { ...note, pitch, velocity: note.velocity * 0.85 };
  });
}

/** Phrase ends breathe, and the last two bars broaden into the close. */
function tempoOf(piece: Piece, laid: readonly Laid[]): readonly TempoMark[] {
  const { beatsPerMinute, rubato } = piece;
  const barBeats = BAR_BEATS[piece.metre];
  const marks: TempoMark[] = [];
  laid.forEach(({ beat, beats }, index) => {
    marks.push({ beat, beatsPerMinute });
    if (index < laid.length - 1) {
      marks.push({ beat: beat + beats - barBeats / 2, beatsPerMinute: beatsPerMinute * (1 - 0.08 * rubato) });
      return;
    }
    const close = beat + Math.max(0, beats - 2 * barBeats);
    for (let step = 0; step < 4; step++) {
      const slowing = (0.04 + 0.08 * rubato) * (step + 1);
      marks.push({ beat: close + (step * barBeats) / 2, beatsPerMinute: beatsPerMinute * (1 - slowing) });
    }
  });
  return marks.sort((one, other) => one.beat - other.beat);
}

function transposed(notes: readonly ScoreNote[], semitones: number): readonly ScoreNote[] {
  return notes.map((note) => ({ ...note, pitch: note.pitch + semitones }));
}

function velocityScale(section: Section): number {
  return 0.35 + 0.65 * (section.level ?? DEFAULT_LEVEL);
}

function layerNames(section: Section): readonly string[] {
  return section.play.trim().split(/\s+/);
}
