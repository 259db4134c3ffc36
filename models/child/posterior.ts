/**
 * The most probable weights after the presses so far (MAP), by damped Newton from the last fit.
 *
 * Song s with presses c_s (n_s in all) has logits z = W φ_s + u_s, W ~ N(m, S), u_s ~ N(0, τ² I).
 * Each u_s is eliminated by its Schur complement, which for a softmax has a closed form (song-block.ts), so a step costs
 * O(songs) and one Cholesky of the weights' size, 20 x 20 without timbre. τ² = 0 is the model without song memory, by the same formulas.
 */
import { CLASS_COUNT } from './embedding.ts';
import type { HeardSongs } from './heard-songs.ts';
import { cholesky, dot, inverse, solveInPlace, timesVector } from './linear-algebra.ts';
import type { WeightPrior } from './prior.ts';
import { createSongBlock, readSongBlock, reducedHessian } from './song-block.ts';

/** K classes (k) and, per expert, J numbers of φ (j): its first ones; short as in the equations. */
const K = CLASS_COUNT;

/** A fit: where the log posterior has its maximum. */
export interface Posterior {
  /** [4 * J] W, class-major. */
  readonly weights: Float64Array;
  /** [songs, 4] u; all 0 without song memory. */
  readonly offsets: Float64Array;
}

/** What stays the same from press to press. */
export interface PosteriorSettings {
  readonly prior: WeightPrior;
  /** [4 * J, 4 * J] S⁻¹. */
  readonly precision: Float64Array;
  /** τ², the variance of what one song has of its own, in squared logits; 0 turns song memory off. */
  readonly songVariance: number;
}

/** A step whose squared Newton decrement is below this is the last: what remains is its square, far below 1e-9. */
const LAST_DECREMENT = 1e-12;
/** Below this the full step is taken unseen: objective differences would drown in rounding. */
const SMALL_DECREMENT = 1e-6;
/** A warm start takes 2 to 4 steps; the bound is only there so that the loop has one. */
const MOST_STEPS = 60;
const MOST_HALVINGS = 40;
/** Share of the predicted decrease a step must reach (Armijo; Nocedal & Wright, Numerical Optimization, 3.4). */
const SUFFICIENT_DECREASE = 1e-4;

/** No presses yet: the prior's mean. */
export function priorPosterior(prior: WeightPrior): Posterior {
  return { weights: prior.mean.slice(), offsets: new Float64Array(0) };
}

/** Negative log posterior up to a constant; also leaves each song's p in `probabilities` [songs, 4]. */
function objective(
  settings: PosteriorSettings,
  songs: HeardSongs,
  weights: Float64Array,
  offsets: Float64Array,
  probabilities: Float64Array,
): number {
  const { embeddings, width, counts } = songs;
  const J = weights.length / K;
  let total = 0;
  for (let s = 0; s < songs.ids.length; s++) {
    const at = s * K;
    let largest = Number.NEGATIVE_INFINITY;
    let presses = 0;
    for (let k = 0; k < K; k++) {
      let logit = offsets[at + k]!;
      for (let j = 0; j < J; j++) {
        logit += weights[k * J + j]! * embeddings[s * width + j]!;
      }
      probabilities[at + k] = logit;
      total -= counts[at + k]! * logit;
      presses += counts[at + k]!;
      if (logit > largest) largest = logit;
    }
    let sum = 0;
    for (let k = 0; k < K; k++) {
      const power = Math.exp(probabilities[at + k]! - largest);
      probabilities[at + k] = power;
      sum += power;
    }
    for (let k = 0; k < K; k++) probabilities[at + k] = probabilities[at + k]! / sum;
    total += presses * (largest + Math.log(sum));
  }
  const away = weights.map((w, i) => w - settings.prior.mean[i]!);
  total += dot(away, timesVector(settings.precision, away)) / 2;
  if (settings.songVariance > 0) total += dot(offsets, offsets) / (2 * settings.songVariance);
  return total;
}

/** A Newton direction and how much of the squared decrement -gᵀδ it accounts for. */
interface Direction {
  readonly step: Float64Array;
  readonly decrement: number;
}

/**
 * δW, all u eliminated: (reduced Hessian)⁻¹ of -[Σ (r - B D⁻¹ g_u) ⊗ φ + S⁻¹(W - m)], r = n p - c, g_u = r + u/τ²,
 * where r - B D⁻¹ g_u = e ∘ r - n q ∘ u + n q (τ² qᵀr + qᵀu) / Q.
 */
