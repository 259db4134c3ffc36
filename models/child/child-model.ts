/**
 * The child's model: what one child has taught the box, and what that says of every song.
 * Immutable and deterministic: the same presses in the same order (and the same forests, which are a function of them)
 * give the same bits, on any machine, because it uses no clock, no randomness, and V8 carries its own exp and log.
 *
 * What depends on the order of presses: the gate's evidence does, by definition (it asks what was known *before* each
 * press), and so does forgetting. The fits do not: they see only how often each song was called what (equal to
 * rounding, 1e-9); a forest sees the same of the songs up to its milestone.
 */
import type { Emotion, PerEmotion } from '../emotions.ts';
import { emotionIndex } from '../emotions.ts';
import { checkedPopulation, EMBEDDING_SIZE, embed } from './embedding.ts';
import type { EvidenceGate } from './evidence-gate.ts';
import { createGate, expertWeights, mix, settleOpinions, weighPress } from './evidence-gate.ts';
import { createExperts, type Expert, type ExpertName, expertOpinion, HEAD_STARTS, refit } from './experts.ts';
import { checkForgetting, type Forgetting, type LatestDay, laterDay, remainingShare } from './forgetting.ts';
import type { HeardSongs } from './heard-songs.ts';
import { noSongs, withPress } from './heard-songs.ts';
import { posteriorCovariance } from './posterior.ts';
import type { Prior } from './prior.ts';
import { timbreOf } from './timbre.ts';

export type { ExpertName, FittedExpert } from './experts.ts';

export interface ChildModelSettings {
  /** Which experts join the population in the mixture, each once; none leaves the population as it is. */
  readonly experts: readonly ExpertName[];
  /** τ² of `songMemory`, in squared logits. */
  readonly songVariance: number;
  /** Absent: nothing is ever forgotten. */
  readonly forgetting?: Forgetting;
}

/** All experts; variance 2 did best on a small library with repeated, noisy presses (1 learns slower, 4 no better). */
export const DEFAULT_CHILD_MODEL_SETTINGS: ChildModelSettings = {
  experts: ['taste', 'timbre', 'songMemory', 'forest'],
  songVariance: 2,
};

export interface ChildModel {
  readonly prior: Prior;
  readonly settings: ChildModelSettings;
  readonly songs: HeardSongs;
  /** In the order of the settings, and of the gate. */
  readonly experts: readonly Expert[];
  /** Also counts the presses. */
  readonly gate: EvidenceGate;
  readonly latestDay: LatestDay;
}

/** A song as the model sees it. `populationProbabilities` must come from one population model throughout. */
export interface SongOpinion {
  readonly songId: string;
  readonly populationProbabilities: PerEmotion;
  /** What forest and timbre look at besides; without them the one abstains, the other is taken as middling. */
  readonly features?: ArrayLike<number> | undefined;
}

/** The child called this song this emotion. */
export interface EmotionPress extends SongOpinion {
  readonly emotion: Emotion;
  /** When, in days since any fixed day; absent where no clock was set. Only read where presses fade by days. */
  readonly day?: number | undefined;
}

/** The model of a child who has not pressed yet: exactly the population. Throws a RangeError for senseless settings. */
export function createChildModel(
  prior: Prior,
  settings: ChildModelSettings = DEFAULT_CHILD_MODEL_SETTINGS,
): ChildModel {
  const { experts: names, songVariance } = settings;
  if (!(songVariance > 0) || !Number.isFinite(songVariance)) {
    throw new RangeError(`child's model: songVariance must be above 0 and finite, got ${songVariance}`);
  }
  if (new Set(names).size !== names.length) {
    throw new RangeError(`child's model: an expert is named twice in [${names.join(', ')}]`);
  }
  checkForgetting(settings.forgetting ?? {});
  const experts = createExperts(prior, names, songVariance);
  return {
    prior,
    settings,
    songs: noSongs(EMBEDDING_SIZE + (prior.timbre?.directions.components.length ?? 0)),
    experts,
    gate: createGate(names.map((name) => HEAD_STARTS[name])),
    latestDay: undefined,
  };
}

