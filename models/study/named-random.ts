/**
 * Where all chance in a study comes from: every draw has an address ("order, rater x, fold 2"), so that no result
 * depends on the order or the thread in which pieces run, nor on what else is run.
 */
import { fnv1a } from '../fnv1a.ts';
import { createRandom, drawnIndex, type Random } from '../population/learners/seeded-random.ts';

/** The stream of this address under this seed: `randomAt(1, 'order', rater, fold)`. */
export function randomAt(seed: number, ...address: readonly (string | number)[]): Random {
  const text = JSON.stringify([seed, ...address]);
  const first = fnv1a(text);
  return createRandom(first, fnv1a(text, first));
}

/** A new list in random order (Fisher & Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = drawnIndex(random, i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}
