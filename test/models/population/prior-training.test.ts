import { describe, expect, test } from 'vitest';
import { handMadePrior, parsePrior, priorToJson } from '../../../models/child/prior.ts';
import { EMOTIONS, type PerEmotion } from '../../../models/emotions.ts';
import type { Rating } from '../../../models/population/listening-data.ts';
import { fitPrior, ratingsByRater } from '../../../models/population/prior-training.ts';
import { seededRandom, seededSongs } from '../child/child-fixtures.ts';

/** Each listener multiplies the population's odds of calm by e, give or take e^0.5. */
function leaningListeners(count: number, seed: number) {
  const random = seededRandom(seed);
  const songs = seededSongs(40, random);
  const opinions = new Map<string, PerEmotion>(songs.map((s) => [s.songId, s.populationProbabilities]));
  const ratings = Array.from({ length: count }, (_, rater) => {
    const leaning = 1 + (random() - 0.5) * 2;
    return songs.map(({ songId, populationProbabilities }): Rating => {
      const shares = populationProbabilities.map((p, k) => p * Math.exp(k === 3 ? leaning : 0));
      const drawn = random() * shares.reduce((sum, x) => sum + x, 0);
      const cumulative = shares.map((_, k) => shares.slice(0, k + 1).reduce((sum, x) => sum + x, 0));
      const k = cumulative.findIndex((sum) => drawn < sum);
      return { rater: `rater-${rater}`, songId, emotion: EMOTIONS[k]! };
    });
  }).flat();
  return { ratings, opinions };
}

describe('the prior from other listeners', () => {
  const { ratings, opinions } = leaningListeners(16, 3);
  const fit = fitPrior([...ratings, { rater: 'once', songId: 'song-1', emotion: 'sad' }], opinions);

  test('learns a leaning that listeners share', () => {
    expect(fit.listeners).toBe(16);
    const bias = (k: number) => fit.prior.mean[k * 5]!;
    expect(bias(3) - (bias(0) + bias(1) + bias(2)) / 3).toBeGreaterThan(0.6);
    expect(bias(3) - (bias(0) + bias(1) + bias(2)) / 3).toBeLessThan(1.2);
  });

  test('keeps the doubt that forty songs leave about one person’s slopes', () => {
    for (let i = 0; i < 20; i++) {
      expect(fit.prior.covariance[i * 21]).toBeGreaterThan(handMadePrior().covariance[i * 21]! * 0.65);
      expect(fit.prior.covariance[i * 21]).toBeLessThan(handMadePrior().covariance[i * 21]! * 1.5);
    }
  });

  test('is nearly the same wherever it started, and no later found from near', () => {
    const again = fitPrior(ratings, opinions, { start: fit.prior });
    expect(again.rounds).toBeLessThanOrEqual(fit.rounds);
    for (let i = 0; i < 20; i++) {
      const deviation = Math.sqrt(fit.prior.covariance[i * 21]!);
      expect(Math.abs(again.prior.mean[i]! - fit.prior.mean[i]!)).toBeLessThan(0.03 * deviation);
    }
  });

  test('is a fixed point: more rounds move it by less than it is asked to be close', () => {
    let { prior } = fit;
    for (let i = 0; i < 5; i++) ({ prior } = fitPrior(ratings, opinions, { start: prior }));
    for (let i = 0; i < 20; i++) {
      const deviation = Math.sqrt(fit.prior.covariance[i * 21]!);
      expect(Math.abs(prior.mean[i]! - fit.prior.mean[i]!)).toBeLessThan(0.05 * deviation);
    }
  });

  test('does not depend on how listeners are named, and is written without a digit lost', () => {
    const renamed = ratings.map((rating) => ({ ...rating, rater: `x-${rating.rater}` }));
    expect(fitPrior(renamed, opinions).prior).toEqual(fitPrior(ratings, opinions).prior);
    expect(parsePrior(JSON.parse(JSON.stringify(priorToJson(fit.prior))))).toEqual(fit.prior);
    for (const x of [...fit.prior.mean, ...fit.prior.covariance]) expect(Number(x.toFixed(6))).toBe(x);
  });

  test('passes over songs the population says nothing of, and is the hand-made one without listeners', () => {
    const few = new Map([...opinions].slice(0, 19));
    const { prior, listeners } = fitPrior(ratings, few);
    expect(listeners).toBe(0);
    expect(prior).toEqual(handMadePrior());
  });
});

test('ratings are gathered by rater in their order', () => {
  const of = (rater: string, songId: string): Rating => ({ rater, songId, emotion: 'sad' });
  const byRater = ratingsByRater([of('a', '1'), of('b', '1'), of('a', '2')]);
  expect([...byRater].map(([rater, own]) => [rater, own.map(({ songId }) => songId)])).toEqual([
    ['a', ['1', '2']],
    ['b', ['1']],
  ]);
});
