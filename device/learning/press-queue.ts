/**
 * Learns presses in the journal's order on the loop's thread: at once where it can, a long history in slices, and none
 * past the point where a forest is due that is still being trained. Those wait here (the journal has them already), and
 * predictions are that much behind; so the model never depends on how fast anything ran.
 */
import { type ChildModel, type EmotionPress, learn } from '../../models/child/child-model.ts';
import { isForestDue, pendingForest, withForest } from '../../models/child/forest-delivery.ts';
import { type FeaturesOf, forestRows } from '../../models/child/forest-rows.ts';
import type { Forest } from '../../models/child/forest-votes.ts';
import type { JournalPosition } from '../core/kiosk-state.ts';
import type { ForestTraining } from './forest-thread.ts';

/** A press and where the journal has it. */
export interface JournalledPress {
  readonly press: EmotionPress;
  readonly learntFrom: JournalPosition;
}

export interface PressQueue {
  /** The model of all presses learnt so far. */
  model(): ChildModel;
  /** The last of them. */
  learntThrough(): JournalPosition;
  /** Presses not learnt yet. */
  waiting(): number;
  add(presses: readonly JournalledPress[]): void;
  /** Resolves when nothing waits, neither a press nor a forest that is due. */
  caughtUp(): Promise<void>;
}

/** A queue that goes on from `model`, which has learnt the journal up to `learntThrough`. */
export function createPressQueue(options: {
  readonly model: ChildModel;
  readonly learntThrough: JournalPosition;
  readonly forests: ForestTraining;
  readonly featuresOf: FeaturesOf;
}): PressQueue {
  const { forests, featuresOf } = options;
  let { model, learntThrough } = options;
  const queue: JournalledPress[] = [];
  let isResuming = false;
  /** The forest that trains or lies ready, by its milestone. */
  let wanted = { milestone: 0, isReady: false, forest: undefined as Forest | undefined };
  let onCaughtUp: (() => void)[] = [];

  function train(): void {
    const pending = pendingForest(model);
    if (pending === undefined || pending.milestone === wanted.milestone) return;
    const { milestone } = pending;
    wanted = { milestone, isReady: false, forest: undefined };
    const rows = forestRows(pending.songs, featuresOf);
    if (rows.songs === 0) {
      // Nothing to train on: the expert abstains, and nothing is at fault.
      wanted = { milestone, isReady: true, forest: undefined };
      return;
    }
    void forests.train(rows, milestone).then((forest) => {
      wanted = { milestone, isReady: true, forest };
      work();
    });
  }

  /** Learns what may be learnt now. */
  function work(): void {
    if (isResuming) return;
    for (let isFirst = true; ; isFirst = false) {
      train();
      if (isForestDue(model)) {
        if (!wanted.isReady) return;
        model = withForest(model, wanted.forest);
      }
      if (queue.length === 0) break;
      // One a turn of the event loop: a press takes 3 to 5 ms on a desktop once there are 300 songs.
      if (!isFirst) {
        isResuming = true;
        setImmediate(() => {
          isResuming = false;
          work();
        });
        return;
      }
      const next = queue.shift()!;
      model = learn(model, next.press);
      learntThrough = next.learntFrom;
    }
    for (const resolve of onCaughtUp) resolve();
    onCaughtUp = [];
  }

  work();
  return {
    model: () => model,
    learntThrough: () => learntThrough,
    waiting: () => queue.length,
    add(presses) {
      queue.push(...presses);
      work();
    },
    caughtUp() {
      if (queue.length === 0 && !isForestDue(model)) return Promise.resolve();
      return new Promise((resolve) => onCaughtUp.push(resolve));
    },
  };
}
