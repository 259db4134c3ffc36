/** What `amecs model train` and its worker thread say to each other. */
import type { LearnerName } from '../../../models/population/learners/fits.ts';
import type { ListeningData } from '../../../models/population/listening-data.ts';
import type { DataTerms } from '../../../models/population/model-card.ts';
import type { TrainedModel } from '../../../models/population/train-population.ts';

export interface TrainingJob {
  readonly data: ListeningData;
  readonly learner: LearnerName;
  readonly seed: number;
  readonly terms: DataTerms;
}

export type TrainingAnswer =
  | { readonly kind: 'progress'; readonly share: number }
  /** The data do not do; why, in words. */
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'trained';
      readonly model: Omit<TrainedModel, 'predict'>;
      /** By how much the file's predictions differ from the trainer's at most; undefined where it cannot be run here. */
      readonly largestDifference?: number;
    };
