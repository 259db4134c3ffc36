/**
 * Where all chance in a study comes from: every draw has an address ("order, rater x, fold 2"), so that no result
 * depends on the order or the thread in which pieces run, nor on what else is run.
 */
import { createRandom, drawnIndex, type Random } from '../population/learners/seeded-random.ts';

/** FNV-1a, 32 bits, over UTF-16 units, from a given basis (Fowler, Noll, Vo). */
function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const FNV_BASIS = 0x811c9dc5;

/** The stream of this address under this seed: `randomAt(1, 'order', rater, fold)`. */
export function randomAt(seed: number, ...address: readonly (string | number)[]): Random {
  const text = JSON.stringify([seed, ...address]);
  const first = fnv1a(text, FNV_BASIS);
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