/** φ of a song as this model's experts see it: with timbre where its prior knows any. */
export function embeddingOf(
  { prior: { timbre } }: ChildModel,
  { populationProbabilities, features }: Pick<SongOpinion, 'populationProbabilities' | 'features'>,
): Float64Array {
  return embed(populationProbabilities, timbre && timbreOf(timbre.directions, features));
}

/** What the population says of a song, and each expert in the order of the settings. */
export function expertDistributions(
  model: ChildModel,
  song: SongOpinion,
): { readonly population: PerEmotion; readonly experts: readonly PerEmotion[] } {
  const population = checkedPopulation(song.populationProbabilities, song.songId);
  const { features } = song;
  const view = {
    population,
    embedding: embeddingOf(model, { populationProbabilities: population, features }),
    row: model.songs.rowOf.get(song.songId),
    features,
  };
  const opinions = model.experts.map((expert) => expertOpinion(expert, view));
  return { population, experts: settleOpinions(model.gate, population, opinions) };
}

/**
 * The model after one more press. The experts are first judged by what they would have said, then fitted anew.
 * O(distinct songs): about 1 ms at 300. Throws a RangeError where the probabilities are no distribution.
 * A forest that is due and was not delivered (see forest-delivery.ts) is lost.
 */
export function learn(model: ChildModel, press: EmotionPress): ChildModel {
  const { population, experts } = expertDistributions(model, press);
  const emotion = emotionIndex(press.emotion);
  const gate = weighPress(model.gate, population, experts, emotion);
  const { settings, latestDay } = model;
  const remaining = remainingShare(settings.forgetting ?? {}, latestDay, press.day);
  const embedding = embeddingOf(model, { ...press, populationProbabilities: population });
  const songs = withPress(model.songs, press.songId, embedding, emotion, remaining);
  return {
    ...model,
    songs,
    experts: model.experts.map((expert) => refit(expert, songs, gate.presses)),
    gate,
    latestDay: laterDay(latestDay, press.day),
  };
}

/**
 * P(this child calls the song e), each e; sums to 1, none is 0. Before the first press it is the population's to the
 * bit (raised to 1e-6 where the population gives less). Some µs.
 */
export function predict(model: ChildModel, song: SongOpinion): PerEmotion {
  if (model.gate.presses === 0) return checkedPopulation(song.populationProbabilities, song.songId);
  const { population, experts } = expertDistributions(model, song);
  return mix(model.gate, population, experts);
}

/** One expert's beliefs, for people who want to look inside. */
export type ExpertBeliefs = {
  /** Its share of the mixture now. */
  readonly weight: number;
} & (
  | {
      readonly name: Exclude<ExpertName, 'forest'>;
      /** [4 * J] class-major, see `WeightPrior.mean`. */
      readonly weights: readonly number[];
      /** [4 * J] Laplace standard deviation of each weight. */
      readonly deviations: readonly number[];
    }
  | {
      readonly name: 'forest';
      /** Songs the forest in force was trained on; 0 before the first, while it abstains. */
      readonly songs: number;
      /** Distinct songs at which a forest was last wanted; more than `songs` while it trains, and where it was lost. */
      readonly wantedAt: number;
    }
);

/** What the model believes and how sure it is: the population's share and each expert's weights with deviations. */
export function describeBeliefs(model: ChildModel): {
  readonly presses: number;
  readonly songs: number;
  readonly populationWeight: number;
  readonly experts: readonly ExpertBeliefs[];
} {
  const shares = expertWeights(model.gate);
  return {
    presses: model.gate.presses,
    songs: model.songs.ids.length,
    populationWeight: shares[0]!,
    experts: model.experts.map((expert, i) => {
      const weight = shares[i + 1]!;
      if (expert.name === 'forest') {
        return { name: expert.name, weight, songs: expert.forest?.songs ?? 0, wantedAt: expert.milestone };
      }
      const { name, settings, fit } = expert;
      const covariance = posteriorCovariance(settings, model.songs, fit);
      const deviations = Array.from(fit.weights, (_, at) =>
        Math.sqrt(covariance[at * fit.weights.length + at]!),
      );
      return { name, weight, weights: [...fit.weights], deviations };
    }),
  };
}
