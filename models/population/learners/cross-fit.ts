/** Out-of-sample predictions for learners that have no quicker way: fit to the other folds, predict the one left out. */
import { predictTargets } from '../predict-targets.ts';
import type { LearnerResult, LearnerSamples, PopulationFit } from './fits.ts';
import { checkSamples, type LearnerOptions } from './learner.ts';
import { createMatrix, rowOf, rowsOf } from './matrix.ts';
import { createRandom, drawnSeed, shuffledIndices } from './seeded-random.ts';

const FOLDS = 5;

/** One fit, without what it says out of sample. */
export type PlainLearner<Fit extends PopulationFit> = (
  samples: LearnerSamples,
  options: LearnerOptions,
) => Fit;

/**
 * The fit to all songs, and of each song the prediction of a fit to the drawn folds (5, or as many as there are songs)
 * that it is not in. Six fits, each from a stream of its own. @throws RangeError below 3 songs.
 */
export function learnCrossFitted<Fit extends PopulationFit>(
  name: string,
  plain: PlainLearner<Fit>,
  samples: LearnerSamples,
  { random, onProgress }: LearnerOptions,
): LearnerResult & { readonly fit: Fit } {
  checkSamples(samples, name);
  const songs = samples.z.rows;
  if (songs < 3) throw new RangeError(`${name}: ${songs} songs; fits to other folds take at least 3`);
  const seed = drawnSeed(random);
  const folds = Math.min(FOLDS, songs);
  const learn = (part: LearnerSamples, step: number): Fit =>
    plain(part, {
      random: createRandom(seed, step),
      onProgress: (share) => onProgress?.((step + share) / (folds + 1)),
    });

  const outOfSample = createMatrix(songs, samples.targets.columns);
  const order = shuffledIndices(random, songs);
  for (let fold = 0; fold < folds; fold++) {
    const kept = order.filter((_, at) => at % folds !== fold);
    const left = order.filter((_, at) => at % folds === fold);
    const fit = learn(
      {
        z: rowsOf(samples.z, kept),
        targets: rowsOf(samples.targets, kept),
        weights: Float64Array.from(kept, (song) => samples.weights[song]!),
      },
      fold,
    );
    const predicted = predictTargets(fit, rowsOf(samples.z, left));
    for (const [at, song] of left.entries()) rowOf(outOfSample, song).set(rowOf(predicted, at));
  }
  return { fit: learn(samples, folds), outOfSample };
}
