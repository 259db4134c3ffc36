/** What a key does that bounces. */
import { drawnIndex, type Random } from '../../../models/population/learners/seeded-random.ts';

/** Short flickers, then down for as long as a hand is, then flickers again. Pairs of level and ms. */
export function bouncingPress(random: Random): readonly (readonly [isDown: boolean, forMs: number])[] {
  const flickers = (): (readonly [boolean, number])[] =>
    Array.from({ length: drawnIndex(random, 4) }, (): (readonly [boolean, number])[] => [
      [true, 1],
      [false, 1],
    ]).flat();
  return [...flickers(), [true, 40 + drawnIndex(random, 120)], ...flickers(), [false, 0]];
}
