/** Songs, presses and generators that the tests of the child's model share. */
import fc from 'fast-check';
import {
  type ChildModel,
  describeBeliefs,
  type EmotionPress,
  type SongOpinion,
} from '../../../models/child/child-model.ts';
import type { Emotion, PerEmotion } from '../../../models/emotions.ts';
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

export type FeaturedSong = SongOpinion & { readonly features: readonly number[] };

/** The same songs with six features: three noisy readings each of two qualities the population does not hear. */
export function withFeatures(songs: readonly SongOpinion[], random: () => number): FeaturedSong[] {
  return songs.map((song) => {
    const [one, other] = [random() - 0.5, random() - 0.5];
    const features = [one, one, one, other, other, other].map((x) => x + 0.1 * (random() - 0.5));
    return { ...song, features };
  });
}

/** What a child calls a song who goes by those qualities alone. */
export function heardByFeatures({ features }: FeaturedSong): Emotion {
  return EMOTIONS[(features[0]! > 0 ? 1 : 0) + (features[3]! > 0 ? 2 : 0)]!;
}

/** One press of each song by that child. */
export function featuredPresses(count: number, seed: number): (EmotionPress & FeaturedSong)[] {
  const random = seededRandom(seed);
  return withFeatures(seededSongs(count, random), random).map((song) => ({
    ...song,
    emotion: heardByFeatures(song),
  }));
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

/** Standard deviations of the weights, [20] of each expert that has weights. */
export function deviationsOf(model: ChildModel): readonly (readonly number[])[] {
  return describeBeliefs(model).experts.flatMap((expert) =>
    expert.name === 'forest' ? [] : [expert.deviations],
  );
}
