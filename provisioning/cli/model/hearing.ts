/**
 * How a child hears what most people call happy, angry, sad or calm, and whether the presses so far allow to say so.
 * Pure. A shift is how much likelier this child's taste makes an emotion than that of a child nobody knows; it counts
 * where it is larger than its own standard deviation, since a smaller one may as well be chance.
 */
import { type ChildModel, embeddingOf, type SongOpinion } from '../../../models/child/child-model.ts';
import { CLASS_COUNT, classProbabilities } from '../../../models/child/embedding.ts';
import { type FittedExpert, fittedExperts } from '../../../models/child/experts.ts';
import { posteriorCovariance } from '../../../models/child/posterior.ts';
import { EMOTIONS, type Emotion, emotionIndex, type PerEmotion } from '../../../models/emotions.ts';

export type Verdict =
  /** The box has no such songs. */
  | { readonly kind: 'noSongs' }
  /** No shift is larger than its deviation, and the child may yet turn out to hear something else. */
  | { readonly kind: 'unsure' }
  /** The same emotion as most hear is the likeliest by more than the deviations, and no shift is larger than its own. */
  | { readonly kind: 'asMost' }
  /** `toward` is likelier than to most; with `toward` the songs' own emotion they are that even more. */
  | {
      readonly kind: 'shifted';
      readonly toward: Emotion;
      /** It is now the likeliest of all. */
      readonly isLikeliest: boolean;
      readonly isClear: boolean;
    };

/** The songs of a box that most people call `of`, to this child. */
export interface Hearing {
  readonly of: Emotion;
  readonly songs: number;
  readonly pressedSongs: number;
  /** What the child pressed for them so far. */
  readonly timesCalled: PerEmotion;
  /** What this child's taste gives a typical one, the mean of their embeddings. */
  readonly expected?: PerEmotion;
  /** `expected` less what an unknown child's taste gives it. */
  readonly shifts?: PerEmotion;
  /** Standard deviation of each shift (Laplace's covariance, linearised). */
  readonly deviations?: PerEmotion;
  readonly verdict: Verdict;
}

/** In deviations: from here a shift is told as it is, below only as a guess (two-sided, 5 %). */
const CLEAR_DEVIATIONS = 2;
/** Of probability: what changes less than one press in twenty is not worth telling. */
const SMALLEST_SHIFT = 0.05;
/** Presses on such songs from which on it can be said that a child hears them as most do. */
const FEWEST_AS_MOST = 5;

/** One for each emotion, in the order of `EMOTIONS`. `songs`: all the box has, each with the population's opinion. */
export function describeHearing(model: ChildModel, songs: readonly SongOpinion[]): readonly Hearing[] {
  const taste = tasteOf(model);
  const covariance = taste && posteriorCovariance(taste.settings, model.songs, taste.fit);
  return EMOTIONS.map((of, own): Hearing => {
    const such = songs.filter(({ populationProbabilities }) => likeliest(populationProbabilities) === own);
    const heard = { of, songs: such.length, ...pressesFor(such, model) };
    if (such.length === 0) return { ...heard, verdict: { kind: 'noSongs' } };
    if (taste === undefined || covariance === undefined) return { ...heard, verdict: { kind: 'unsure' } };
    const typical = meanEmbedding(model, such);
    const expected = classProbabilities(taste.fit.weights, typical);
    const unknownChild = classProbabilities(taste.settings.prior.mean, typical);
    const shifts = perEmotion((k) => expected[k]! - unknownChild[k]!);
    const deviations = perEmotion((k) => deviationOf(expected, k, typical, covariance));
    const belief = { ...heard, expected, shifts, deviations };
    return { ...belief, verdict: verdictOn(belief) };
  });
}

function verdictOn({
  of,
  timesCalled: called,
  expected,
  shifts,
  deviations,
}: Required<Omit<Hearing, 'verdict'>>): Verdict {
  // What the taste carries over from other songs, and no press on such songs bears out, is not told.
  const inDeviations = perEmotion((k) =>
    shifts[k]! >= SMALLEST_SHIFT && called[k]! > 0 ? shifts[k]! / deviations[k]! : Number.NEGATIVE_INFINITY,
  );
  const own = emotionIndex(of);
  const toward = likeliest(inDeviations);
  const most = inDeviations[toward]!;
  if (most >= 1) {
    return {
      kind: 'shifted',
      toward: EMOTIONS[toward]!,
      isLikeliest: likeliest(expected) === toward,
      isClear: most >= CLEAR_DEVIATIONS,
    };
  }
  const isKnown =
    called.reduce((sum, presses) => sum + presses, 0) >= FEWEST_AS_MOST &&
    expected.every((p, k) => k === own || p + deviations[k]! < expected[own]! - deviations[own]!);
  return { kind: isKnown ? 'asMost' : 'unsure' };
}

/** The taste that leaves each song something of its own: many presses of one song are not as many opinions on music. */
function tasteOf(model: ChildModel): FittedExpert | undefined {
  return [...fittedExperts(model.experts)].sort(
    (a, b) => b.settings.songVariance - a.settings.songVariance,
  )[0];
}

function likeliest(probabilities: PerEmotion): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

function perEmotion(of: (k: number) => number): PerEmotion {
  return [of(0), of(1), of(2), of(3)];
}

function meanEmbedding(model: ChildModel, songs: readonly SongOpinion[]): Float64Array {
  const mean = new Float64Array(model.songs.width);
  for (const song of songs) {
    for (const [j, x] of embeddingOf(model, song).entries()) mean[j] = mean[j]! + x / songs.length;
  }
  return mean;
}

/** sqrt(gᵀ C g) with g = ∂p_k / ∂ vec W = p_k (δ_kc - p_c) φ_j. */
function deviationOf(p: PerEmotion, k: number, embedding: Float64Array, covariance: Float64Array): number {
  const size = Math.sqrt(covariance.length);
  const numbers = size / CLASS_COUNT;
  const gradient = Float64Array.from({ length: size }, (_, i) => {
    const c = Math.floor(i / numbers);
    return p[k]! * ((k === c ? 1 : 0) - p[c]!) * embedding[i % numbers]!;
  });
  let variance = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      variance += gradient[i]! * covariance[i * size + j]! * gradient[j]!;
    }
  }
  return Math.sqrt(variance);
}

function pressesFor(
  songs: readonly SongOpinion[],
  { songs: { rowOf, counts } }: ChildModel,
): Pick<Hearing, 'pressedSongs' | 'timesCalled'> {
  const rows = songs.flatMap(({ songId }) => rowOf.get(songId) ?? []);
  return {
    pressedSongs: rows.length,
    timesCalled: perEmotion((k) => rows.reduce((times, row) => times + counts[row * CLASS_COUNT + k]!, 0)),
  };
}
