/**
 * Protocol 1, real people: each is left out of all training, and so are the songs they are tested on. Their own ratings
 * of other songs are played as presses, in several orders. With training data of its own, population and prior come
 * from there, and every person and song here is new to them: true transfer.
 */
import type { ListeningData } from '../../population/listening-data.ts';
import { dealFolds, ratedSongIds, ratingsInRange, type SongRange, testedPeople } from '../folds.ts';
import { createMethods, type MethodName } from '../methods.ts';
import { randomAt, shuffled } from '../named-random.ts';
import { pooledRows } from '../pooled-rows.ts';
import {
  createKnowledgeSource,
  type KnowledgeOptions,
  type KnowledgeSource,
  type PopulationKnowledge,
} from '../population-knowledge.ts';
import { runPresses } from '../press-run.ts';
import type { Protocol, StudyMaterial, Task } from './protocol.ts';

export interface RealPeopleSettings {
  readonly seed: number;
  readonly knowledge: KnowledgeOptions;
  /** Songs whose ratings are presses and tests; all where not given. */
  readonly songs?: SongRange | undefined;
  /** A person takes part with this many of them. */
  readonly fewestRatings: number;
  readonly folds: number;
  readonly orders: number;
  /** Numbers of presses; a person is tested as far as the songs outside the fold reach. */
  readonly testedAt: readonly number[];
  readonly methods: readonly MethodName[];
}

/** Rows of transfer have a name of their own: targets are set for people of the same data. */
export const REAL_PEOPLE = 'realPeople';
export const REAL_PEOPLE_TRANSFER = 'realPeopleTransfer';

/** One task a person and fold. */
export function createRealPeople(material: StudyMaterial, settings: RealPeopleSettings): Protocol {
  const { tested: data } = material;
  const { seed } = settings;
  const name = material.training === undefined ? REAL_PEOPLE : REAL_PEOPLE_TRANSFER;
  const ratings = ratingsInRange(data.ratings, settings.songs);
  const people = testedPeople(ratings, settings.fewestRatings);
  const foldOf = dealFolds(ratedSongIds(data, ratings), settings.folds, randomAt(seed, 'folds'));
  const knowledgeFor = createFoldKnowledge(material, foldOf, settings.knowledge);
  const folds = Array.from({ length: settings.folds }, (_, fold) => fold);

  return {
    name,
    settings,
    secondsATask: 0.7 + 0.05 * settings.orders * settings.methods.length,
    tasks: folds.flatMap((fold) => people.map(({ rater }) => ({ ground: String(fold), person: rater }))),
    run({ ground, person }: Task) {
      const fold = Number(ground);
      const knowledge = knowledgeFor(fold, person);
      const own = people.find(({ rater }) => rater === person)!.ratings;
      const tests = own.filter(({ songId }) => foldOf.get(songId) === fold);
      const others = own.filter(({ songId }) => foldOf.get(songId) !== fold);
      const orders = Array.from({ length: settings.orders }, (_, order) => {
        const presses = shuffled(others, randomAt(seed, 'order', person, fold, order));
        const run = { person, presses, testedAt: settings.testedAt, tests: { [name]: () => tests } };
        return runPresses(run, createMethods(settings.methods, knowledge, seed));
      });
      return pooledRows(orders.flat());
    },
  };
}

/** What is known when a person is tested on a fold; keeps the last fold's preparations. */
function createFoldKnowledge(
  { tested: data, training }: StudyMaterial,
  foldOf: ReadonlyMap<string, number>,
  options: KnowledgeOptions,
): (fold: number, rater: string) => PopulationKnowledge {
  if (training !== undefined) {
    let transferred: PopulationKnowledge | undefined;
    return () => {
      transferred ??= createKnowledgeSource(training, data.songs, options).without([]);
      return transferred;
    };
  }
  let kept: { readonly fold: number; readonly source: KnowledgeSource } | undefined;
  return (fold, rater) => {
    if (kept?.fold !== fold) kept = { fold, source: createKnowledgeSource(...splitAt(fold), options) };
    return kept.source.without([rater]);
  };

  function splitAt(fold: number): [training: ListeningData, unheard: ListeningData['songs']] {
    const isHeard = ({ songId }: { readonly songId: string }): boolean => foldOf.get(songId) !== fold;
    const rest = { ...data, songs: data.songs.filter(isHeard), ratings: data.ratings.filter(isHeard) };
    return [rest, data.songs.filter((song) => !isHeard(song))];
  }
}
