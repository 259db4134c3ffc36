/** What all population learners share: how they are called, and what they refuse to learn from. */
import type { LearnerResult, LearnerSamples } from './fits.ts';
import type { Random } from './seeded-random.ts';

export interface LearnerOptions {
  readonly random: Random;
  /** Told the share done, 0 to 1, now and then. */
  readonly onProgress?: (share: number) => void;
}

/** Deterministic given the samples and the stream; throws a RangeError on samples it cannot learn from. */
export type Learner = (samples: LearnerSamples, options: LearnerOptions) => LearnerResult;

/** @throws RangeError saying what is wrong, unless there are two songs or more and every number is finite. */
export function checkSamples({ z, targets, weights }: LearnerSamples, learner: string): void {
  const refuse = (what: string): never => {
    throw new RangeError(`${learner}: ${what}`);
  };
  if (z.rows < 2) refuse(`${z.rows} songs to learn from; it takes at least 2`);
  if (z.columns < 1 || targets.columns < 1)
    refuse(`${z.columns} features and ${targets.columns} targets; it takes one of each`);
  if (targets.rows !== z.rows || weights.length !== z.rows) {
    refuse(`${z.rows} songs, but targets of ${targets.rows} and weights of ${weights.length}`);
  }
  if (!z.values.every(Number.isFinite)) refuse('a feature is not a finite number');
  if (!targets.values.every(Number.isFinite)) refuse('a target is not a finite number');
  if (!weights.every((w) => w > 0 && Number.isFinite(w))) refuse('a weight is not above 0');
}
