/**
 * Protocol 3, the seed's own: a population model of songs labelled by their averaged ratings, and eight children who
 * hold those very labels. Nothing can be gained from them, only lost: for our method it is a test of doing no harm.
 * Unlike the seed's code, features are standardised by the songs learnt from alone, one order of presses serves all
 * numbers of them, and everything is seeded.
 */
import type { PerEmotion } from '../emotions.ts';
import { EMOTIONS, emotionIndex } from '../emotions.ts';
import type { LearnerSamples, Matrix, PopulationFit } from '../population/learners/fits.ts';
import { learnGpForest } from '../population/learners/gp-forest.ts';
import { fitBoosting } from '../population/learners/gradient-boosting.ts';
import type { LearnerOptions } from '../population/learners/learner.ts';
import { rowOf, rowsOf } from '../population/learners/matrix.ts';
import { fitPerceptron } from '../population/learners/perceptron.ts';
import { fitSupportVectors } from '../population/learners/support-vectors.ts';
import type { ListeningData } from '../population/listening-data.ts';
import { fitPrior } from '../population/prior-training.ts';
import { createMethods } from './methods.ts';
import { randomAt } from './named-random.ts';
import type { PopulationKnowledge } from './population-knowledge.ts';
import { type LabelledSong, runPresses } from './press-run.ts';
import type { Protocol, Task } from './protocols/protocol.ts';
import type { PersonScore } from './scores.ts';
import {
  createSeedPersonalForest,
  growSeedForest,
  labelOpinions,
  labelSamples,
  opinionsOf,
  SEED_POPULATION_FOREST,
} from './seed-protocol-forest.ts';
import { perceived, type SeedSplit, seedChild, splitSongs } from './seed-protocol-songs.ts';
import { SEED_CHILDREN_ROWS, SEED_LEARNERS_ROWS, seedTables } from './seed-protocol-tables.ts';
import { createTally } from './tally.ts';

/** Fits alone: nobody asks these what they say out of sample. */
const LEARNERS = {
  forest: (samples, { random }) => growSeedForest(samples, SEED_POPULATION_FOREST, random).fit,
  boosting: (samples, options) => fitBoosting(samples, options),
  svm: (samples, options) => fitSupportVectors(samples, options),
  mlp: (samples, options) => fitPerceptron(samples, options),
  gpForest: (samples, options) => learnGpForest(samples, options).fit,
} satisfies Record<string, (samples: LearnerSamples, options: LearnerOptions) => PopulationFit>;

export type SeedLearner = keyof typeof LEARNERS;

export interface SeedProtocolSettings {
  readonly seed: number;
  readonly children: number;
  /** Ascending; the seed's tables are of 50, 200 and 500. */
  readonly testedAt: readonly number[];
  /** Tried as population models. */
  readonly learners: readonly SeedLearner[];
}

/** As the seed ran it, and our own population learner. */
export const SEED_PROTOCOL_SETTINGS: Omit<SeedProtocolSettings, 'seed'> = {
  children: 8,
  testedAt: [50, 200, 500],
  learners: ['forest', 'boosting', 'svm', 'mlp', 'gpForest'],
};

/** Always the commonest label: the task beside the learners'. */
const MAJORITY = 'majority';
/** Whose rows the learners' are: all songs' raters together. */
const EVERYONE = 'averaged ratings';
/** Song-disjoint parts of the training songs, so that a child's songs are new to the forest that judges them. */
const FOLDS = 5;

/** One task a child and one a learner. Small: the costly ground is grown once a thread. */
export function createSeedProtocol(data: ListeningData, settings: SeedProtocolSettings): Protocol {
  const { seed } = settings;
  let ground: SeedGround | undefined;
  let split: SeedSplit | undefined;
  const splitOnce = (): SeedSplit => {
    split ??= splitSongs(data, seed);
    return split;
  };
  const children = Array.from({ length: settings.children }, (_, at) => `child_${at + 1}`);

  return {
    name: SEED_CHILDREN_ROWS,
    settings,
    secondsATask: 4,
    tasks: [
      ...[MAJORITY, ...settings.learners].map((person) => ({ ground: 'learners', person })),
      ...children.map((person) => ({ ground: 'children', person })),
    ],
    run({ ground: kind, person }: Task) {
      if (kind === 'learners') return [learnerScore(splitOnce(), person, seed)];
      ground ??= prepareGround(data, splitOnce(), seed);
      return childScores(ground, person, settings);
    },
  };
}

/** All of it in one go, for programs without threads. */
export function runSeedProtocol(
  data: ListeningData,
  { seed, onProgress }: { readonly seed: number; readonly onProgress?: (share: number) => void },
): { readonly rows: readonly PersonScore[]; readonly csvs: Readonly<Record<string, string>> } {
  const protocol = createSeedProtocol(data, { ...SEED_PROTOCOL_SETTINGS, seed });
  const rows = protocol.tasks.flatMap((task, at) => {
    const own = protocol.run(task);
    onProgress?.((at + 1) / protocol.tasks.length);
    return own;
  });
  return { rows, csvs: seedTables(rows) };
}

