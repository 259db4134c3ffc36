/**
 * Writes a slow second line under or over a melody: one chord tone a slot, moving little, against the melody's
 * direction where it can, never doubling it, never in parallel fifths or octaves with it.
 */
import type { ScoreChord, ScoreNote } from './score.ts';
import { pitchClass } from './theory.ts';
import type { PitchRange } from './voice-leading.ts';

/** Velocity of the line: a step behind the melody. */
const VELOCITY = 0.6;

/** Line over `chords` (of one section), one note each `slotBeats`; equal neighbours are tied. */
export function counterLine(
  melody: readonly ScoreNote[],
  chords: readonly ScoreChord[],
  slotBeats: number,
  range: PitchRange,
): readonly ScoreNote[] {
  const line: { beat: number; beats: number; pitch: number; velocity: number }[] = [];
  let melodyBefore: number | undefined;
  for (const slot of slotsOf(chords, slotBeats)) {
    const sung = melody.find((note) => note.beat <= slot.beat && note.beat + note.beats > slot.beat)?.pitch;
    const last = line.at(-1);
    const pitch = bestPitch(slot.chord.chord.tones, range, sung, melodyBefore, last?.pitch);
    if (last && last.pitch === pitch && last.beat + last.beats === slot.beat) last.beats += slot.beats;
    else line.push({ beat: slot.beat, beats: slot.beats, pitch, velocity: VELOCITY });
    melodyBefore = sung;
  }
  return line;
}

function slotsOf(chords: readonly ScoreChord[], slotBeats: number) {
  return chords.flatMap((chord) => {
    const slots: { beat: number; beats: number; chord: ScoreChord }[] = [];
    for (let at = 0; at < chord.beats - 1e-6; at += slotBeats) {
      slots.push({ beat: chord.beat + at, beats: Math.min(slotBeats, chord.beats - at), chord });
    }
    return slots;
  });
}

function bestPitch(
  tones: readonly number[],
  [lowest, highest]: PitchRange,
  sung: number | undefined,
  sungBefore: number | undefined,
  before: number | undefined,
): number {
  let best = lowest;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let pitch = lowest; pitch <= highest; pitch++) {
    const role = tones.indexOf(pitchClass(pitch));
    if (role < 0) continue;
    let cost = Math.abs(pitch - (before ?? (lowest + highest) / 2)) + (before === pitch ? 2.5 : 0);
    if (role === 0) cost += 1;
    if (sung !== undefined) {
      if (pitchClass(sung) === pitchClass(pitch)) cost += 8;
      if (Math.abs(sung - pitch) < 3) cost += 12;
      if (before !== undefined && sungBefore !== undefined) {
        const melodyStep = Math.sign(sung - sungBefore);
        const step = Math.sign(pitch - before);
        if (melodyStep !== 0 && step === melodyStep) cost += 2;
        if (step !== 0 && isParallelPerfect(sungBefore - before, sung - pitch)) cost += 20;
      }
    }
    if (cost < bestCost) [best, bestCost] = [pitch, cost];
  }
  return best;
}

function isParallelPerfect(intervalBefore: number, interval: number): boolean {
  const perfect = Math.abs(interval) % 12;
  return (perfect === 0 || perfect === 7) && Math.abs(intervalBefore) % 12 === perfect;
}
