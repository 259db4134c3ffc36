/**
 * The bootstrap interval of a mean over people: bias-corrected and accelerated (BCa; Efron 1987), which follows a
 * skewed sample where the t interval cannot. Whole people are drawn, so what one person did stays together.
 */
import { normalBelow } from '../population/soft-shares.ts';
import { randomAt } from './named-random.ts';
import { CONFIDENCE, type Interval, meanOf } from './statistics.ts';

/** Draws with replacement: 10,000 leave the ends of an interval of 5 points uncertain by less than 0.1. */
export const RESAMPLES = 10_000;

/** [resamples * people] who is drawn, resample by resample. */
export type Draws = Uint16Array;

/**
 * Draws for any number of people under this seed; kept, because drawing costs more than all else. Every mean over so many
 * people is judged by the same draws: none depends on what else a study holds.
 */
export function createDraws(seed: number, resamples: number = RESAMPLES): (people: number) => Draws {
  const known = new Map<number, Draws>();
  return (people) => {
    const before = known.get(people);
    if (before !== undefined) return before;
    const random = randomAt(seed, 'bootstrap', people);
    const draws = new Uint16Array(resamples * people).map(() => Math.floor(random() * people));
    known.set(people, draws);
    return draws;
  };
}

/** `draws` for as many people as there are values. Undefined of fewer than three people. 2 ms for 19. */
export function bootstrapInterval(values: readonly number[], draws: Draws): Interval | undefined {
  const people = values.length;
  if (people < 3) return undefined;
  const resamples = draws.length / people;
  const mean = meanOf(values);
  const means = new Float64Array(resamples);
  for (let at = 0; at < resamples; at++) {
    let sum = 0;
    for (let draw = at * people; draw < (at + 1) * people; draw++) sum += values[draws[draw]!]!;
    means[at] = sum / people;
  }
  means.sort();
  if (means[0] === means.at(-1)) return { low: mean, high: mean };

  // Bias: how far the sample's mean lies from the median of the resampled ones; ties count half.
  const below = means.reduce((count, each) => count + (each < mean ? 1 : each === mean ? 0.5 : 0), 0);
  const bias = normalQuantile(below / resamples);
  const acceleration = skewnessOfJackknife(values);
  const endAt = (probability: number): number => {
    const z = bias + normalQuantile(probability);
    const share = normalBelow(bias + z / (1 - acceleration * z));
    return means[Math.min(resamples - 1, Math.max(0, Math.round(share * resamples - 0.5)))]!;
  };
  return { low: endAt((1 - CONFIDENCE) / 2), high: endAt((1 + CONFIDENCE) / 2) };
}

/** Efron's a: Σ d³ / (6 (Σ d²)^1.5) with d the mean of all leave-one-out means less each of them. */
function skewnessOfJackknife(values: readonly number[]): number {
  const mean = meanOf(values);
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    const d = (value - mean) / (values.length - 1);
    squares += d ** 2;
    cubes += d ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

/** Inverse of the standard normal distribution by bisection, within 1e-6 for what an interval needs; ±8 at 0 and 1. */
function normalQuantile(probability: number): number {
  let [low, high] = [-8, 8];
  while (high - low > 1e-7) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
