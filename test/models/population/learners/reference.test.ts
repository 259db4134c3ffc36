/** Against numpy and scikit-learn; reference.json comes of make-reference.py beside it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LearnerSamples, Matrix } from '../../../../models/population/learners/fits.ts';
import { learnGaussianProcess } from '../../../../models/population/learners/gaussian-process.ts';
import { fitBoosting } from '../../../../models/population/learners/gradient-boosting.ts';
import { grownTrees, noTrees } from '../../../../models/population/learners/growing-trees.ts';
import { fitPerceptron } from '../../../../models/population/learners/perceptron.ts';
import { createTreeGrower } from '../../../../models/population/learners/regression-tree.ts';
import { learnRidge } from '../../../../models/population/learners/ridge-regression.ts';
import { createRandom } from '../../../../models/population/learners/seeded-random.ts';
import { sortColumns } from '../../../../models/population/learners/sorted-columns.ts';
import { fitSupportVectors } from '../../../../models/population/learners/support-vectors.ts';
import { predictTargets } from '../../../../models/population/predict-targets.ts';
import { largestDifference, matrixOf, seeded } from './learner-fixtures.ts';

type Rows = readonly (readonly number[])[];
interface Expected {
  readonly predicted: Rows;
  readonly leaveOneOut: Rows;
}
interface Reference {
  readonly z: Rows;
  readonly targets: Rows;
  readonly weights: readonly number[];
  readonly newZ: Rows;
  readonly gaussianProcess: Expected;
  readonly ridge: Expected;
  readonly leastSquares: Rows;
  readonly tree: { readonly predicted: Rows; readonly leaves: number };
  readonly boosting: Rows;
  readonly supportVectors: Rows;
}
const reference = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8')) as Reference;
const samples: LearnerSamples = {
  z: matrixOf(reference.z),
  targets: matrixOf(reference.targets),
  weights: Float64Array.from(reference.weights),
};
const newZ: Matrix = matrixOf(reference.newZ);

describe('as numpy and scikit-learn have it', () => {
  test.each([
    ['Gaussian process', learnGaussianProcess(samples), reference.gaussianProcess],
    ['ridge', learnRidge(samples, 6), reference.ridge],
  ])('%s: predictions, and leaving one out without refitting', (_, { fit, outOfSample }, expected) => {
    expect(largestDifference(predictTargets(fit, newZ), matrixOf(expected.predicted))).toBeLessThan(1e-10);
    expect(largestDifference(outOfSample, matrixOf(expected.leaveOneOut))).toBeLessThan(1e-10);
  });

  test('a tree of both targets that looks at every feature', () => {
    const growing = noTrees();
    const settings = { minLeaf: 3, maxDepth: 5, maxFeatures: 4 };
    createTreeGrower(sortColumns(samples.z), samples.targets, settings).grow(
      growing,
      samples.weights,
      createRandom(1),
    );
    const trees = grownTrees(growing);
    const fit = { kind: 'trees', trees, targets: 2, intercepts: new Float64Array(2), scale: 1 } as const;
    expect(trees.leafValues.length / 2).toBe(reference.tree.leaves);
    // Leaf values are single precision.
    expect(largestDifference(predictTargets(fit, newZ), matrixOf(reference.tree.predicted))).toBeLessThan(
      2e-7,
    );
  });

  test('boosting of one target', () => {
    const settings = { trees: 20, learningRate: 0.1, maxDepth: 2, minLeaf: 2, subsample: 1, featureShare: 1 };
    for (const target of [0, 1]) {
      const own = { ...samples, targets: matrixOf(reference.targets.map((row) => [row[target]!])) };
      const predicted = predictTargets(fitBoosting(own, seeded(1), settings), newZ);
      const expected = matrixOf(reference.boosting.map((row) => [row[target]!]));
      expect(largestDifference(predicted, expected)).toBeLessThan(1e-6);
    }
  });

  // Both are LIBSVM, which stops within 1e-3 of the optimum.
  test('support vectors', () => {
    const settings = { cost: 0.7, epsilon: 0.1, gammaTimesFeatures: 0.25 };
    const predicted = predictTargets(fitSupportVectors(samples, seeded(1), settings), newZ);
    expect(largestDifference(predicted, matrixOf(reference.supportVectors))).toBeLessThan(1e-6);
  });

  test('a perceptron without hidden layers ends at weighted least squares', () => {
    const settings = { hidden: [], epochs: 600, batch: 40, learningRate: 0.02, decay: 0 };
    const predicted = predictTargets(fitPerceptron(samples, seeded(1), settings), newZ);
    expect(largestDifference(predicted, matrixOf(reference.leastSquares))).toBeLessThan(1e-3);
  });
});
