/** The mean of a Gaussian process and a forest: smooth where songs are few, sharp where they are many. */
import type { AverageFit, LearnerResult, LearnerSamples } from './fits.ts';
import { learnGaussianProcess } from './gaussian-process.ts';
import type { LearnerOptions } from './learner.ts';
import { FOREST_SETTINGS, learnForest } from './random-forest.ts';

export interface AverageResult extends LearnerResult {
  readonly fit: AverageFit;
}

/** The plain mean of results learnt from the same songs, in sample and out. */
export function averageOf(results: readonly LearnerResult[]): AverageResult {
  const [first] = results;
  if (first === undefined) throw new RangeError('average: no results to take the mean of');
  const { rows, columns } = first.outOfSample;
  const values = first.outOfSample.values.map(
    (_, at) => results.reduce((sum, { outOfSample }) => sum + outOfSample.values[at]!, 0) / results.length,
  );
  return {
    fit: { kind: 'average', members: results.map(({ fit }) => fit) },
    outOfSample: { rows, columns, values },
  };
}

/** Best on DEAM's raters: 0.6 points before ridge once a person's own presses are in. */
export function learnGpForest(
  samples: LearnerSamples,
  options: LearnerOptions,
  settings = FOREST_SETTINGS,
): AverageResult {
  return averageOf([learnGaussianProcess(samples), learnForest(samples, options, settings)]);
}
