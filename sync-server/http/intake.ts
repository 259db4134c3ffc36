/**
 * How much the server takes on: so many batches at once, each for so long. Beyond that a box hears at once that it should
 * come back, instead of waiting in memory for a store that cannot follow.
 */
import { Refusal } from './refusal.ts';

/**
 * Batches under way in one process. A batch of a whole day is about 150 kB of JSON and some 2 MB while it is worked on;
 * SQLite takes 64 of them in about a second.
 */
const MAX_AT_ONCE = 64;

/** Shorter than the 20 s after which a box gives up by itself, so that it hears why. */
const DEADLINE_MS = 15_000;

export interface IntakeLimits {
  readonly maxAtOnce?: number;
  readonly deadlineMs?: number;
}

/**
 * Runs `work`, or rejects with the refusal `overloaded`: at once when too much is under way, or after the deadline. Work
 * that is late goes on and keeps its place until it ends: a batch that is stored after all is known when it comes again.
 */
export type Intake = <T>(work: () => Promise<T>) => Promise<T>;

export function createIntake({
  maxAtOnce = MAX_AT_ONCE,
  deadlineMs = DEADLINE_MS,
}: IntakeLimits = {}): Intake {
  let underWay = 0;
  return async (work) => {
    if (underWay >= maxAtOnce) throw new Refusal('overloaded');
    underWay += 1;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Refusal('overloaded', 'the store is slow')), deadlineMs);
    });
    const working = work().finally(() => {
      underWay -= 1;
      clearTimeout(timer);
    });
    return Promise.race([working, late]);
  };
}
