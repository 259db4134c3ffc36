/**
 * Protocol 2, the repeated library: forty songs of a real person, heard again and again as on a kiosk, with presses as
 * unsteady as people are. What a person's own rating says is their label; each press, and each fresh press it is tested
 * on, is that label as often as people who rated a song twice said the same again.
 */
import { EMOTIONS, type Emotion, emotionIndex } from '../../emotions.ts';
import type { Random } from '../../population/learners/seeded-random.ts';
import { ratingsInRange, type SongRange, testedPeople } from '../folds.ts';
import { createMethods, type MethodName } from '../methods.ts';
import { randomAt, shuffled } from '../named-random.ts';
import { pooledRows } from '../pooled-rows.ts';
import {
  createKnowledgeSource,
  type KnowledgeOptions,
  type KnowledgeSource,
} from '../population-knowledge.ts';
import { type LabelledSong, runPresses } from '../press-run.ts';
import type { Protocol, StudyMaterial, Task } from './protocol.ts';

export interface RepeatedLibrarySettings {
  readonly seed: number;
  readonly knowledge: KnowledgeOptions;
  readonly songs?: SongRange | undefined;
  readonly fewestRatings: number;
  /** Songs of a library. */
  readonly librarySize: number;
  /** Libraries drawn for each person. */
  readonly libraries: number;
  readonly testedAt: readonly number[];
  readonly methods: readonly MethodName[];
}

/**
 * Share of presses that are the person's own label: how often two ratings of a song by one person agree (95 % interval
 * 58 to 77 %). Two presses then agree less often than that, 50.6 %: this is the harder reading of the same figure.
 */
export const OWN_LABEL_SHARE = 0.685;
/** Of 28 pairs of DEAM's ratings that disagree 23 do so in one dimension only. */
export const ONE_STEP_SHARE = 23 / 28;
/** Fresh presses a song is tested on, so that chance in them hardly shows. */
const FRESH_PRESSES = 5;

const FRESH = 'repeatedLibraryFreshPress';
const OWN = 'repeatedLibraryOwnLabel';

/** A press of someone who would call the song `own`: quadrants are in a ring, so a neighbour differs in one dimension. */
export function unsteadyPress(own: Emotion, random: Random): Emotion {
  if (random() < OWN_LABEL_SHARE) return own;
  const steps = random() < ONE_STEP_SHARE ? (random() < 0.5 ? 1 : 3) : 2;
  return EMOTIONS[(emotionIndex(own) + steps) % EMOTIONS.length]!;
}

/** Songs in rounds, each round in a new order: the box plays what was heard least first. */
export function inRounds<T>(songs: readonly T[], count: number, random: Random): T[] {
  const rounds = Array.from({ length: Math.ceil(count / songs.length) }, () => shuffled(songs, random));
  return rounds.flat().slice(0, count);
}

/** One task a person. Two results: against fresh presses and against the person's own labels. */
export function createRepeatedLibrary(material: StudyMaterial, settings: RepeatedLibrarySettings): Protocol {
  const { tested: data, training } = material;
  const { seed } = settings;
  const people = testedPeople(ratingsInRange(data.ratings, settings.songs), settings.fewestRatings);
  const mostPresses = Math.max(...settings.testedAt);
  let source: KnowledgeSource | undefined;

  return {
    name: 'repeatedLibrary',
    settings,
    secondsATask: 1.5 + 0.1 * settings.libraries * settings.methods.length,
    tasks: people.map(({ rater }) => ({ ground: 'all', person: rater })),
    run({ person }: Task) {
      source ??=
        training === undefined
          ? createKnowledgeSource(data, [], settings.knowledge)
          : createKnowledgeSource(training, data.songs, settings.knowledge);
      // Opinions of songs learnt from are out of sample, so no song need be kept aside.
      const knowledge = source.without([person]);
      const own = people.find(({ rater }) => rater === person)!.ratings;
      const libraries = Array.from({ length: settings.libraries }, (_, library) => {
        const random = randomAt(seed, 'library', person, library);
        const songs = shuffled(own, random).slice(0, settings.librarySize);
        const pressed = (song: LabelledSong): LabelledSong => ({
          songId: song.songId,
          emotion: unsteadyPress(song.emotion, random),
        });
        const presses = inRounds(songs, mostPresses, random).map(pressed);
        const fresh = songs.flatMap((song) => Array.from({ length: FRESH_PRESSES }, () => pressed(song)));
        const tests = { [FRESH]: () => fresh, [OWN]: () => songs };
        const run = { person, presses, testedAt: settings.testedAt, tests };
        return runPresses(run, createMethods(settings.methods, knowledge, seed));
      });
      return pooledRows(libraries.flat());
    },
  };
}