function weightDirection(
  settings: PosteriorSettings,
  songs: HeardSongs,
  at: Posterior,
  p: Float64Array,
): Direction {
  const variance = settings.songVariance;
  const { embeddings, width, counts } = songs;
  const J = at.weights.length / K;
  const block = createSongBlock();
  const residual = new Float64Array(K);
  const step = timesVector(
    settings.precision,
    at.weights.map((w, i) => w - settings.prior.mean[i]!),
  );
  const gradient = step.slice();
  for (let s = 0; s < songs.ids.length; s++) {
    readSongBlock(block, songs, p, s, variance);
    const { e, q, qSum, presses } = block;
    const start = s * K;
    let shared = 0;
    for (let k = 0; k < K; k++) {
      residual[k] = presses * p[start + k]! - counts[start + k]!;
      shared += q[k]! * (variance * residual[k]! + at.offsets[start + k]!);
    }
    for (let k = 0; k < K; k++) {
      const reduced = e[k]! * residual[k]! + presses * q[k]! * (shared / qSum - at.offsets[start + k]!);
      for (let j = 0; j < J; j++) {
        const cell = k * J + j;
        const feature = embeddings[s * width + j]!;
        gradient[cell] = gradient[cell]! + residual[k]! * feature;
        step[cell] = step[cell]! + reduced * feature;
      }
    }
  }
  solveInPlace(cholesky(reducedHessian(settings.precision, songs, p, variance), step.length), step);
  for (let i = 0; i < step.length; i++) step[i] = -step[i]!;
  return { step, decrement: -dot(gradient, step) };
}

/** δu of every song, given δW: -D⁻¹ (g_u + B δz), δz = δW φ. */
function offsetDirection(
  settings: PosteriorSettings,
  songs: HeardSongs,
  at: Posterior,
  p: Float64Array,
  weightStep: Float64Array,
): Direction {
  const variance = settings.songVariance;
  const { embeddings, width, counts } = songs;
  const J = weightStep.length / K;
  const step = new Float64Array(at.offsets.length);
  if (variance === 0) return { step, decrement: 0 };
  const block = createSongBlock();
  const gradient = new Float64Array(K);
  const moved = new Float64Array(K);
  const pull = new Float64Array(K);
  let decrement = 0;
  for (let s = 0; s < songs.ids.length; s++) {
    readSongBlock(block, songs, p, s, variance);
    const { e, q, qSum, presses } = block;
    const start = s * K;
    let meanMoved = 0;
    for (let k = 0; k < K; k++) {
      let logit = 0;
      for (let j = 0; j < J; j++) logit += weightStep[k * J + j]! * embeddings[s * width + j]!;
      moved[k] = logit;
      meanMoved += p[start + k]! * logit;
    }
    let shared = 0;
    for (let k = 0; k < K; k++) {
      const expected = presses * p[start + k]!;
      gradient[k] = expected - counts[start + k]! + at.offsets[start + k]! / variance;
      pull[k] = gradient[k]! + expected * (moved[k]! - meanMoved);
      shared += q[k]! * pull[k]!;
    }
    for (let k = 0; k < K; k++) {
      const change = -variance * (e[k]! * pull[k]! + (presses * variance * q[k]! * shared) / qSum);
      step[start + k] = change;
      decrement -= gradient[k]! * change;
    }
  }
  return { step, decrement };
}

/**
 * The MAP fit to these songs, started at `warm` (an earlier fit; songs it lacks start at u = 0).
 * Where it starts changes the result by rounding only: the log posterior is strictly concave. 0.1 to 1 ms at 300 songs.
 * `mostSteps` ends the walk early, for those who come back to it.
 */
export function fitPosterior(
  settings: PosteriorSettings,
  songs: HeardSongs,
  warm: Posterior,
  mostSteps = MOST_STEPS,
): Posterior {
  const size = songs.ids.length * K;
  let weights = warm.weights;
  let offsets = new Float64Array(size);
  if (settings.songVariance > 0) offsets.set(warm.offsets.subarray(0, size));
  let probabilities = new Float64Array(size);
  let triedProbabilities = new Float64Array(size);
  let value = objective(settings, songs, weights, offsets, probabilities);
  for (let taken = 0; taken < mostSteps; taken++) {
    const at = { weights, offsets };
    const weightsTo = weightDirection(settings, songs, at, probabilities);
    const offsetsTo = offsetDirection(settings, songs, at, probabilities, weightsTo.step);
    const decrement = weightsTo.decrement + offsetsTo.decrement;
    let share = 1;
    for (let halvings = 0; ; halvings++, share /= 2) {
      const triedWeights = weights.map((w, i) => w + share * weightsTo.step[i]!);
      const triedOffsets = offsets.map((u, i) => u + share * offsetsTo.step[i]!);
      const tried = objective(settings, songs, triedWeights, triedOffsets, triedProbabilities);
      const isEnough = tried <= value - SUFFICIENT_DECREASE * share * decrement;
      if (isEnough || decrement <= SMALL_DECREMENT || halvings >= MOST_HALVINGS) {
        weights = triedWeights;
        offsets = triedOffsets;
        value = tried;
        [probabilities, triedProbabilities] = [triedProbabilities, probabilities];
        break;
      }
    }
    if (decrement <= LAST_DECREMENT) break;
  }
  return { weights, offsets };
}

/** [4 * J, 4 * J] Laplace covariance of W at a fit, song offsets integrated out: how unsure the weights still are. */
export function posteriorCovariance(
  settings: PosteriorSettings,
  songs: HeardSongs,
  fit: Posterior,
): Float64Array {
  const probabilities = new Float64Array(songs.ids.length * K);
  objective(settings, songs, fit.weights, fit.offsets, probabilities);
  return inverse(
    cholesky(
      reducedHessian(settings.precision, songs, probabilities, settings.songVariance),
      fit.weights.length,
    ),
  );
}
