import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ForestAnswer, ForestJob } from '../../../device/learning/forest-messages.ts';
import {
  createForestThread,
  startTrainingThread,
  type TrainingThread,
} from '../../../device/learning/forest-thread.ts';
import { forestRows } from '../../../models/child/forest-rows.ts';
import type { Forest } from '../../../models/child/forest-votes.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import { trainForest } from '../../../models/forest/train-forest.ts';
import { featuredPresses } from '../../models/child/child-fixtures.ts';

const presses = featuredPresses(30, 5);
const features = new Map(presses.map((press) => [press.songId, press.features]));
const rows = forestRows(rebuild(handMadePrior(), presses).songs, (songId) => features.get(songId));

/** A thread that does what it is told, as soon as it has its job. */
class FakeThread implements TrainingThread {
  isTerminated = false;
  readonly #listeners = new Map<string, (value?: never) => void>();
  readonly #behaviour: (thread: FakeThread) => void;

  constructor(behaviour: (thread: FakeThread) => void) {
    this.#behaviour = behaviour;
  }

  on(event: string, listener: (value: never) => void): void {
    this.#listeners.set(event, listener as (value?: never) => void);
  }

  postMessage(_: ForestJob): void {
    queueMicrotask(() => this.#behaviour(this));
  }

  async terminate(): Promise<number> {
    this.isTerminated = true;
    this.emit('exit');
    return 1;
  }

  emit(event: 'message' | 'error' | 'exit', value?: ForestAnswer | Error): void {
    this.#listeners.get(event)?.(value as never);
  }
}

const forest: Forest = { ...trainForest(rows, 1), songs: 7 };
const answers = (thread: FakeThread) => thread.emit('message', { kind: 'trained', forest });
const fails = (thread: FakeThread) => thread.emit('message', { kind: 'failed', reason: 'bad rows' });
const dies = (thread: FakeThread) => thread.emit('exit');
const errs = (thread: FakeThread) => thread.emit('error', new Error('out of memory'));
const hangs = () => {};

/** Threads that behave one after another like this. */
function threadsThat(...behaviours: ((thread: FakeThread) => void)[]) {
  const started: FakeThread[] = [];
  const faults: string[] = [];
  const forests = createForestThread(
    (reason) => faults.push(reason),
    () => {
      const thread = new FakeThread(behaviours[started.length]!);
      started.push(thread);
      return thread;
    },
  );
  return { started, faults, forests };
}

afterEach(() => void vi.useRealTimers());

describe('training beside the loop', () => {
  test('gives the very forest that training on the spot gives', async () => {
    const forests = createForestThread((reason) => expect.fail(reason));
    expect(await forests.train(rows, 25)).toEqual(trainForest(rows, 25));
  });

  test('ends the thread when the forest is there', async () => {
    const { started, forests, faults } = threadsThat(answers);
    expect(await forests.train(rows, 25)).toEqual(forest);
    expect(started[0]!.isTerminated).toBe(true);
    expect(faults).toEqual([]);
  });

  test.each([
    ['ends by itself', dies],
    ['runs out of memory', errs],
  ])('starts a second thread when the first %s', async (_, behaviour) => {
    const { started, forests, faults } = threadsThat(behaviour, answers);
    expect(await forests.train(rows, 25)).toEqual(forest);
    expect(started).toHaveLength(2);
    expect(faults).toEqual([]);
  });

  test('gives up after the second, says so, and trains the next forest all the same', async () => {
    const { started, forests, faults } = threadsThat(dies, errs, answers);
    expect(await forests.train(rows, 25)).toBeUndefined();
    expect(faults).toEqual([expect.stringMatching(/a forest of 30 songs.*tries again.*out of memory/)]);
    expect(await forests.train(rows, 50)).toEqual(forest);
    expect(started).toHaveLength(3);
  });

  test('does not try rows again that cannot be trained on', async () => {
    const { started, forests, faults } = threadsThat(fails);
    expect(await forests.train(rows, 25)).toBeUndefined();
    expect(started).toHaveLength(1);
    expect(faults).toEqual([expect.stringContaining('bad rows')]);
  });

  test('gives a thread up that says nothing for half an hour', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { started, forests } = threadsThat(hangs, answers);
    const trained = forests.train(rows, 25);
    await vi.advanceTimersByTimeAsync(30 * 60_000 - 1);
    expect(started).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(started[0]!.isTerminated).toBe(true);
    expect(await trained).toEqual(forest);
  });

  test('survives threads that cannot be started', async () => {
    const faults: string[] = [];
    const forests = createForestThread(
      (reason) => faults.push(reason),
      () => {
        throw new Error('no more threads');
      },
    );
    expect(await forests.train(rows, 25)).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining('no more threads')]);
  });

  test('a real thread that is shot is replaced', async () => {
    let started = 0;
    const forests = createForestThread(
      (reason) => expect.fail(reason),
      () => {
        const thread = startTrainingThread();
        started += 1;
        if (started === 1) void (thread as Worker).terminate();
        return thread;
      },
    );
    expect(await forests.train(rows, 25)).toEqual(trainForest(rows, 25));
    expect(started).toBe(2);
  });

  test('closing ends the thread and tells nobody', async () => {
    const { started, forests, faults } = threadsThat(hangs);
    void forests.train(rows, 25);
    forests.close();
    await new Promise((turn) => setImmediate(turn));
    expect(started[0]!.isTerminated).toBe(true);
    expect(faults).toEqual([]);
  });
});
