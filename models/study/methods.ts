/**
 * The methods a study compares. Each is told a person's presses one by one and can be asked at any time what it would
 * say of a song. `ours` is the very code the box runs; the ablations are that code with one thing taken away.
 */
import {
  DEFAULT_CHILD_MODEL_SETTINGS as AS_SHIPPED,
  type ChildModel,
  type ChildModelSettings,
  createChildModel,
  expertDistributions,
  predict,
  type SongOpinion,
} from '../child/child-model.ts';
import type { ForestTrainer } from '../child/forest-rows.ts';
import type { Prior, WeightPrior } from '../child/prior.ts';
import { learnAndTrain } from '../child/replay.ts';
import { EMOTIONS, emotionIndex, type PerEmotion } from '../emotions.ts';
import { trainForest } from '../forest/train-forest.ts';
import { createPersonalForest } from './personal-forest.ts';
import type { PopulationKnowledge } from './population-knowledge.ts';
import type { LabelledSong } from './press-run.ts';

/** One method with one person. */
export interface Method {
  press(press: LabelledSong): void;
  /** P(this person calls the song e). */
  predict(songId: string): PerEmotion;
}

/** What a method may know before the first press, and what methods of the same presses share. */
export interface MethodGround {
  readonly knowledge: PopulationKnowledge;
  /** Of what a method draws at random. */
  readonly seed: number;
  readonly trainForest: ForestTrainer;
}

/** Presses after which one counts half, where a method forgets: tried on drifting children only. */
const HALF_LIFE_PRESSES = 100;

const METHODS = {
  population: createPopulation,
  majority: createMajority,
  personalForest: ({ knowledge, seed }) => createPersonalForest(knowledge, seed),
  ours: (ground) => createOurs(ground),
  /** The prior's variances, without what it knows of weights together. */
  oursNoCovariance: (ground) => createOurs(ground, { changePrior: withoutCovariance }),
  /** The mean of the personal experts, without the population: each trusted the same throughout. */
  oursNoGate: (ground) => createOurs(ground, { answer: meanOfExperts }),
  /** Taste from the population's opinion alone. */
  oursNoTimbre: (ground) => createOurs(ground, { settings: { experts: ['taste', 'songMemory', 'forest'] } }),
  oursNoForest: (ground) => createOurs(ground, { settings: { experts: ['taste', 'timbre', 'songMemory'] } }),
  /** Of the map from the population's opinion to the person's only the constants are learnt. */
  oursBiasOnly: (ground) =>
    createOurs(ground, { changePrior: withSlopesFixed, settings: { experts: ['taste', 'songMemory'] } }),
  oursNoMemory: (ground) => createOurs(ground, { settings: { experts: ['taste', 'timbre', 'forest'] } }),
  /** What each song was called, and nothing that would carry over to another. */
  memoryOnly: (ground) =>
    createOurs(ground, { changePrior: withWeightsFixed, settings: { experts: ['songMemory'] } }),
  oursForgetting: (ground) =>
    createOurs(ground, { settings: { forgetting: { halfLifePresses: HALF_LIFE_PRESSES } } }),
} satisfies Record<string, (ground: MethodGround) => Method>;

export type MethodName = keyof typeof METHODS;

export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

/** These methods by name, none knowing anything of the person yet; they must be told the same presses. */
export function createMethods(
  names: readonly MethodName[],
  knowledge: PopulationKnowledge,
  seed: number,
): ReadonlyMap<MethodName, Method> {
  const ground = { knowledge, seed, trainForest: sharedTrainer() };
  return new Map(names.map((name) => [name, METHODS[name](ground)]));
}

/**
 * Trains each forest once for all methods: of the same presses the same songs make a milestone, so that labels and
 * seed tell forests apart.
 */
function sharedTrainer(): ForestTrainer {
  const trained = new Map<string, ReturnType<ForestTrainer>>();
  return (rows, seed) => {
    const key = `${seed} ${rows.labels.join('')}`;
    const known = trained.get(key) ?? trainForest(rows, seed);
    trained.set(key, known);
    return known;
  };
}

function songAt({ opinions, features }: PopulationKnowledge, songId: string): SongOpinion {
  const populationProbabilities = opinions.get(songId);
  if (populationProbabilities === undefined) throw new Error(`study: the population knows no song ${songId}`);
  return { songId, populationProbabilities, features: features.get(songId) };
}

function createPopulation({ knowledge }: MethodGround): Method {
  return {
    press: () => undefined,
    predict: (songId) => songAt(knowledge, songId).populationProbabilities,
  };
}

/** Says always how often each emotion was pressed so far, the training songs' shares counting as one press. */
function createMajority({ knowledge }: MethodGround): Method {
  const counts = [...knowledge.trainingShares];
  return {
    press: ({ emotion }) => {
      counts[emotionIndex(emotion)]!++;
    },
    predict: () => {
      const sum = counts.reduce((total, count) => total + count, 0);
      return counts.map((count) => count / sum) as unknown as PerEmotion;
    },
  };
}

type Answer = (model: ChildModel, song: SongOpinion) => PerEmotion;

const meanOfExperts: Answer = (model, song) => {
  const { experts } = expertDistributions(model, song);
  const sum = (k: number): number => experts.reduce((total, opinion) => total + opinion[k]!, 0);
  return song.populationProbabilities.map((_, k) => sum(k) / experts.length) as unknown as PerEmotion;
};

/** The box's model, but for what is changed. */
function createOurs(
  { knowledge, trainForest: train }: MethodGround,
  {
    changePrior = (prior) => prior,
    settings = {},
    answer = predict,
  }: {
    readonly changePrior?: (prior: Prior) => Prior;
    readonly settings?: Partial<ChildModelSettings>;
    readonly answer?: Answer;
  } = {},
): Method {
  let model = createChildModel(changePrior(knowledge.prior), { ...AS_SHIPPED, ...settings });
  const featuresOf = (songId: string) => knowledge.features.get(songId);
  return {
    press({ songId, emotion }) {
      model = learnAndTrain(model, { ...songAt(knowledge, songId), emotion }, featuresOf, train);
    },
    predict: (songId) => answer(model, songAt(knowledge, songId)),
  };
}

/** Variance of a weight that must not move: a thousandth of a logit. */
const FIXED_VARIANCE = 1e-6;

/** The prior with another covariance, of its timbre too; `isBias` tells the constants among the weights. */
function withCovariance(
  { timbre, ...prior }: Prior,
  entry: (
    weights: { row: number; column: number; isBias: (weight: number) => boolean },
    own: number,
  ) => number,
): Prior {
  function changed<P extends WeightPrior>(of: P): P {
    const size = of.mean.length;
    const isBias = (weight: number) => weight % (size / EMOTIONS.length) === 0;
    const covariance = of.covariance.map((own, at) =>
      entry({ row: Math.floor(at / size), column: at % size, isBias }, own),
    );
    return { ...of, covariance };
  }
  return timbre === undefined ? changed(prior) : { ...changed(prior), timbre: changed(timbre) };
}

function withoutCovariance(prior: Prior): Prior {
  return withCovariance(prior, ({ row, column }, own) => (row === column ? own : 0));
}

function withWeightsFixed(prior: Prior): Prior {
  return withCovariance(prior, ({ row, column }) => (row === column ? FIXED_VARIANCE : 0));
}

function withSlopesFixed(prior: Prior): Prior {
  return withCovariance(prior, ({ row, column, isBias }, own) => {
    if (isBias(row) && isBias(column)) return own;
    return row === column ? FIXED_VARIANCE : 0;
  });
}
