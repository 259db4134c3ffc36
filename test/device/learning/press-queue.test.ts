import { describe, expect, test } from 'vitest';
import { createPressQueue, type PressQueue } from '../../../device/learning/press-queue.ts';
import {
  type ChildModel,
  createChildModel,
  DEFAULT_CHILD_MODEL_SETTINGS,
  predict,
} from '../../../models/child/child-model.ts';
import { FIRST_MILESTONE, FOREST_DELAY } from '../../../models/child/forest-expert.ts';
import type { ForestTrainer } from '../../../models/child/forest-rows.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import { trainForest } from '../../../models/forest/train-forest.ts';
import { featuredPresses } from '../../models/child/child-fixtures.ts';
import { createFakeTraining, type FakeTraining } from './fake-training.ts';

const prior = handMadePrior();
const presses = featuredPresses(70, 21);
const features = new Map(presses.map((press) => [press.songId, press.features]));
const journalled = presses.map((press, i) => ({ press, learntFrom: { epoch: 1, seq: i + 1 } }));
const DUE = FIRST_MILESTONE + FOREST_DELAY;

const learnt = (count: number, train: ForestTrainer = trainForest): ChildModel =>
  rebuild(prior, presses.slice(0, count), DEFAULT_CHILD_MODEL_SETTINGS, train);

function createQueue(forests: FakeTraining, model = createChildModel(prior)): PressQueue {
  return createPressQueue({
    model,
    learntThrough: { epoch: 1, seq: model.gate.presses },
    forests,
    featuresOf: (songId) => features.get(songId),
  });
}

/** One press at a time, as a child presses. */
function pressTo(queue: PressQueue, count: number): void {
  const made = queue.model().gate.presses + queue.waiting();
  for (const press of journalled.slice(made, count)) queue.add([press]);
}

describe('presses on their way into the model', () => {
  test('are learnt at once, and a forest is asked for at its milestone', () => {
    const forests = createFakeTraining();
    const queue = createQueue(forests);
    pressTo(queue, FIRST_MILESTONE - 1);
    expect(queue.model()).toEqual(learnt(FIRST_MILESTONE - 1));
    expect(forests.asked).toEqual([]);
    pressTo(queue, FIRST_MILESTONE);
    expect(forests.asked).toEqual([{ songs: FIRST_MILESTONE, seed: FIRST_MILESTONE }]);
  });

  test('wait once the forest is due and not there yet; nothing else does', async () => {
    const forests = createFakeTraining();
    const queue = createQueue(forests);
    pressTo(queue, DUE + 4);
    expect(queue.waiting()).toBe(4);
    expect(queue.learntThrough()).toEqual({ epoch: 1, seq: DUE });
    // A little stale: as it was before those presses, without the forest.
    expect(predict(queue.model(), presses[69]!)).toEqual(
      predict(
        learnt(DUE, () => undefined),
        presses[69]!,
      ),
    );
    await forests.finish();
    await queue.caughtUp();
    expect(queue.waiting()).toBe(0);
    expect(queue.model()).toEqual(learnt(DUE + 4));
  });

  test.each([0, 1, FOREST_DELAY - 1, FOREST_DELAY, FOREST_DELAY + 1, 20])(
    'make the same model however long the training takes: %d presses',
    async (later) => {
      const forests = createFakeTraining();
      const queue = createQueue(forests);
      pressTo(queue, FIRST_MILESTONE + later);
      await forests.finish();
      pressTo(queue, 49);
      await queue.caughtUp();
      expect(queue.model()).toEqual(learnt(49));
    },
  );

  test('go on without a forest that could not be trained', async () => {
    const forests = createFakeTraining();
    const queue = createQueue(forests);
    pressTo(queue, DUE + 4);
    await forests.finish('fail');
    await queue.caughtUp();
    expect(queue.waiting()).toBe(0);
    expect(queue.model()).toEqual(learnt(DUE + 4, () => undefined));
    // The next milestone tries anew.
    pressTo(queue, 70);
    await forests.finish();
    await queue.caughtUp();
    expect(queue.model()).toEqual(
      learnt(70, (rows, seed) => (seed === 25 ? undefined : trainForest(rows, seed))),
    );
  });

  test('need no forest where no song has features', () => {
    const forests = createFakeTraining();
    const queue = createPressQueue({
      model: createChildModel(prior),
      learntThrough: { epoch: 0, seq: 0 },
      forests,
      featuresOf: () => undefined,
    });
    pressTo(queue, DUE + 4);
    expect(queue.waiting()).toBe(0);
    expect(forests.asked).toEqual([]);
  });

  test('of a long history are learnt one a turn, and presses made meanwhile after them', async () => {
    const queue = createQueue(createFakeTraining(true));
    queue.add(journalled.slice(0, 60));
    expect(queue.model().gate.presses).toBe(1);
    queue.add(journalled.slice(60));
    expect(queue.waiting()).toBe(69);
    await queue.caughtUp();
    expect(queue.waiting()).toBe(0);
    expect(queue.model()).toEqual(learnt(70));
    expect(queue.learntThrough()).toEqual({ epoch: 1, seq: 70 });
  });

  test('begin where a stored model stands, its forest in training asked for anew', async () => {
    const forests = createFakeTraining();
    const queue = createQueue(forests, learnt(FIRST_MILESTONE + 3));
    expect(forests.asked).toEqual([{ songs: FIRST_MILESTONE, seed: FIRST_MILESTONE }]);
    await forests.finish();
    pressTo(queue, 45);
    expect(queue.model()).toEqual(learnt(45));
  });

  test('are caught up with when none waits and no forest is due, not before', async () => {
    const forests = createFakeTraining();
    const queue = createQueue(forests);
    await queue.caughtUp();
    pressTo(queue, DUE);
    let isCaughtUp = false;
    const caughtUp = queue.caughtUp().then(() => {
      isCaughtUp = true;
    });
    await new Promise((turn) => setImmediate(turn));
    expect(isCaughtUp).toBe(false);
    await forests.finish();
    await caughtUp;
    expect(queue.model()).toEqual(learnt(DUE));
  });
});
