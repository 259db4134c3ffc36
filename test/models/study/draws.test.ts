/** Where a study's chance comes from: streams by address, folds, orders. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dealFolds, ratedSongIds, ratingsInRange, testedPeople } from '../../../models/study/folds.ts';
import { randomAt, shuffled } from '../../../models/study/named-random.ts';
import { simulatedListeners } from './simulated-listeners.ts';

const take = (count: number, random: () => number): number[] => Array.from({ length: count }, random);

describe('a stream', () => {
  test('is the same for the same seed and address, and another for any other', () => {
    const streams = [
      take(4, randomAt(1, 'order', 'a', 0)),
      take(4, randomAt(2, 'order', 'a', 0)),
      take(4, randomAt(1, 'order', 'a', 1)),
      take(4, randomAt(1, 'order', 'b', 0)),
      take(4, randomAt(1, 'order', 'a0')),
      take(4, randomAt(1, 'fold', 'a', 0)),
    ];
    expect(new Set(streams.map(String)).size).toBe(streams.length);
    expect(take(4, randomAt(1, 'order', 'a', 0))).toEqual(streams[0]);
  });

  test('draws what it drew in every release: results are compared over years', () => {
    expect(take(3, randomAt(1, 'order', 'rater', 0, 2)).map((x) => x.toFixed(6))).toEqual([
      '0.414437',
      '0.799389',
      '0.281568',
    ]);
  });

  test('of neighbouring addresses are not alike', () => {
    const firsts = Array.from({ length: 2000 }, (_, at) => randomAt(1, 'child', at)());
    const mean = firsts.reduce((sum, x) => sum + x, 0) / firsts.length;
    const lagged = firsts.slice(1).reduce((sum, x, at) => sum + (x - mean) * (firsts[at]! - mean), 0);
    const variance = firsts.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.abs(lagged / variance)).toBeLessThan(0.07);
  });
});

test('shuffling keeps every item and leaves the list it was given', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 0, max: 1e6 }), (items, seed) => {
      const before = [...items];
      const after = shuffled(items, randomAt(seed));
      expect(items).toEqual(before);
      expect([...after].sort()).toEqual([...before].sort());
    }),
  );
});

test('every order of three is as likely', () => {
  const counts = new Map<string, number>();
  const random = randomAt(1, 'orders');
  for (let i = 0; i < 6000; i++) {
    const order = shuffled(['a', 'b', 'c'], random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

describe('folds', () => {
  test('hold every song once and differ in size by one at most', () => {
    const ids = Array.from({ length: 23 }, (_, at) => `s${at}`);
    const folds = dealFolds(ids, 5, randomAt(1, 'folds'));
    expect([...folds.keys()].sort()).toEqual([...ids].sort());
    const sizes = [0, 1, 2, 3, 4].map((fold) => [...folds.values()].filter((own) => own === fold).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBe(1);
  });
});

describe('who takes part', () => {
  const rating = (rater: string, songId: number) =>
    ({ rater, songId: String(songId), emotion: 'sad' }) as const;
  const ratings = [rating('b', 1), rating('b', 9), rating('a', 1), rating('a', 2), rating('c', 3)];

  test('people with enough ratings, those with most first, then by name', () => {
    expect(testedPeople(ratings, 2).map(({ rater }) => rater)).toEqual(['a', 'b']);
    expect(testedPeople(ratings, 1).map(({ rater }) => rater)).toEqual(['a', 'b', 'c']);
  });

  test('only ratings of songs in the range count, its ends among them', () => {
    const inRange = ratingsInRange(ratings, { first: 1, last: 3 });
    expect(inRange.map(({ songId }) => songId)).toEqual(['1', '1', '2', '3']);
    expect(ratingsInRange(ratings, undefined)).toBe(ratings);
  });

  test('rated songs come in the order of the data', () => {
    const data = simulatedListeners({ songs: 10, raters: 1, ratings: 4 });
    const ids = ratedSongIds(data, data.ratings).map(Number);
    expect(ids).toHaveLength(4);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });
});
