/** What the keeper of models and the trial's worker say to each other. */
import type { Emotion } from '../../models/emotions.ts';
import type { ModelScore } from '../core/model-evidence.ts';
import type { OpinedSong } from './song-opinions.ts';

/** What a child's presses are gone through with, again. */
export interface PressHistory {
  /** Every song ever heard. */
  readonly songs: readonly OpinedSong[];
  /** Oldest first; presses for songs that are not known any more count for neither model. */
  readonly presses: readonly { readonly songId: string; readonly emotion: Emotion }[];
}

export interface TrialJob extends PressHistory {
  readonly modelId: string;
  readonly path: string;
  /** File of the model to compare with; null for the one that ships. */
  readonly pathBefore: string | null;
}

export type TrialAnswer =
  /** Both models went through the presses; `presses` may be 0. */
  | ({ readonly kind: 'tried' } & ModelScore)
  /** The model can be used and there is none to compare it with. */
  | { readonly kind: 'alone' }
  /** The model cannot be used; `reason` is a clause for people. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** Nothing can be tried on this machine or just now. */
  | { readonly kind: 'failed'; readonly reason: string };
