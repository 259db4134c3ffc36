/** What the box and the process that asks its population model say to each other; answers come in the order of requests. */
import type { Prior } from '../../models/child/prior.ts';
import type { PopulationOpinion } from '../../models/population/population-model.ts';

export type PopulationRequest =
  /** First and once: the model in this file; null is the one that ships. */
  | { readonly kind: 'open'; readonly path: string | null }
  | { readonly kind: 'predict'; readonly rows: readonly (readonly number[])[] };

export type PopulationAnswer =
  /** `prior` comes with a received model only. */
  | {
      readonly kind: 'opened';
      readonly id: string;
      readonly featureVersion: string;
      readonly prior: Prior | undefined;
    }
  | PopulationUnusable
  | PopulationUnavailable
  | { readonly kind: 'opinions'; readonly opinions: readonly PopulationOpinion[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** Something is wrong with the model's file; `reason` is a clause for people. */
export interface PopulationUnusable {
  readonly kind: 'unusable';
  readonly reason: string;
}

/** No model can be asked on this machine. */
export interface PopulationUnavailable {
  readonly kind: 'unavailable';
  readonly reason: string;
  readonly hint: string;
}
