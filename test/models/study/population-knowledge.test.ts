/** What is known when someone is left out: nothing of theirs, and nothing of the songs they are tested on. */
import { describe, expect, test } from 'vitest';
import { fitPopulation } from '../../../models/population/fit-population.ts';
import type { ListeningData } from '../../../models/population/listening-data.ts';
import { withoutRaters } from '../../../models/population/training-samples.ts';
import { createKnowledgeSource, type KnowledgeOptions } from '../../../models/study/population-knowledge.ts';
import { simulatedListeners } from './simulated-listeners.ts';

const OPTIONS: KnowledgeOptions = { learner: 'gpForest', seed: 1, trees: 10 };
const data = simulatedListeners({ songs: 60, raters: 10, ratings: 40 });
const LEFT_OUT = 'rater-3';
const unheard = data.songs.slice(50);
const isHeard = ({ songId }: { readonly songId: string }): boolean => Number(songId) <= 50;
const training = (from: ListeningData): ListeningData => ({
  ...from,
  songs: from.songs.filter(isHeard),
  ratings: from.ratings.filter(isHeard),
});

/** The same data, but this person hears everything as angry. */
const lied: ListeningData = {
  ...data,
  ratings: data.ratings.map((rating) =>
    rating.rater === LEFT_OUT ? { ...rating, emotion: 'angry' } : rating,
  ),
};

describe('leaving a person out', () => {
  test('makes all that is known independent of what they said', () => {
    const honest = createKnowledgeSource(training(data), unheard, OPTIONS).without([LEFT_OUT]);
    const other = createKnowledgeSource(training(lied), unheard, OPTIONS).without([LEFT_OUT]);
    expect(other).toEqual(honest);
  });

  test('changes what is known', () => {
    const source = createKnowledgeSource(training(data), unheard, OPTIONS);
    expect(source.without([LEFT_OUT]).prior).not.toEqual(source.without([]).prior);
    expect(source.without([LEFT_OUT]).opinions).not.toEqual(source.without([]).opinions);
  });

  test('does not depend on who was left out before', () => {
    const source = createKnowledgeSource(training(data), unheard, OPTIONS);
    source.without(['rater-1']);
    const fresh = createKnowledgeSource(training(data), unheard, OPTIONS);
    expect(source.without([LEFT_OUT])).toEqual(fresh.without([LEFT_OUT]));
  });
});

test('a song that only the one left out had rated is judged as a new one', () => {
  const only = { rater: LEFT_OUT, songId: '50', emotion: 'angry' } as const;
  const ratings = [...data.ratings.filter(({ songId }) => songId !== '50'), only];
  const left = createKnowledgeSource(training({ ...data, ratings }), unheard, OPTIONS).without([LEFT_OUT]);
  const shipped = fitPopulation(
    data.songs.filter((song) => isHeard(song) && song.songId !== '50'),
    ratings.filter((rating) => rating.rater !== LEFT_OUT && isHeard(rating)),
    'gpForest',
    { seed: 1 },
  );
  const song = data.songs.find(({ songId }) => songId === '50')!;
  expect(left.opinions.get('50')![0]).toBeCloseTo(shipped.predict(song.features)[0], 1);
  expect(left.features.get('50')).toHaveLength(data.columns.length);
});

test('nothing is known of what anyone said of the unheard songs', () => {
  const relabelled = {
    ...data,
    ratings: data.ratings.map((rating) =>
      isHeard(rating) ? rating : { ...rating, emotion: 'calm' as const },
    ),
  };
  const before = createKnowledgeSource(training(data), unheard, OPTIONS).without([]);
  const after = createKnowledgeSource(training(relabelled), unheard, OPTIONS).without([]);
  expect(after).toEqual(before);
  expect(after.opinions.size).toBe(60);
});

test.each(['ridge', 'gaussianProcess'] as const)(
  '%s is the one that ships, out of sample and in',
  (learner) => {
    const left = withoutRaters(training(data), new Set([LEFT_OUT]));
    const shipped = fitPopulation(left.songs, left.ratings, learner, { seed: 1 });
    const known = createKnowledgeSource(training(data), unheard, { ...OPTIONS, learner }).without([LEFT_OUT]);
    for (const { songId } of left.songs) {
      // The Gaussian process trusts a song by all its raters, the one left out too: their number gives nothing away.
      const digits = learner === 'ridge' ? 9 : 1;
      for (const [k, p] of shipped.opinionsOutOfSample.get(songId)!.entries()) {
        expect(known.opinions.get(songId)![k]).toBeCloseTo(p, digits);
      }
    }
    for (const { songId, features } of unheard) {
      expect(known.opinions.get(songId)![0]).toBeCloseTo(
        shipped.predict(features)[0],
        learner === 'ridge' ? 9 : 1,
      );
    }
  },
);
