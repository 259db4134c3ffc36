/**
 * What the learners hand over: plain numbers, one shape a family, from which both `predictTargets` and the ONNX export
 * work. Inputs are always standardised features z (see standardiser.ts), outputs always the targets asked for.
 */

/** Row-major numbers. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** [rows * columns] */
  readonly values: Float64Array;
}

/** What a learner learns from. */
export interface LearnerSamples {
  /** [songs, features] standardised. */
  readonly z: Matrix;
  /** [songs, targets]; for the population valence, arousal and the four shares. */
  readonly targets: Matrix;
  /** [songs] relative trust, mean 1. */
  readonly weights: Float64Array;
}

/** y = intercepts + W z. */
export interface RidgeFit {
  readonly kind: 'ridge';
  /** [targets] */
  readonly intercepts: Float64Array;
  /** [targets, features] */
  readonly weights: Matrix;
}

/** y = means + Σ_i k(z, inputs_i) alphas_i, k(z, z') = exp(-|z - z'|² / squaredLength) + linearScale z·z'. */
export interface GaussianProcessFit {
  readonly kind: 'gaussianProcess';
  /** [samples, features] */
  readonly inputs: Matrix;
  /** [samples, targets] */
  readonly alphas: Matrix;
  /** [targets] */
  readonly means: Float64Array;
  readonly squaredLength: number;
  readonly linearScale: number;
}

/**
 * Binary trees in one set of arrays; a sample goes left where float32(z[feature]) <= threshold.
 * Node i is a leaf where feature[i] is -1; then its values are leafValues[left[i] * targets ...].
 */
export interface Trees {
  /** [trees] the first node of each tree. */
  readonly roots: Int32Array;
  /** [nodes] column, or -1 for a leaf. */
  readonly feature: Int16Array;
  /** [nodes] float32, so that a runtime in single precision takes the same branch. */
  readonly threshold: Float32Array;
  /** [nodes] next node, or for a leaf (left) its row of leafValues. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** [leaves, targets] */
  readonly leafValues: Float32Array;
}

/** y = intercepts + scale Σ_trees leaf(z); scale is 1 / trees for a forest, the learning rate for boosting. */
export interface TreesFit {
  readonly kind: 'trees';
  readonly trees: Trees;
  readonly targets: number;
  /** [targets] */
  readonly intercepts: Float64Array;
  readonly scale: number;
}

/** y_t = Σ_i coefficients_ti exp(-gamma |z - supportVectors_ti|²) - rho_t, one regression a target (LIBSVM's signs). */
export interface SupportVectorsFit {
  readonly kind: 'supportVectors';
  readonly gamma: number;
  /** One a target, in order. */
  readonly machines: readonly {
    readonly supportVectors: Matrix;
    readonly coefficients: Float64Array;
    readonly rho: number;
  }[];
}

/** Fully connected layers with tanh between them, none after the last. */
export interface PerceptronFit {
  readonly kind: 'perceptron';
  /** weights [outputs, inputs], biases [outputs] */
  readonly layers: readonly { readonly weights: Matrix; readonly biases: Float64Array }[];
}

/** The plain mean of its members. */
export interface AverageFit {
  readonly kind: 'average';
  readonly members: readonly PopulationFit[];
}

export type PopulationFit =
  | RidgeFit
  | GaussianProcessFit
  | TreesFit
  | SupportVectorsFit
  | PerceptronFit
  | AverageFit;

/** A fit, and what it says of each training song without having seen it (out of bag, leave one out or cross-fitted). */
export interface LearnerResult {
  readonly fit: PopulationFit;
  /** [songs, targets] */
  readonly outOfSample: Matrix;
}

export const LEARNER_NAMES = [
  'gpForest',
  'gaussianProcess',
  'ridge',
  'forest',
  'boosting',
  'svm',
  'mlp',
] as const;
export type LearnerName = (typeof LEARNER_NAMES)[number];
