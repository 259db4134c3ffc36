/** Who is tested on what: people with enough ratings, and songs dealt into folds that no training ever sees. */

import type { Random } from '../population/learners/seeded-random.ts';
import type { ListeningData, Rating } from '../population/listening-data.ts';
import { ratingsByRater } from '../population/prior-training.ts';
import { shuffled } from './named-random.ts';

/** Both ends are in; for songs whose id is a number. */
export interface SongRange {
  readonly first: number;
  readonly last: number;
}

/** One person to be tested, and all they rated. */
export interface TestedPerson {
  readonly rater: string;
  /** In the order of the data. */
  readonly ratings: readonly Rating[];
}

/** The ratings of songs in the range; all where there is none. */
export function ratingsInRange(ratings: readonly Rating[], range: SongRange | undefined): readonly Rating[] {
  if (range === undefined) return ratings;
  return ratings.filter(({ songId }) => Number(songId) >= range.first && Number(songId) <= range.last);
}

/** People with at least `fewest` of these ratings, those with most first, then by name. */
export function testedPeople(ratings: readonly Rating[], fewest: number): readonly TestedPerson[] {
  return [...ratingsByRater(ratings)]
    .map(([rater, own]) => ({ rater, ratings: own }))
    .filter((person) => person.ratings.length >= fewest)
    .sort((a, b) => b.ratings.length - a.ratings.length || (a.rater < b.rater ? -1 : 1));
}

/** Deals songs at random into `count` folds of equal size (to one); the fold of each song by its id. */
export function dealFolds(
  songIds: readonly string[],
  count: number,
  random: Random,
): ReadonlyMap<string, number> {
  return new Map(shuffled(songIds, random).map((songId, at) => [songId, at % count]));
}

/** Every song that was rated, in the order of the data. */
export function ratedSongIds({ songs }: ListeningData, ratings: readonly Rating[]): readonly string[] {
  const rated = new Set(ratings.map(({ songId }) => songId));
  return songs.flatMap(({ songId }) => (rated.has(songId) ? [songId] : []));
}
