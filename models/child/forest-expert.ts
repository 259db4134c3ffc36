/**
 * When a child's forest is trained, on what, and from when it is believed: all of it by counting presses, so that the
 * model is a function of the presses alone, however fast or slow the training runs.
 *
 * At 25, 50, 100, 200, ... distinct songs the songs of that moment are set aside for training. The forest takes effect
 * `FOREST_DELAY` presses later. Whoever learns must have delivered it by then (`withForest`) or hold the presses back;
 * a forest that is not there when the next press is learnt is lost, and the one before it stays in force.
 */
import type { PerEmotion } from '../emotions.ts';
import type { Opinion } from './evidence-gate.ts';
import { type Forest, forestInputs, forestVotes } from './forest-votes.ts';
import type { HeardSongs } from './heard-songs.ts';

/** Distinct songs at which the first forest is trained; each further one at twice as many. */
export const FIRST_MILESTONE = 25;
/** Presses between the training set and the forest's effect: half a minute of quick pressing, time for a slow box. */
export const FOREST_DELAY = 8;

/** A forest that is being trained. */
export interface PendingForest {
  /** Distinct songs that called for it; also the seed of its training. */
  readonly milestone: number;
  /** Number of presses from which on it is believed. */
  readonly takesEffectAt: number;
  /** What it is trained on, see `forestRows`. */
  readonly songs: HeardSongs;
}

export interface ForestExpert {
  readonly name: 'forest';
  /** Distinct songs at the last milestone reached; 0 before the first. */
  readonly milestone: number;
  readonly pending: PendingForest | undefined;
  /** The forest in force; undefined before the first. */
  readonly forest: Forest | undefined;
}

export const NO_FOREST_YET: ForestExpert = {
  name: 'forest',
  milestone: 0,
  pending: undefined,
  forest: undefined,
};

/** The expert after a press: begins a forest where a milestone is reached, loses one that was not delivered in time. */
export function afterPress(expert: ForestExpert, songs: HeardSongs, presses: number): ForestExpert {
  const next = expert.milestone === 0 ? FIRST_MILESTONE : expert.milestone * 2;
  if (songs.ids.length >= next) {
    const pending = { milestone: next, takesEffectAt: presses + FOREST_DELAY, songs };
    return { ...expert, milestone: next, pending };
  }
  const isLost = expert.pending !== undefined && presses > expert.pending.takesEffectAt;
  return isLost ? { ...expert, pending: undefined } : expert;
}

const LEANING = 20;

/** How much of what a forest of n songs says is its own: √n / (√n + 20); 0 before the first. */
export function forestShare({ forest }: ForestExpert): number {
  const root = Math.sqrt(forest?.songs ?? 0);
  return root / (root + LEANING);
}

/**
 * Votes, weighed against what the other experts say together. Chosen on DEAM's raters (log-loss on unheard songs after
 * 25 / 50 / 100 / 200 presses: taste 1.086 / 1.071 / 1.090 / 1.028, with these votes 1.084 / 1.065 / 1.084 / 1.018;
 * votes weighed against the population are worse than taste everywhere).
 */
export function forestOpinion(
  expert: ForestExpert,
  features: ArrayLike<number> | undefined,
  embedding: Float64Array,
  population: PerEmotion,
): Opinion {
  const { forest } = expert;
  if (forest === undefined || features === undefined) return { own: population, share: 0 };
  const inputs = forestInputs(features, embedding);
  if (inputs.length !== forest.inputCount) return { own: population, share: 0 };
  return { own: forestVotes(forest, inputs), share: forestShare(expert) };
}
