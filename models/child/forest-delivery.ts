/**
 * How a forest gets from its training into the model: which one is wanted, when it is due, and what happens to presses
 * in the meantime. The box trains in a worker and holds presses back when one is due (device/learning); studies and
 * replays train on the spot (replay.ts).
 */
import type { ChildModel } from './child-model.ts';
import type { ForestExpert, PendingForest } from './forest-expert.ts';
import type { Forest } from './forest-votes.ts';

function forestExpertOf(model: ChildModel): ForestExpert | undefined {
  return model.experts.find((expert): expert is ForestExpert => expert.name === 'forest');
}

/** The forest that is wanted: train it with `forestRows(pending.songs, ...)` and `pending.milestone` as the seed. */
export function pendingForest(model: ChildModel): PendingForest | undefined {
  return forestExpertOf(model)?.pending;
}

/** Whether the pending forest must be delivered before another press is learnt. */
export function isForestDue(model: ChildModel): boolean {
  const pending = pendingForest(model);
  return pending !== undefined && model.gate.presses >= pending.takesEffectAt;
}

/**
 * The model with the due forest in force; undefined where it could not be trained: then the one before it stays, or
 * none. Throws a RangeError where none is due: an early forest would make the model depend on the worker's speed.
 */
export function withForest(model: ChildModel, forest: Forest | undefined): ChildModel {
  if (!isForestDue(model)) throw new RangeError("child's model: no forest is due");
  const experts = model.experts.map((expert) =>
    expert.name === 'forest' ? { ...expert, pending: undefined, forest: forest ?? expert.forest } : expert,
  );
  return { ...model, experts };
}
