/**
 * The experts that know the child, each in three words: what it starts with, what it says of a song, what it learns
 * from a press. Another expert is another case here; the gate asks nothing of it but a distribution.
 *
 * taste: a map from the population's opinion to the child's, the same for every song;
 * timbre: the same, from how songs sound as well;
 * songMemory: taste and what each song has of its own, fitted jointly; speaks only of songs it remembers;
 * forest: trees on the songs' own features, which can find what the population's opinion does not hold.
 */
import type { PerEmotion } from '../emotions.ts';
import { CLASS_COUNT, classProbabilities } from './embedding.ts';
import type { Opinion } from './evidence-gate.ts';
import { afterPress, type ForestExpert, forestOpinion, NO_FOREST_YET } from './forest-expert.ts';
import type { HeardSongs } from './heard-songs.ts';
import { cholesky, inverse } from './linear-algebra.ts';
import { fitPosterior, type Posterior, type PosteriorSettings, priorPosterior } from './posterior.ts';
import type { Prior } from './prior.ts';

export type ExpertName = 'taste' | 'timbre' | 'songMemory' | 'forest';

/**
 * How the experts share their half before the first press. Song memory may have most of it: it follows the others but
 * for songs the child has pressed, and of those it knows more than they (chosen on simulated re-presses of DEAM's
 * raters: with an even share it is 0.8 points behind at 50 presses of 40 songs).
 */
export const HEAD_STARTS: Readonly<Record<ExpertName, number>> = {
  taste: 1,
  timbre: 1,
  songMemory: 7,
  forest: 1,
};

/** An expert that is a posterior over weights. */
export interface FittedExpert {
  readonly name: Exclude<ExpertName, 'forest'>;
  readonly settings: PosteriorSettings;
  readonly fit: Posterior;
}

export type Expert = FittedExpert | ForestExpert;

/** A song as experts look at it. */
export interface SongView {
  readonly population: PerEmotion;
  readonly embedding: Float64Array;
  /** Its row among the songs pressed for; undefined where it was never. */
  readonly row: number | undefined;
  readonly features: ArrayLike<number> | undefined;
}

/** The experts of a child who has not pressed yet. */
export function createExperts(prior: Prior, names: readonly ExpertName[], songVariance: number): Expert[] {
  return names.map((name) => {
    if (name === 'forest') return NO_FOREST_YET;
    const own = name === 'timbre' ? (prior.timbre ?? prior) : prior;
    const precision = inverse(cholesky(own.covariance, own.mean.length));
    const settings = { prior: own, precision, songVariance: name === 'songMemory' ? songVariance : 0 };
    return { name, settings, fit: priorPosterior(own) };
  });
}

/** What an expert says of a song, from the presses it has learnt. */
export function expertOpinion(expert: Expert, song: SongView): Opinion {
  const { embedding, row } = song;
  if (expert.name === 'forest') return forestOpinion(expert, song.features, embedding, song.population);
  const { weights, offsets } = expert.fit;
  const own =
    row === undefined
      ? classProbabilities(weights, embedding)
      : classProbabilities(weights, embedding, offsets, row * CLASS_COUNT);
  return { own, share: expert.name === 'songMemory' && row === undefined ? 0 : 1 };
}

/** The expert after a press; `songs` and `presses` include it. */
export function refit(expert: Expert, songs: HeardSongs, presses: number): Expert {
  if (expert.name === 'forest') return afterPress(expert, songs, presses);
  return { ...expert, fit: fitPosterior(expert.settings, songs, expert.fit) };
}

/** Those of these experts that are posteriors over weights. */
export function fittedExperts(experts: readonly Expert[]): readonly FittedExpert[] {
  return experts.filter((expert): expert is FittedExpert => expert.name !== 'forest');
}
