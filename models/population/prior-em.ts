/**
 * EM with Laplace for the prior over an expert's weights, one MAP fit per listener and round (empirical Bayes).
 * Knows nothing of ratings or songs' features: only of listeners' presses as embeddings and counts.
 */
import { CLASS_COUNT } from '../child/embedding.ts';
import type { HeardSongs } from '../child/heard-songs.ts';
import { cholesky, choleskyOrNull, inverse } from '../child/linear-algebra.ts';
import { fitPosterior, type Posterior, posteriorCovariance } from '../child/posterior.ts';
import type { WeightPrior } from '../child/prior.ts';

/** How many listeners the hand-made mean and covariance count for. */
const MEAN_STRENGTH = 4;
const COVARIANCE_STRENGTH = 10;
/** Of Newton for each listener: the next round goes on from there, so walking to the end every time would be wasted. */
const STEPS_A_ROUND = 1;
/** Largest change of a round, in prior standard deviations of the entry, that changes nothing worth having. */
const CONVERGED = 4e-3;
/** Plain EM closes a tenth of its distance a round here; a longer leap than this is luck. */
const LONGEST_LEAP = 16;

/**
 * m ← (Σ W_r + 4 m0) / (R + 4);  S ← (Σ [(W_r - m)(W_r - m)ᵀ + C_r] + 10 S0) / (R + 10), W_r the MAP of listener r
 * under (m, S), C_r its inverse Hessian, (m0, S0) the hand-made prior, until nothing moves or `mostRounds` are done.
 */
export function fitWeightPrior(options: {
  readonly listeners: readonly HeardSongs[];
  readonly handMade: WeightPrior;
  /** A prior of nearly the same listeners saves most of the rounds. */
  readonly start: WeightPrior;
  readonly mostRounds: number;
}): { readonly prior: WeightPrior; readonly rounds: number } {
  const { listeners, handMade, start, mostRounds } = options;
  let fits: readonly Posterior[] = listeners.map((songs) => ({
    weights: start.mean,
    offsets: new Float64Array(songs.ids.length * CLASS_COUNT),
  }));
  let rounds = 0;
  let change = Infinity;
  function oneRound(from: WeightPrior): WeightPrior {
    const { prior, fits: next } = emRound(from, handMade, listeners, fits);
    fits = next;
    rounds++;
    change = changeOf(from, prior);
    return prior;
  }

  let prior = start;
  while (change > CONVERGED && rounds < mostRounds) {
    const first = oneRound(prior);
    if (change <= CONVERGED) return { prior: first, rounds };
    prior = leap(prior, first, oneRound(first));
  }
  return { prior, rounds };
}

/**
 * Where two rounds of EM, from `start` over `once` to `twice`, seem to lead (SQUAREM S3; Varadhan & Roland 2008, eq. 11);
 * `twice` itself where that is no prior.
 */
function leap(start: WeightPrior, once: WeightPrior, twice: WeightPrior): WeightPrior {
  const [t0, t1, t2] = [start, once, twice].map(({ mean, covariance }) => [...mean, ...covariance]);
  const r = t1!.map((x, i) => x - t0![i]!);
  const v = t2!.map((x, i) => x - t1![i]! - r[i]!);
  const ratio = Math.sqrt(sumOfSquares(r) / sumOfSquares(v));
  const length = Math.min(Math.max(ratio, 1), LONGEST_LEAP);
  const to = Float64Array.from(t0!, (x, i) => x + 2 * length * r[i]! + length * length * v[i]!);
  const size = start.mean.length;
  const leapt = { mean: to.slice(0, size), covariance: to.slice(size) };
  return choleskyOrNull(leapt.covariance, size) === null ? twice : leapt;
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x * x, 0);
}

function emRound(
  prior: WeightPrior,
  handMade: WeightPrior,
  listeners: readonly HeardSongs[],
  warm: readonly Posterior[],
): { readonly prior: WeightPrior; readonly fits: Posterior[] } {
  const size = prior.mean.length;
  const precision = inverse(cholesky(prior.covariance, size));
  const settings = { prior, precision, songVariance: 0 };
  const fits = listeners.map((songs, r) => fitPosterior(settings, songs, warm[r]!, STEPS_A_ROUND));
  const mean = handMade.mean.map(
    (m0, i) =>
      (fits.reduce((sum, { weights }) => sum + weights[i]!, 0) + MEAN_STRENGTH * m0) /
      (listeners.length + MEAN_STRENGTH),
  );
  const covariance = handMade.covariance.map((s0) => COVARIANCE_STRENGTH * s0);
  for (const [r, songs] of listeners.entries()) {
    const own = posteriorCovariance(settings, songs, fits[r]!);
    const away = fits[r]!.weights.map((w, i) => w - mean[i]!);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const cell = i * size + j;
        covariance[cell] = covariance[cell]! + own[cell]! + away[i]! * away[j]!;
      }
    }
  }
  const people = listeners.length + COVARIANCE_STRENGTH;
  return { prior: { mean, covariance: covariance.map((sum) => sum / people) }, fits };
}

/** The largest change of an entry, means in their standard deviations, covariances relative to their variances. */
function changeOf(before: WeightPrior, after: WeightPrior): number {
  const size = before.mean.length;
  const deviations = Array.from({ length: size }, (_, i) => Math.sqrt(before.covariance[i * size + i]!));
  let largest = 0;
  for (let i = 0; i < size; i++) {
    largest = Math.max(largest, Math.abs(after.mean[i]! - before.mean[i]!) / deviations[i]!);
    for (let j = 0; j <= i; j++) {
      const cell = i * size + j;
      const moved = Math.abs(after.covariance[cell]! - before.covariance[cell]!);
      largest = Math.max(largest, moved / (deviations[i]! * deviations[j]!));
    }
  }
  return largest;
}
