/**
 * Seeded pseudo-random numbers for humanising and for noise, so that every machine renders the same songs.
 * Mulberry32 (public domain, Tommy Ettinger): 32 bits of state, good enough for sound, never for secrets.
 */

/** A stream of numbers, evenly spread over [0, 1). */
export type Random = () => number;

/** A stream that depends on `seed` only; different seeds give unrelated streams. */
export function createRandom(seed: string): Random {
  let state = hashOf(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Roughly normal, mean 0, standard deviation 1, never beyond +-3.5: sum of twelve evens, less six, clipped. */
export function nextGaussian(random: Random): number {
  let sum = -6;
  for (let index = 0; index < 12; index++) sum += random();
  return Math.max(-3.5, Math.min(3.5, sum));
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
