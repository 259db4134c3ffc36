/**
 * How well a child's model foretold the child's own presses, each from those before it. The sum is the logarithm of
 * the probability this way of learning gives the whole history, so two population models can be compared by what they
 * say of one child, without setting any press aside (Dawid, "Statistical theory: the prequential approach", 1984).
 */
import { emotionIndex } from '../emotions.ts';
import { createChildModel, type EmotionPress, predict } from './child-model.ts';
import type { ForestTrainer } from './forest-rows.ts';
import type { Prior } from './prior.ts';
import { learnAndTrain } from './replay.ts';

/** Mean of -ln p(pressed) before each press, nats; 0 for none. About 1 ms a press, and forests where `train` makes them. */
export function prequentialLogLoss(
  prior: Prior,
  presses: readonly EmotionPress[],
  train: ForestTrainer = () => undefined,
): number {
  const features = new Map<string, ArrayLike<number>>();
  let model = createChildModel(prior);
  let loss = 0;
  for (const press of presses) {
    if (press.features !== undefined) features.set(press.songId, press.features);
    loss -= Math.log(predict(model, press)[emotionIndex(press.emotion)]);
    model = learnAndTrain(model, press, (songId) => features.get(songId), train);
  }
  return presses.length === 0 ? 0 : loss / presses.length;
}
