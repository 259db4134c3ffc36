/** What the learner's side and the forest worker say to each other. */
import type { ForestRows } from '../../models/child/forest-rows.ts';
import type { Forest } from '../../models/child/forest-votes.ts';

export interface ForestJob {
  readonly rows: ForestRows;
  readonly seed: number;
}

export type ForestAnswer =
  | { readonly kind: 'trained'; readonly forest: Forest }
  | { readonly kind: 'failed'; readonly reason: string };
