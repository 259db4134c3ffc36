/**
 * Keeps the results of finished tasks, so that a study that was stopped goes on where it was: one small JSON file a task,
 * named after everything its result depends on. A file that is not there or not whole is a task to be done again.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CALIBRATION_BINS, type PersonScore } from './scores.ts';

export interface PieceStore {
  /** Undefined where the task is still to do. `identity`: JSON-safe, all that the result depends on. */
  read(identity: unknown): PersonScore[] | undefined;
  write(identity: unknown, rows: readonly PersonScore[]): void;
}

const count = z.number().nonnegative();

const rowsSchema = z.array(
  z.object({
    protocol: z.string(),
    method: z.string(),
    presses: count,
    person: z.string(),
    score: z.object({
      tests: count,
      correct: count,
      logLoss: z.number(),
      brier: count,
      confusion: z.array(count).length(16),
      bins: z.array(z.object({ tests: count, confidence: count, correct: count })).length(CALIBRATION_BINS),
    }),
  }),
);

/** Forgets everything: for studies whose results are not to be kept. */
export const NO_STORE: PieceStore = { read: () => undefined, write: () => undefined };

/** Keeps pieces in this folder, which is made where it is not there. */
export function createPieceStore(folder: string): PieceStore {
  mkdirSync(folder, { recursive: true });
  const pathOf = (identity: unknown): string =>
    join(folder, `${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)}.json`);
  return {
    read(identity) {
      try {
        return rowsSchema.parse(JSON.parse(readFileSync(pathOf(identity), 'utf8')));
      } catch {
        return undefined;
      }
    },
    write(identity, rows) {
      const path = pathOf(identity);
      writeFileSync(`${path}.new`, JSON.stringify(rows));
      renameSync(`${path}.new`, path);
    },
  };
}