/** A population learner, or the commonest label, on the test songs. */
function learnerScore({ training, tests }: SeedSplit, learner: string, seed: number): PersonScore {
  const tally = createTally();
  for (const [at, opinion] of opinionsOfTests().entries()) {
    tally.add(opinion, emotionIndex(tests.songs[at]!.emotion));
  }
  return {
    protocol: SEED_LEARNERS_ROWS,
    method: learner,
    presses: 0,
    person: EVERYONE,
    score: tally.score(),
  };

  function opinionsOfTests(): PerEmotion[] {
    if (learner === MAJORITY) return tests.songs.map(() => sharesOfLabels(training.songs));
    const samples = labelSamples(training.z, training.songs);
    const fit = LEARNERS[learner as SeedLearner](samples, {
      random: randomAt(seed, SEED_CHILDREN_ROWS, learner),
    });
    return labelOpinions(fit, tests.z);
  }
}

function sharesOfLabels(songs: readonly LabelledSong[]): PerEmotion {
  return EMOTIONS.map(
    (emotion) => songs.filter((song) => song.emotion === emotion).length / songs.length,
  ) as unknown as PerEmotion;
}

/**
 * Our method's ears for timbre and its forest are made for the box's few columns; of more they would take minutes a
 * child. With openSMILE's 1,040 it goes by the population's opinions alone.
 */
const MOST_OWN_COLUMNS = 100;

/** What all children share. */
interface SeedGround extends SeedSplit {
  /** The population of the prior and of every test: what it says of the test songs. */
  readonly testOpinions: readonly PerEmotion[];
  readonly prior: PopulationKnowledge['prior'];
  readonly trainingShares: PerEmotion;
  /** What forests that did not learn from the song say of it as a child perceives it. */
  opinionsOfUnheard(row: number, features: Float64Array): PerEmotion;
}

function prepareGround({ ratings }: ListeningData, split: SeedSplit, seed: number): SeedGround {
  const { training, tests } = split;
  // The same stream as among the learners: it is the same forest.
  const { fit, outOfSample } = growSeedForest(
    labelSamples(training.z, training.songs),
    SEED_POPULATION_FOREST,
    randomAt(seed, SEED_CHILDREN_ROWS, 'forest'),
  );
  const unseen = opinionsOf(outOfSample);
  const opinions = new Map(training.songs.map(({ songId }, row) => [songId, unseen[row]!]));
  const features =
    training.z.columns > MOST_OWN_COLUMNS
      ? undefined
      : new Map(training.songs.map(({ songId }, row) => [songId, rowOf(training.z, row)]));
  const parts = Array.from({ length: FOLDS }, (_, fold) => {
    const kept = training.songs.map((_, row) => row).filter((row) => row % FOLDS !== fold);
    const samples = labelSamples(
      rowsOf(training.z, kept),
      kept.map((row) => training.songs[row]!),
    );
    return growSeedForest(samples, SEED_POPULATION_FOREST, randomAt(seed, SEED_CHILDREN_ROWS, 'part', fold))
      .fit;
  });
  return {
    training,
    tests,
    testOpinions: labelOpinions(fit, tests.z),
    // Ratings of the test songs are not among the opinions, so they are not learnt from.
    prior: fitPrior(ratings, opinions, features === undefined ? {} : { features }).prior,
    trainingShares: sharesOfLabels(training.songs),
    opinionsOfUnheard: (row, features) => labelOpinions(parts[row % FOLDS]!, oneRow(features))[0]!,
  };
}

function oneRow(values: Float64Array): Matrix {
  return { rows: 1, columns: values.length, values };
}

function childScores(
  ground: SeedGround,
  person: string,
  { seed, testedAt }: SeedProtocolSettings,
): PersonScore[] {
  const { training, tests, testOpinions, prior, trainingShares } = ground;
  const { rows, factors } = seedChild(training, seed, person);
  const opinions = new Map(tests.songs.map(({ songId }, at) => [songId, testOpinions[at]!]));
  const features = new Map(tests.songs.map(({ songId }, at) => [songId, rowOf(tests.z, at)]));
  const pressed = rows.slice(0, testedAt.at(-1));
  for (const row of pressed) {
    const own = perceived(training.z, row, factors);
    features.set(training.songs[row]!.songId, own);
    opinions.set(training.songs[row]!.songId, ground.opinionsOfUnheard(row, own));
  }
  const knowledge: PopulationKnowledge = {
    opinions,
    features: training.z.columns > MOST_OWN_COLUMNS ? new Map() : features,
    prior,
    trainingShares,
  };
  const methods = new Map([
    ...createMethods(['population', 'ours'], knowledge, seed),
    ['personalForest', createSeedPersonalForest(features, seed, person)] as const,
  ]);
  return runPresses(
    {
      person,
      presses: pressed.map((row) => training.songs[row]!),
      testedAt,
      tests: { [SEED_CHILDREN_ROWS]: () => tests.songs },
    },
    methods,
  );
}
