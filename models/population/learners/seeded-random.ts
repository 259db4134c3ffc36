/**
 * The random numbers of every learner: sfc32 (Chris Doty-Humphrey's small fast counting generator, public domain;
 * passes PractRand), 128 bits of state, integer arithmetic only, so that one seed gives the same bits everywhere.
 */

/** A stream of numbers evenly spread over [0, 1), in steps of 2^-32. */
export type Random = () => number;

/** Outputs thrown away after seeding, as its author does. */
const WARM_UP = 12;

/** The stream of a seed (a whole number; its low 32 bits and the next 21 count) and, within it, of a branch. */
export function createRandom(seed: number, branch = 0): Random {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = branch | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < WARM_UP; i++) next();
  return () => next() / 2 ** 32;
}

/** A seed for a part of the work, so that parts do not depend on how much randomness the others used. */
export function drawnSeed(random: Random): number {
  return Math.floor(random() * 2 ** 32);
}

/** 0 .. count - 1. */
export function drawnIndex(random: Random, count: number): number {
  return Math.floor(random() * count);
}

/** 0 .. count - 1, in drawn order (Fisher & Yates). */
export function shuffledIndices(random: Random, count: number): Int32Array {
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = drawnIndex(random, i + 1);
    const held = indices[i]!;
    indices[i] = indices[j]!;
    indices[j] = held;
  }
  return indices;
}

/** A standard normal number (Box & Muller 1958). */
export function drawnNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
