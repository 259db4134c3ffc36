/**
 * Plays a score as a person would: beats become seconds along the tempo marks, off-beats swing, chords are spread a
 * little, and each note is a hair early, late, softer or stronger. Seeded by the title, so always the same.
 */
import type { Emotion } from '../../../models/emotions.ts';
import { createRandom, nextGaussian } from './random.ts';
import type { Score, ScoreNote, ScorePart } from './score.ts';

export interface PlayedNote {
  readonly startS: number;
  readonly durationS: number;
  readonly frequencyHz: number;
  /** (0, 1]. */
  readonly velocity: number;
}

export interface PlayedPart {
  readonly part: ScorePart;
  readonly notes: readonly PlayedNote[];
}

export interface Performance {
  readonly parts: readonly PlayedPart[];
  /** When the last written beat is over; what sounds after it is decay. */
  readonly endS: number;
}

/** Silence before the first note: nothing starts on the first sample, and a press still sounds at once. */
export const LEAD_IN_S = 0.03;

/** How loosely each emotion is played: standard deviation of onsets (s) and spread of a chord's notes (s). */
const LOOSENESS: Readonly<Record<Emotion, { readonly onsetS: number; readonly spreadS: number }>> = {
  happy: { onsetS: 0.005, spreadS: 0.007 },
  angry: { onsetS: 0.004, spreadS: 0.004 },
  sad: { onsetS: 0.01, spreadS: 0.022 },
  calm: { onsetS: 0.012, spreadS: 0.026 },
};
/** The beat is felt through drums and bass: they are played tighter. */
const RHYTHM_SECTION_TIGHTNESS = 0.5;
const VELOCITY_DEVIATION = 0.045;

/** Every note of the score in seconds and hertz, by part, in order of onset. */
export function performScore(score: Score): Performance {
  const secondsAt = tempoClock(score);
  const { onsetS, spreadS } = LOOSENESS[score.intended];
  const parts = score.parts.map((part) => {
    const random = createRandom(`${score.title}/${part.name}`);
    const tightness = part.role === 'drum' || part.role === 'bass' ? RHYTHM_SECTION_TIGHTNESS : 1;
    const together = new Map<number, number>();
    const notes = part.notes.map((note) => {
      const rank = together.get(note.beat) ?? 0;
      together.set(note.beat, rank + 1);
      const loose = nextGaussian(random) * onsetS * tightness + rank * spreadS;
      return playedNote(note, score.swing, secondsAt, loose, 1 + nextGaussian(random) * VELOCITY_DEVIATION);
    });
    return { part, notes: notes.sort((one, other) => one.startS - other.startS) };
  });
  const last = score.sections.at(-1);
  return { parts, endS: secondsAt(last ? last.beat + last.beats : 0) };
}

function playedNote(
  note: ScoreNote,
  swing: number,
  secondsAt: (beat: number) => number,
  loose: number,
  strength: number,
): PlayedNote {
  const start = secondsAt(swung(note.beat, swing));
  const end = secondsAt(swung(note.beat + note.beats, swing));
  return {
    startS: Math.max(0.005, start + loose),
    durationS: Math.max(0.05, end - start),
    frequencyHz: 440 * 2 ** ((note.pitch - 69) / 12),
    velocity: Math.max(0.05, Math.min(1, note.velocity * strength)),
  };
}

/** Off-beat eighths come late: at swing 1/3 two eighths are a triplet's long and short. */
function swung(beat: number, swing: number): number {
  const phase = beat % 1;
  return Math.abs(phase - 0.5) < 1e-6 ? beat + swing / 2 : beat;
}

/** Seconds at a beat: the tempo marks, integrated. */
function tempoClock(score: Score): (beat: number) => number {
  const starts: number[] = [];
  let at = LEAD_IN_S;
  score.tempo.forEach((mark, index) => {
    const before = score.tempo[index - 1];
    if (before) at += ((mark.beat - before.beat) * 60) / before.beatsPerMinute;
    starts.push(at);
  });
  return (beat) => {
    const index = Math.max(
      0,
      score.tempo.findLastIndex((mark) => mark.beat <= beat + 1e-9),
    );
    const mark = score.tempo[index]!;
    return starts[index]! + ((beat - mark.beat) * 60) / mark.beatsPerMinute;
  };
}
