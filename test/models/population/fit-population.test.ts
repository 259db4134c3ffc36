import { describe, expect, test } from 'vitest';
import { EMOTIONS } from '../../../models/emotions.ts';
import { fitPopulation } from '../../../models/population/fit-population.ts';
import { LEARNER_NAMES, type LearnerName } from '../../../models/population/learners/fits.ts';
import { LEARNERS } from '../../../models/population/learners/learners.ts';
import { createRandom, drawnIndex } from '../../../models/population/learners/seeded-random.ts';
import type { ListenedSong, Rating } from '../../../models/population/listening-data.ts';
import { populationProbabilities, predictTargets } from '../../../models/population/predict-targets.ts';
import { standardise } from '../../../models/population/standardiser.ts';
import { matrixOf } from './learners/learner-fixtures.ts';

/** Loud songs are active, bright ones pleasant; three people each, one in four wrong. */
function listeners(count: number): { readonly songs: ListenedSong[]; readonly ratings: Rating[] } {
  const random = createRandom(11);
  const songs = Array.from({ length: count }, (_, i) => ({
    songId: `song-${i}`,
    features: [100 * random(), random() - 0.5, 7],
  }));
  const ratings = songs.flatMap(({ songId, features: [loudness, brightness] }) =>
    ['a', 'b', 'c'].map((rater): Rating => {
      const quadrant = brightness! > 0 ? (loudness! > 50 ? 0 : 3) : loudness! > 50 ? 1 : 2;
      return {
        rater,
        songId,
        emotion: EMOTIONS[random() < 0.75 ? quadrant : drawnIndex(random, 4)]!,
        valence: brightness! > 0 ? 0.5 : -0.5,
        arousal: loudness! > 50 ? 0.5 : -0.5,
      };
    }),
  );
  return { songs, ratings };
}
const { songs, ratings } = listeners(60);
const fitted = new Map(LEARNER_NAMES.map((name) => [name, fitPopulation(songs, ratings, name, { seed: 3 })]));

describe.each(LEARNER_NAMES)('%s', (name: LearnerName) => {
  const population = fitted.get(name)!;

  test.each([
    [[80, 0.4, 7], 'happy', [1, 1]],
    [[80, -0.4, 7], 'angry', [-1, 1]],
    [[20, -0.4, 7], 'sad', [-1, -1]],
    [[20, 0.4, 7], 'calm', [1, -1]],
  ] as const)('a song of features %j is %s', (features, emotion, signs) => {
    const probabilities = population.predict(features);
    expect(EMOTIONS[probabilities.indexOf(Math.max(...probabilities))]).toBe(emotion);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(population.valenceArousal(features).map(Math.sign)).toEqual(signs);
  });

  test('has an opinion of every song learnt from, and it is not the one it has now that it knows the song', () => {
    expect([...population.opinionsOutOfSample.keys()]).toEqual(songs.map(({ songId }) => songId));
    const now = songs.map(({ features }) => population.predict(features));
    expect([...population.opinionsOutOfSample.values()]).not.toEqual(now);
  });

  test('the same seed gives the same bits', () => {
    const again = fitPopulation(songs, ratings, name, { seed: 3 });
    expect(again.fit).toEqual(population.fit);
    expect(again.opinionsOutOfSample).toEqual(population.opinionsOutOfSample);
  });

  test('what it says of a song does not hang on the songs asked about with it', () => {
    const z = standardise(
      population.standardiser,
      songs.map(({ features }) => features),
    );
    const together = populationProbabilities(predictTargets(population.fit, z));
    for (const at of [0, 31, 59]) expect(population.predict(songs[at]!.features)).toEqual(together[at]);
  });

  test('refuses a song of another number of features', () => {
    expect(() => population.predict([1, 2])).toThrow('song 0 has 2 features, expected 3');
    const z = matrixOf([[1]]);
    expect(() => predictTargets(population.fit, z)).toThrow('the songs have 1');
  });

  test('is described in one line', () => {
    expect(LEARNERS[name].description).toMatch(/^[^\n]{20,110}$/);
  });
});

test.each(['gpForest', 'forest', 'boosting', 'mlp'] as const)('another seed gives another %s', (name) => {
  expect(fitPopulation(songs, ratings, name, { seed: 4 }).fit).not.toEqual(fitted.get(name)!.fit);
});

test('songs nobody said anything of are passed over, and one song is too little', () => {
  const [first, second, third] = songs;
  const two = [first!, second!, third!];
  const ofTwo = ratings.filter(({ songId }) => songId !== third!.songId);
  expect(fitPopulation(two, ofTwo, 'ridge', { seed: 1 }).opinionsOutOfSample.size).toBe(2);
  expect(() => fitPopulation([first!, third!], ofTwo, 'ridge', { seed: 1 })).toThrow(
    'of 2 songs 1 have ratings or averages; it takes at least 2',
  );
});

test('progress is told and ends at 1', () => {
  const shares: number[] = [];
  fitPopulation(songs, ratings, 'gpForest', { seed: 1, onProgress: (share) => shares.push(share) });
  expect(shares.length).toBeGreaterThan(10);
  expect(shares.at(-1)).toBe(1);
});
