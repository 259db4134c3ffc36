/**
 * What a fit says of standardised songs: the reference the exported graph is held to. Sums in double precision;
 * trees branch in single precision, as the graph does.
 */
import type { PerEmotion } from '../emotions.ts';
import type {
  GaussianProcessFit,
  Matrix,
  PerceptronFit,
  PopulationFit,
  RidgeFit,
  SupportVectorsFit,
  TreesFit,
} from './learners/fits.ts';
import { leafOf } from './learners/growing-trees.ts';
import { createMatrix, rowOf } from './learners/matrix.ts';
import { sharesToProbabilities } from './population-model.ts';

/** [songs, targets] from z [songs, features]. @throws RangeError where z has another number of features. */
export function predictTargets(fit: PopulationFit, z: Matrix): Matrix {
  switch (fit.kind) {
    case 'ridge':
      return predictRidge(fit, z);
    case 'gaussianProcess':
      return predictGaussianProcess(fit, z);
    case 'trees':
      return predictTrees(fit, z);
    case 'supportVectors':
      return predictSupportVectors(fit, z);
    case 'perceptron':
      return predictPerceptron(fit, z);
    case 'average':
      return meanOf(fit.members.map((member) => predictTargets(member, z)));
  }
}

/** Where the shares stand among the targets; see `TARGETS` of training-samples.ts. */
const FIRST_SHARE = 2;

/** P(emotion) of a song from its row of targets (valence, arousal, four shares). */
export function targetsToProbabilities(targets: Float64Array): PerEmotion {
  return sharesToProbabilities([...targets.subarray(FIRST_SHARE, FIRST_SHARE + 4)] as unknown as PerEmotion);
}

/** The same for every song. */
export function populationProbabilities(targets: Matrix): PerEmotion[] {
  return Array.from({ length: targets.rows }, (_, song) => targetsToProbabilities(rowOf(targets, song)));
}

function checkFeatures(z: Matrix, expected: number): void {
  if (z.columns !== expected) {
    throw new RangeError(`predict: the fit knows ${expected} features, the songs have ${z.columns}`);
  }
}

function dotRows(a: Float64Array, aAt: number, b: Float64Array, bAt: number, length: number): number {
  let sum = 0;
  for (let j = 0; j < length; j++) sum += a[aAt + j]! * b[bAt + j]!;
  return sum;
}

function squaredDistance(a: Float64Array, aAt: number, b: Float64Array, bAt: number, length: number): number {
  let sum = 0;
  for (let j = 0; j < length; j++) sum += (a[aAt + j]! - b[bAt + j]!) ** 2;
  return sum;
}

/** inputs [rows, columns] through one layer: biases + W x. */
function affine(inputs: Matrix, weights: Matrix, biases: Float64Array): Matrix {
  checkFeatures(inputs, weights.columns);
  const out = createMatrix(inputs.rows, weights.rows);
  for (let i = 0; i < inputs.rows; i++) {
    for (let t = 0; t < weights.rows; t++) {
      out.values[i * weights.rows + t] =
        biases[t]! +
        dotRows(inputs.values, i * inputs.columns, weights.values, t * weights.columns, weights.columns);
    }
  }
  return out;
}

function predictRidge({ intercepts, weights }: RidgeFit, z: Matrix): Matrix {
  return affine(z, weights, intercepts);
}

function predictGaussianProcess(fit: GaussianProcessFit, z: Matrix): Matrix {
  const { inputs, alphas, means, squaredLength, linearScale } = fit;
  checkFeatures(z, inputs.columns);
  const count = means.length;
  const size = z.columns;
  const out = createMatrix(z.rows, count);
  for (let song = 0; song < z.rows; song++) {
    const row = rowOf(out, song);
    row.set(means);
    for (let i = 0; i < inputs.rows; i++) {
      const distance = squaredDistance(z.values, song * size, inputs.values, i * size, size);
      const product = dotRows(z.values, song * size, inputs.values, i * size, size);
      const kernel = Math.exp(-distance / squaredLength) + linearScale * product;
      for (let t = 0; t < count; t++) row[t] = row[t]! + kernel * alphas.values[i * count + t]!;
    }
  }
  return out;
}

function predictTrees({ trees, targets, intercepts, scale }: TreesFit, z: Matrix): Matrix {
  checkFeatures(z, Math.max(z.columns, 1 + trees.feature.reduce((most, j) => Math.max(most, j), -1)));
  const inputs = Float32Array.from(z.values);
  const out = createMatrix(z.rows, targets);
  for (let song = 0; song < z.rows; song++) {
    const row = rowOf(out, song);
    for (const root of trees.roots) {
      const leaf = leafOf(trees, root, inputs, song * z.columns, 1) * targets;
      for (let t = 0; t < targets; t++) row[t] = row[t]! + trees.leafValues[leaf + t]!;
    }
    for (let t = 0; t < targets; t++) row[t] = intercepts[t]! + scale * row[t]!;
  }
  return out;
}

function predictSupportVectors({ gamma, machines }: SupportVectorsFit, z: Matrix): Matrix {
  const out = createMatrix(z.rows, machines.length);
  for (const [t, { supportVectors, coefficients, rho }] of machines.entries()) {
    checkFeatures(z, supportVectors.columns);
    for (let song = 0; song < z.rows; song++) {
      let sum = -rho;
      for (let i = 0; i < supportVectors.rows; i++) {
        const distance = squaredDistance(
          z.values,
          song * z.columns,
          supportVectors.values,
          i * z.columns,
          z.columns,
        );
        sum += coefficients[i]! * Math.exp(-gamma * distance);
      }
      out.values[song * machines.length + t] = sum;
    }
  }
  return out;
}

function predictPerceptron({ layers }: PerceptronFit, z: Matrix): Matrix {
  return layers.reduce((inputs, { weights, biases }, at) => {
    const sums = affine(inputs, weights, biases);
    return at < layers.length - 1 ? { ...sums, values: sums.values.map(Math.tanh) } : sums;
  }, z);
}

function meanOf(predictions: readonly Matrix[]): Matrix {
  const first = predictions[0]!;
  const values = first.values.map(
    (_, at) => predictions.reduce((sum, { values }) => sum + values[at]!, 0) / predictions.length,
  );
  return { ...first, values };
}
