/** The learners by name: what `--learner` accepts. */
import type { LearnerName } from './fits.ts';
import { learnGaussianProcess } from './gaussian-process.ts';
import { learnGpForest } from './gp-forest.ts';
import { learnBoosting } from './gradient-boosting.ts';
import type { Learner } from './learner.ts';
import { learnPerceptron } from './perceptron.ts';
import { learnForest } from './random-forest.ts';
import { learnRidge } from './ridge-regression.ts';
import { learnSupportVectors } from './support-vectors.ts';

export interface KnownLearner {
  /** One line for people choosing. */
  readonly description: string;
  readonly learn: Learner;
}

export const LEARNERS: Readonly<Record<LearnerName, KnownLearner>> = {
  gpForest: {
    description: 'mean of a Gaussian process and a random forest; the one shipped',
    learn: (samples, options) => learnGpForest(samples, options),
  },
  gaussianProcess: {
    description: 'Gaussian process, smooth and linear part; out of sample by exact leave-one-out',
    learn: (samples) => learnGaussianProcess(samples),
  },
  ridge: {
    description: 'ridge regression, alpha 60; out of sample by exact leave-one-out',
    learn: (samples) => learnRidge(samples),
  },
  forest: {
    description: 'random forest of 300 multi-output trees; out of bag',
    learn: (samples, options) => learnForest(samples, options),
  },
  boosting: {
    description: 'gradient boosting of 300 shallow trees; cross-fitted over 5 folds',
    learn: (samples, options) => learnBoosting(samples, options),
  },
  svm: {
    description: 'support vector regression by LIBSVM, one machine a target; cross-fitted over 5 folds',
    learn: (samples, options) => learnSupportVectors(samples, options),
  },
  mlp: {
    description: 'multilayer perceptron, one tanh layer; cross-fitted over 5 folds',
    learn: (samples, options) => learnPerceptron(samples, options),
  },
};
