/**
 * Spaces a progression for several voices so that each moves as little as it can: common tones stay, no voice leaps
 * without need, outer voices avoid parallel fifths and octaves, low close intervals are avoided because they are mud.
 */
import { type Chord, pitchClass } from './theory.ts';

/** Lowest and highest MIDI pitch a layer may use, both included. */
export type PitchRange = readonly [lowest: number, highest: number];

/** Below this pitch (G3) two voices closer than a fourth beat against each other. */
const LOWEST_CLOSE_SPACING = 55;

/**
 * One voicing of `voices` ascending pitches a chord, chosen greedily against the one before.
 * Throws if the range cannot hold so many voices (write a wider range).
 */
export function voiceProgression(
  chords: readonly Chord[],
  voices: number,
  range: PitchRange,
): readonly (readonly number[])[] {
  const voicings: (readonly number[])[] = [];
  let before: readonly number[] | undefined;
  for (const chord of chords) {
    let best: readonly number[] | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const candidate of voicingsOf(chord, voices, range)) {
      const cost = shapeCost(candidate, chord, range) + (before ? motionCost(before, candidate) : 0);
      if (cost < bestCost) [best, bestCost] = [candidate, cost];
    }
    if (!best) throw new Error(`voice chord ${chord.symbol}: ${voices} voices do not fit ${range.join('-')}`);
    voicings.push(best);
    before = best;
  }
  return voicings;
}

/** Every ascending choice of `voices` different chord pitches within the range. */
function voicingsOf(chord: Chord, voices: number, [lowest, highest]: PitchRange): number[][] {
  const pitches: number[] = [];
  for (let pitch = lowest; pitch <= highest; pitch++) {
    if (chord.tones.includes(pitchClass(pitch))) pitches.push(pitch);
  }
  let choices: number[][] = [[]];
  for (let voice = 0; voice < voices; voice++) {
    choices = choices.flatMap((choice) =>
      pitches.filter((pitch) => pitch > (choice.at(-1) ?? 0)).map((pitch) => [...choice, pitch]),
    );
  }
  return choices;
}

/** Missing thirds and colours, doubled tones, wide gaps, low mud, distance from the middle of the range. */
function shapeCost(pitches: readonly number[], chord: Chord, [lowest, highest]: PitchRange): number {
  const classes = new Set(pitches.map(pitchClass));
  let cost = 0;
  chord.tones.forEach((tone, index) => {
    if (!classes.has(tone)) cost += index === 2 ? 2 : index === 0 ? 4 : 9;
  });
  cost += 2 * (pitches.length - classes.size);
  for (let index = 1; index < pitches.length; index++) {
    const gap = pitches[index]! - pitches[index - 1]!;
    if (gap > 9) cost += gap - 9;
    if (gap < 2) cost += 6;
    if (gap < 5 && pitches[index - 1]! < LOWEST_CLOSE_SPACING) cost += 4;
  }
  const centre = pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length;
  return cost + 0.4 * Math.abs(centre - (lowest + highest) / 2);
}

/** Semitones travelled, leaps counted more, and parallel perfect intervals of the outer voices. */
function motionCost(before: readonly number[], after: readonly number[]): number {
  let cost = 0;
  for (let index = 0; index < after.length; index++) {
    const step = Math.abs(after[index]! - before[index]!);
    cost += step > 4 ? 2 * step - 4 : step;
  }
  const outerBefore = before.at(-1)! - before[0]!;
  const outerAfter = after.at(-1)! - after[0]!;
  const isPerfect = outerAfter % 12 === 0 || outerAfter % 12 === 7;
  if (isPerfect && outerAfter === outerBefore && after[0] !== before[0]) cost += 6;
  return cost;
}
