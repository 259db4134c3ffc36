/** A multilayer perceptron: tanh layers, squared error, Adam (Kingma & Ba 2015), small batches in drawn order. */
import { learnCrossFitted } from './cross-fit.ts';
import type { LearnerResult, LearnerSamples, Matrix, PerceptronFit } from './fits.ts';
import { checkSamples, type LearnerOptions } from './learner.ts';
import { createMatrix } from './matrix.ts';
import { drawnNormal, type Random, shuffledIndices } from './seeded-random.ts';

export interface PerceptronSettings {
  /** Units of each hidden layer, from the inputs on. */
  readonly hidden: readonly number[];
  /** Times that every song is seen. */
  readonly epochs: number;
  readonly batch: number;
  /** Of Adam; falls in a straight line to 0 over the epochs. */
  readonly learningRate: number;
  /** What weights (not biases) shrink by a step, times the rate (decoupled: Loshchilov & Hutter 2019). */
  readonly decay: number;
}

/** Best of eight tried on DEAM, song-disjoint. */
export const PERCEPTRON_SETTINGS: PerceptronSettings = {
  hidden: [64],
  epochs: 60,
  batch: 32,
  learningRate: 0.003,
  decay: 0.3,
};

/** Adam's own recommendations. */
const MOMENTUM = 0.9;
const SQUARE_MOMENTUM = 0.999;
const SMALLEST_STEP_SCALE = 1e-8;

interface Layer {
  readonly weights: Matrix;
  readonly biases: Float64Array;
}

/** One array of parameters with its gradient and Adam's two running means. */
interface Learnt {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly mean: Float64Array;
  readonly square: Float64Array;
  readonly decay: number;
}

function learnt(values: Float64Array, decay: number): Learnt {
  const zeros = () => new Float64Array(values.length);
  return { values, gradient: zeros(), mean: zeros(), square: zeros(), decay };
}

/** Normal weights of variance 1 / inputs, so that sums begin on the scale where tanh bends (LeCun et al. 1998). */
function drawnLayer(inputs: number, outputs: number, random: Random): Layer {
  const weights = createMatrix(outputs, inputs);
  for (let at = 0; at < weights.values.length; at++) {
    weights.values[at] = drawnNormal(random) / Math.sqrt(inputs);
  }
  return { weights, biases: new Float64Array(outputs) };
}

/** out = biases + W in, through tanh if hidden. */
function forward(
  { weights, biases }: Layer,
  input: Float64Array,
  out: Float64Array,
  isHidden: boolean,
): void {
  for (let o = 0; o < weights.rows; o++) {
    let sum = biases[o]!;
    for (let j = 0; j < weights.columns; j++) sum += weights.values[o * weights.columns + j]! * input[j]!;
    out[o] = isHidden ? Math.tanh(sum) : sum;
  }
}

/** Adds one song's gradients to a layer's and gives on the error to the layer before. */
function backward(
  { weights }: Layer,
  [ofWeights, ofBiases]: readonly [Learnt, Learnt],
  input: Float64Array,
  error: Float64Array,
  errorBefore: Float64Array,
): void {
  errorBefore.fill(0);
  for (let o = 0; o < weights.rows; o++) {
    const e = error[o]!;
    ofBiases.gradient[o] = ofBiases.gradient[o]! + e;
    for (let j = 0; j < weights.columns; j++) {
      const at = o * weights.columns + j;
      ofWeights.gradient[at] = ofWeights.gradient[at]! + e * input[j]!;
      errorBefore[j] = errorBefore[j]! + e * weights.values[at]!;
    }
  }
}

/** One step of Adam; clears the gradient. `songs`: how many it sums over. */
function step(
  { values, gradient, mean, square, decay }: Learnt,
  rate: number,
  steps: number,
  songs: number,
): void {
  const meanScale = 1 / (1 - MOMENTUM ** steps);
  const squareScale = 1 / (1 - SQUARE_MOMENTUM ** steps);
  for (let i = 0; i < values.length; i++) {
    const slope = gradient[i]! / songs;
    mean[i] = MOMENTUM * mean[i]! + (1 - MOMENTUM) * slope;
    square[i] = SQUARE_MOMENTUM * square[i]! + (1 - SQUARE_MOMENTUM) * slope * slope;
    const towards = (mean[i]! * meanScale) / (Math.sqrt(square[i]! * squareScale) + SMALLEST_STEP_SCALE);
    values[i] = values[i]! - rate * (towards + decay * values[i]!);
  }
  gradient.fill(0);
}

/** The fit alone. Minimises Σ w |y - f(z)|² / 2. */
export function fitPerceptron(
  samples: LearnerSamples,
  { random, onProgress }: LearnerOptions,
  settings = PERCEPTRON_SETTINGS,
): PerceptronFit {
  checkSamples(samples, 'perceptron');
  const { z, targets, weights } = samples;
  const sizes = [z.columns, ...settings.hidden, targets.columns];
  const layers = sizes.slice(1).map((outputs, at) => drawnLayer(sizes[at]!, outputs, random));
  const parameters = layers.map(
    (layer) => [learnt(layer.weights.values, settings.decay), learnt(layer.biases, 0)] as const,
  );
  // What each layer takes in, and last what comes out; and the errors of the same.
  const signals = sizes.map((size) => new Float64Array(size));
  const errors = sizes.map((size) => new Float64Array(size));
  const last = layers.length;
  const stepsAnEpoch = Math.ceil(z.rows / settings.batch);
  let steps = 0;

  function addGradients(song: number): void {
    signals[0]!.set(z.values.subarray(song * z.columns, (song + 1) * z.columns));
    for (const [at, layer] of layers.entries()) {
      forward(layer, signals[at]!, signals[at + 1]!, at + 1 < last);
    }
    for (let t = 0; t < targets.columns; t++) {
      errors[last]![t] = weights[song]! * (signals[last]![t]! - targets.values[song * targets.columns + t]!);
    }
    for (let at = last - 1; at >= 0; at--) {
      backward(layers[at]!, parameters[at]!, signals[at]!, errors[at + 1]!, errors[at]!);
      // d tanh = 1 - tanh²
      for (let j = 0; j < sizes[at]!; j++) errors[at]![j] = errors[at]![j]! * (1 - signals[at]![j]! ** 2);
    }
  }

  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    const order = shuffledIndices(random, z.rows);
    for (let start = 0; start < z.rows; start += settings.batch) {
      const batch = order.subarray(start, start + settings.batch);
      for (const song of batch) addGradients(song);
      const rate = settings.learningRate * (1 - steps / (stepsAnEpoch * settings.epochs));
      steps++;
      for (const parameter of parameters.flat()) step(parameter, rate, steps, batch.length);
    }
    onProgress?.((epoch + 1) / settings.epochs);
  }
  return { kind: 'perceptron', layers };
}

/** Out of sample: cross-fitted. */
export function learnPerceptron(
  samples: LearnerSamples,
  options: LearnerOptions,
  settings = PERCEPTRON_SETTINGS,
): LearnerResult & { readonly fit: PerceptronFit } {
  const plain = (part: LearnerSamples, own: LearnerOptions) => fitPerceptron(part, own, settings);
  return learnCrossFitted('perceptron', plain, samples, options);
}
