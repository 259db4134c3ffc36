/** Tells on a terminal how far a study is and how long it will still take. */
import type { StudyProgress } from './run-study.ts';

/** How many guessed seconds the guess itself is trusted like: the first tasks also warm up the machine. */
const TRUST_IN_GUESS = 10;

/** Seconds still to come: the guess for what is left, corrected by how the guess for what is done turned out. */
export function secondsLeft(
  { guessedDone, guessedLeft }: Pick<StudyProgress, 'guessedDone' | 'guessedLeft'>,
  elapsedMs: number,
  workers: number,
): number {
  const secondsAGuess = (elapsedMs / 1000 + TRUST_IN_GUESS / workers) / (guessedDone + TRUST_IN_GUESS);
  return guessedLeft * secondsAGuess;
}

/** "41 of 95 pieces done, about 25 s left". */
export function progressWords(progress: StudyProgress, elapsedMs: number, workers: number): string {
  const { done, tasks, stored } = progress;
  const before = stored > 0 ? ` (${stored} from an earlier run)` : '';
  if (done === tasks) return `all ${tasks} pieces done${before}`;
  const seconds = secondsLeft(progress, elapsedMs, workers);
  const left = seconds <= 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
  return `${done} of ${tasks} pieces done${before}, about ${left} left`;
}

export interface ProgressTeller {
  tell(progress: StudyProgress): void;
  /** So that whatever is written next stands on a line of its own. */
  end(): void;
}

/** Where nobody watches a line being redrawn, a line is worth writing this often. */
const LINE_EVERY_MS = 10_000;

/** Redraws one line on a terminal; elsewhere writes one now and then. `now`: monotonic milliseconds. */
export function createProgressTeller(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  workers: number,
  now: () => number,
): ProgressTeller {
  const startedAt = now();
  let lastLineAt = Number.NEGATIVE_INFINITY;
  let isLineOpen = false;
  return {
    tell(progress) {
      const words = progressWords(progress, now() - startedAt, workers);
      if (stream.isTTY === true) {
        stream.write(`\r\x1b[2K${words}`);
        isLineOpen = true;
      } else if (progress.done === progress.tasks || now() - lastLineAt >= LINE_EVERY_MS) {
        stream.write(`${words}\n`);
        lastLineAt = now();
      }
    },
    end() {
      if (isLineOpen) stream.write('\n');
      isLineOpen = false;
    },
  };
}
