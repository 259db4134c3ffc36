/** Plays one person's presses to several methods and tests them after so many: the loop inside every protocol. */
import { type Emotion, emotionIndex } from '../emotions.ts';
import type { Method } from './methods.ts';
import type { PersonScore } from './scores.ts';
import { createTally } from './tally.ts';

/** A song this person calls so. */
export interface LabelledSong {
  readonly songId: string;
  readonly emotion: Emotion;
}

export interface PressRun {
  readonly person: string;
  /** In the order they are made. */
  readonly presses: readonly LabelledSong[];
  /** After how many presses to test, ascending; what lies beyond the presses there are gets no score. */
  readonly testedAt: readonly number[];
  /** By name of the protocol whose rows they give: what to test on after so many presses. */
  readonly tests: Readonly<Record<string, (presses: number) => readonly LabelledSong[]>>;
}

/** Scores of each method at each number of presses, on each set of tests. */
export function runPresses(
  { person, presses, testedAt, tests }: PressRun,
  methods: ReadonlyMap<string, Method>,
): PersonScore[] {
  const rows: PersonScore[] = [];
  let made = 0;
  for (const count of testedAt) {
    if (count > presses.length) break;
    for (; made < count; made++) {
      for (const method of methods.values()) method.press(presses[made]!);
    }
    for (const [protocol, testsAt] of Object.entries(tests)) {
      const asked = testsAt(count);
      for (const [name, method] of methods) {
        const tally = createTally();
        for (const { songId, emotion } of asked) tally.add(method.predict(songId), emotionIndex(emotion));
        rows.push({ protocol, method: name, presses: count, person, score: tally.score() });
      }
    }
  }
  return rows;
}
