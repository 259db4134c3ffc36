/** Songs, presses and generators that the tests of the child's model share. */
import fc from 'fast-check';
import type { EmotionPress, SongOpinion } from '../../../models/child/child-model.ts';
import type { PerEmotion } from '../../../models/emotions.ts';
import { EMOTIONS } from '../../../models/emotions.ts';

/** A distribution from four positive shares. */
export function distribution(a: number, b: number, c: number, d: number): PerEmotion {
  const sum = a + b + c + d;
  return [a / sum, b / sum, c / sum, d / sum];
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Songs as the shipped population gives them: no class below 0.01. */
export function seededSongs(count: number, random: () => number): SongOpinion[] {
  return Array.from({ length: count }, (_, i) => {
    const [a, b, c, d] = [random(), random(), random(), random()].map((x) => 0.01 + x ** 2) as [
      number,
      number,
      number,
      number,
    ];
    return { songId: `song-${i}`, populationProbabilities: distribution(a, b, c, d) };
  });
}

/** Presses of songs and emotions drawn evenly. */
export function seededPresses(
  songs: readonly SongOpinion[],
  count: number,
  random: () => number,
): EmotionPress[] {
  return Array.from({ length: count }, () => ({
    ...songs[Math.floor(random() * songs.length)]!,
    emotion: EMOTIONS[Math.floor(random() * 4)]!,
  }));
}

/** Any distribution, from even to nearly certain, zeros included. */
export const anyDistribution: fc.Arbitrary<PerEmotion> = fc
  .tuple(
    ...([0, 1, 2, 3].map(() =>
      fc.oneof(
        fc.constant(0),
        fc.integer({ min: -40, max: 0 }).map((x) => 2 ** x),
      ),
    ) as [fc.Arbitrary<number>, fc.Arbitrary<number>, fc.Arbitrary<number>, fc.Arbitrary<number>]),
  )
  .filter((shares) => shares.some((share) => share > 0))
  .map(([a, b, c, d]) => distribution(a, b, c, d));

/** Any sequence of presses over a few songs, repeats likely. */
export const anyPresses = (maxLength: number): fc.Arbitrary<EmotionPress[]> =>
  fc.array(anyDistribution, { minLength: 1, maxLength: 6 }).chain((opinions) =>
    fc
      .array(fc.record({ song: fc.nat(opinions.length - 1), emotion: fc.constantFrom(...EMOTIONS) }), {
        maxLength,
      })
      .map((presses) =>
        presses.map(({ song, emotion }) => ({
          songId: `song-${song}`,
          populationProbabilities: opinions[song]!,
          emotion,
        })),
      ),
  );
