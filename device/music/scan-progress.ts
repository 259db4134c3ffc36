/** Guesses how long a scan still takes, from the bytes of the files that must be read. */
import type { FoundFile } from './scan-folder.ts';

/** One file says too little: the first ones also start the workers. */
const MIN_FILES = 3;

export interface TimeLeft {
  /** Seconds left after this file, or undefined while it is too early to say. */
  afterFile(file: FoundFile, nowMs: number): number | undefined;
}

/** `unread` are the files that must be read; others cost nothing. */
export function createTimeLeft(unread: readonly FoundFile[], startMs: number): TimeLeft {
  const waiting = new Set(unread.map(({ path }) => path));
  const totalBytes = unread.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  let doneFiles = 0;
  return {
    afterFile({ path, sizeBytes }, nowMs) {
      if (waiting.delete(path)) {
        doneBytes += sizeBytes;
        doneFiles++;
      }
      if (waiting.size === 0) return 0;
      if (doneFiles < MIN_FILES || doneBytes === 0) return undefined;
      return Math.ceil((((nowMs - startMs) / doneBytes) * (totalBytes - doneBytes)) / 1000);
    },
  };
}
