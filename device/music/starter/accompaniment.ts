/**
 * The layers under the melody: broken chords, held chords, bass and drums, each from a one-bar (or longer) pattern
 * laid over the progression. Patterns start again with every section.
 */
import { barCount, parseBars } from './notation.ts';
import type { ScoreChord, ScoreNote } from './score.ts';
import { nearestPitch, parsePitch } from './theory.ts';
import { type PitchRange, voiceProgression } from './voice-leading.ts';

/** A section as the accompaniment needs it. */
interface Ground {
  readonly beat: number;
  readonly beats: number;
  readonly chords: readonly ScoreChord[];
}

/** Velocities of accompaniment; the section's level scales them. */
const FIGURE_VELOCITY = { onBeat: 0.72, offBeat: 0.6 };
const STROKE_VELOCITY: Readonly<Record<string, number>> = { x: 0.85, o: 0.5 };

/** Broken chords: each token names voices of the voicing that sounds at its beat. */
export function figureNotes(
  ground: Ground,
  layer: { readonly pattern: string; readonly voices: number; readonly range: PitchRange },
  barBeats: number,
): readonly ScoreNote[] {
  const voicings = voiceProgression(
    ground.chords.map(({ chord }) => chord),
    layer.voices,
    layer.range,
  );
  return strokesOver(ground, layer.pattern, barBeats).flatMap(({ token, beat, beats }) => {
    const index = chordIndexAt(ground.chords, beat);
    const chordEnd = ground.chords[index]!.beat + ground.chords[index]!.beats;
    return [...token].map((voice) => {
      const pitch = voicings[index]![Number(voice)];
      if (pitch === undefined) throw new Error(`pattern ${layer.pattern} names voice ${voice}`);
      const velocity = beat % 1 === 0 ? FIGURE_VELOCITY.onBeat : FIGURE_VELOCITY.offBeat;
      return { beat, beats: Math.min(beats, chordEnd - beat), pitch, velocity };
    });
  });
}

/** Held chords; a voice that keeps its pitch is not struck again. */
export function padNotes(
  ground: Ground,
  layer: { readonly voices: number; readonly range: PitchRange },
): readonly ScoreNote[] {
  const voicings = voiceProgression(
    ground.chords.map(({ chord }) => chord),
    layer.voices,
    layer.range,
  );
  const notes: { beat: number; beats: number; pitch: number; velocity: number }[] = [];
  ground.chords.forEach(({ beat, beats }, index) => {
    for (const pitch of voicings[index]!) {
      const tied = notes.find((note) => note.pitch === pitch && note.beat + note.beats === beat);
      if (tied) tied.beats += beats;
      else notes.push({ beat, beats, pitch, velocity: 0.65 });
    }
  });
  return notes;
}

/** The bass; `A` is a half step below the next bass note, or a whole step above when that is where it stands. */
export function bassNotes(
  ground: Ground,
  layer: { readonly pattern: string; readonly lowest: string },
  barBeats: number,
): readonly ScoreNote[] {
  const lowest = parsePitch(layer.lowest);
  const rootOf = (index: number) => nearestPitch(ground.chords[index]!.chord.bass, lowest + 5.5);
  return strokesOver(ground, layer.pattern, barBeats).map(({ token, beat, beats }) => {
    const index = chordIndexAt(ground.chords, beat);
    const { chord } = ground.chords[index]!;
    const root = rootOf(index);
    const velocity = beat % barBeats === 0 ? 0.8 : 0.68;
    const above = (tone: number | undefined) => root + (((((tone ?? root) - root) % 12) + 12) % 12);
    switch (token) {
      case 'R':
        return { beat, beats, pitch: root, velocity };
      case '3':
        return { beat, beats, pitch: above(chord.tones[1]), velocity };
      case '5': {
        const fifth = above(chord.tones[2]);
        return { beat, beats, pitch: fifth - 12 >= lowest ? fifth - 12 : fifth, velocity };
      }
      case '8':
        return { beat, beats, pitch: root + 12, velocity };
      case 'A': {
        const next = rootOf(Math.min(index + 1, ground.chords.length - 1));
        return { beat, beats, pitch: next > root ? next - 1 : next + 2, velocity: velocity * 0.9 };
      }
      default:
        throw new Error(`bass pattern token ${token} is not one of R 3 5 8 A`);
    }
  });
}

export function drumNotes(ground: Ground, pattern: string, barBeats: number): readonly ScoreNote[] {
  return strokesOver(ground, pattern, barBeats).map(({ token, beat, beats }) => {
    const velocity = STROKE_VELOCITY[token];
    if (velocity === undefined) throw new Error(`drum pattern token ${token} is not one of x o`);
    return { beat, beats, pitch: 60, velocity };
  });
}

/** The pattern repeated over the section, cut at its end. */
function strokesOver(ground: Ground, pattern: string, barBeats: number) {
  const period = barCount(pattern) * barBeats;
  const strokes = parseBars(pattern, barBeats);
  const laid: { token: string; beat: number; beats: number }[] = [];
  for (let start = 0; start < ground.beats; start += period) {
    for (const { token, beat, beats } of strokes) {
      if (start + beat < ground.beats - 1e-6) laid.push({ token, beat: ground.beat + start + beat, beats });
    }
  }
  return laid;
}

function chordIndexAt(chords: readonly ScoreChord[], beat: number): number {
  return Math.max(
    0,
    chords.findLastIndex((chord) => chord.beat <= beat + 1e-6),
  );
}
