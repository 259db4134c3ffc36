/** Goes through presses again, forests included: in a study, under a new population model, or to check a stored state. */
import {
  type ChildModel,
  type ChildModelSettings,
  createChildModel,
  DEFAULT_CHILD_MODEL_SETTINGS,
  type EmotionPress,
  learn,
} from './child-model.ts';
import { isForestDue, pendingForest, withForest } from './forest-delivery.ts';
import { type FeaturesOf, type ForestTrainer, forestRows } from './forest-rows.ts';
import type { Prior } from './prior.ts';

/** `learn`, training a forest on the spot where one falls due with this press; songs without features make none. */
export function learnAndTrain(
  model: ChildModel,
  press: EmotionPress,
  featuresOf: FeaturesOf,
  train: ForestTrainer,
): ChildModel {
  const after = learn(model, press);
  const pending = pendingForest(after);
  if (pending === undefined || !isForestDue(after)) return after;
  const rows = forestRows(pending.songs, featuresOf);
  return withForest(after, rows.songs === 0 ? undefined : train(rows, pending.milestone));
}

/**
 * The model these presses make, from nothing: in a study, or under a new population model. Without `train` no forest is
 * ever trained, and that expert abstains. Call `learn` yourself in slices where a long history must not block.
 */
export function rebuild(
  prior: Prior,
  presses: Iterable<EmotionPress>,
  settings: ChildModelSettings = DEFAULT_CHILD_MODEL_SETTINGS,
  train: ForestTrainer = () => undefined,
): ChildModel {
  const features = new Map<string, ArrayLike<number>>();
  let model = createChildModel(prior, settings);
  for (const press of presses) {
    if (press.features !== undefined) features.set(press.songId, press.features);
    model = learnAndTrain(model, press, (songId) => features.get(songId), train);
  }
  return model;
}
