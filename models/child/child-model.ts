/**
 * The child's model: what one child has taught the box, and what that says of every song.
 * Immutable and deterministic: the same presses in the same order give the same bits, on any machine, because it uses
 * no clock, no randomness, and V8 carries its own exp and log.
 *
 * What depends on the order of presses: the gate's evidence does, by definition (it asks what was known *before* each
 * press). The fits do not: they see only how often each song was called what (equal to rounding, 1e-9).
 */
import type { Emotion, PerEmotion } from '../emotions.ts';
import { emotionIndex } from '../emotions.ts';
import { CLASS_COUNT, checkedPopulation, classProbabilities, embed, WEIGHT_COUNT } from './embedding.ts';
import type { EvidenceGate } from './evidence-gate.ts';
import { createGate, expertWeights, mix, weighPress } from './evidence-gate.ts';
import type { HeardSongs } from './heard-songs.ts';
import { NO_SONGS, withPress } from './heard-songs.ts';
import { cholesky, inverse } from './linear-algebra.ts';
import type { Posterior, PosteriorSettings } from './posterior.ts';
import { fitPosterior, posteriorCovariance, priorPosterior } from './posterior.ts';
import type { Prior } from './prior.ts';

/**
 * taste: a map from the population's opinion to the child's, the same for every song;
 * songMemory: taste and what each song has of its own, fitted jointly.
 */
export type ExpertName = 'taste' | 'songMemory';

export interface ChildModelSettings {
  /** Which experts join the population in the mixture; none leaves the population as it is. */
  readonly experts: readonly ExpertName[];
  /** τ² of `songMemory`, in squared logits. */
  readonly songVariance: number;
}

/** Both experts; variance 2 did best on a small library with repeated, noisy presses (1 learns slower, 4 no better). */
export const DEFAULT_CHILD_MODEL_SETTINGS: ChildModelSettings = {
  experts: ['taste', 'songMemory'],
  songVariance: 2,
};

/** One expert and its fit. */
export interface FittedExpert {
  readonly name: ExpertName;
  readonly settings: PosteriorSettings;
  readonly fit: Posterior;
}

export interface ChildModel {
  readonly prior: Prior;
  readonly settings: ChildModelSettings;
  readonly songs: HeardSongs;
  readonly experts: readonly FittedExpert[];
  /** Also counts the presses. */
  readonly gate: EvidenceGate;
}

/** A song as the model sees it. `populationProbabilities` must come from one population model throughout. */
export interface SongOpinion {
  readonly songId: string;
  readonly populationProbabilities: PerEmotion;
}

/** The child called this song this emotion. */
export interface EmotionPress extends SongOpinion {
  readonly emotion: Emotion;
}

/** The model of a child who has not pressed yet: exactly the population. Throws a RangeError for senseless settings. */
export function createChildModel(
  prior: Prior,
  settings: ChildModelSettings = DEFAULT_CHILD_MODEL_SETTINGS,
): ChildModel {
  if (!(settings.songVariance > 0) || !Number.isFinite(settings.songVariance)) {
    throw new RangeError(
      `child's model: songVariance must be above 0 and finite, got ${settings.songVariance}`,
    );
  }
  const precision = inverse(cholesky(prior.covariance, WEIGHT_COUNT));
  const experts = settings.experts.map((name) => ({
    name,
    settings: { prior, precision, songVariance: name === 'songMemory' ? settings.songVariance : 0 },
    fit: priorPosterior(prior),
  }));
  return { prior, settings, songs: NO_SONGS, experts, gate: createGate(experts.length) };
}

function expertOpinions(model: ChildModel, songId: string, embedding: Float64Array): readonly PerEmotion[] {
  const row = model.songs.rowOf.get(songId);
  return model.experts.map(({ fit }) =>
    row === undefined
      ? classProbabilities(fit.weights, embedding)
      : classProbabilities(fit.weights, embedding, fit.offsets, row * CLASS_COUNT),
  );
}

/**
 * The model after one more press. The experts are first judged by what they would have said, then fitted anew.
 * O(distinct songs): about 1 ms at 300. Throws a RangeError where the probabilities are no distribution.
 */
export function learn(model: ChildModel, press: EmotionPress): ChildModel {
  const population = checkedPopulation(press.populationProbabilities, press.songId);
  const embedding = embed(population);
  const emotion = emotionIndex(press.emotion);
  const gate = weighPress(model.gate, population, expertOpinions(model, press.songId, embedding), emotion);
  const songs = withPress(model.songs, press.songId, embedding, emotion);
  const experts = model.experts.map((expert) => ({
    ...expert,
    fit: fitPosterior(expert.settings, songs, expert.fit),
  }));
  return { ...model, songs, experts, gate };
}

/**
 * P(this child calls the song e), each e; sums to 1, none is 0. Before the first press it is the population's to the
 * bit (raised to 1e-6 where the population gives less). About 1 µs.
 */
export function predict(model: ChildModel, song: SongOpinion): PerEmotion {
  const population = checkedPopulation(song.populationProbabilities, song.songId);
  if (model.gate.presses === 0) return population;
  return mix(model.gate, population, expertOpinions(model, song.songId, embed(population)));
}

/**
 * The model these presses make, from nothing: after a lost or refused state, a withdrawn press, or under a new
 * population model. One `learn` per press; call `learn` yourself in slices where a long history must not block.
 */
export function rebuild(
  prior: Prior,
  presses: Iterable<EmotionPress>,
  settings: ChildModelSettings = DEFAULT_CHILD_MODEL_SETTINGS,
): ChildModel {
  let model = createChildModel(prior, settings);
  for (const press of presses) model = learn(model, press);
  return model;
}

/** One expert's beliefs, for people who want to look inside. */
export interface ExpertBeliefs {
  readonly name: ExpertName;
  /** Its share of the mixture now. */
  readonly weight: number;
  /** [20] class-major, see `Prior.mean`. */
  readonly weights: readonly number[];
  /** [20] Laplace standard deviation of each weight. */
  readonly deviations: readonly number[];
}

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
    experts: model.experts.map(({ name, settings, fit }, i) => {
      const covariance = posteriorCovariance(settings, model.songs, fit);
      return {
        name,
        weight: shares[i + 1]!,
        weights: [...fit.weights],
        deviations: Array.from(fit.weights, (_, at) => Math.sqrt(covariance[at * WEIGHT_COUNT + at]!)),
      };
    }),
  };
}
