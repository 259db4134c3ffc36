import { expect, test, vi } from 'vitest';
import { createChildLearner, type LearnerStore } from '../../../device/learning/child-learner.ts';
import { createSongOpinions } from '../../../device/learning/song-opinions.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { songNumber } from '../../support/songs.ts';
import { createFakeTraining } from './fake-training.ts';

const SONG = songNumber(1);

async function createLearner() {
  const store = {
    saved: undefined as string | undefined,
    loadModel: async () => undefined,
    async saveModel(_name, { state }) {
      store.saved = state;
    },
    selectionsAfter: async () => [],
  } satisfies LearnerStore & { saved: string | undefined };
  const learner = await createChildLearner({
    opinions: createSongOpinions(undefined, () => {}),
    prior: handMadePrior(),
    store,
    songs: [SONG],
    onFault: (reason) => {
      throw new Error(reason);
    },
    forests: createFakeTraining(true),
  });
  let seq = 0;
  const press = (): void => {
    seq += 1;
    learner.learn({ song: SONG, emotion: 'sad', learntFrom: { epoch: 1, seq } });
  };
  return { store, learner, press };
}

test('a forgotten child leaves the population, and the next press is the first', async () => {
  const { learner, press } = await createLearner();
  for (let i = 0; i < 6; i++) press();
  await learner.caughtUp();
  expect(learner.predict([SONG])[0]![2]).toBeGreaterThan(0.3);
  await learner.forgetChild(async () => {});
  expect(learner.predict([SONG])[0]).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(learner.pressCount()).toBe(0);
  press();
  expect(learner.pressCount()).toBe(1);
});

test('nothing learnt of the child is saved while it is erased, nor after', async () => {
  vi.useFakeTimers();
  try {
    const { learner, press, store } = await createLearner();
    press();
    let erase = (): void => {};
    const forgotten = learner.forgetChild(() => new Promise((resolve) => (erase = resolve)));
    // The pause after which a model is saved falls into the erasing.
    await vi.advanceTimersByTimeAsync(5_000);
    press();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.saved).toBeUndefined();
    erase();
    await forgotten;
    await learner.close();
    expect(store.saved).toBeUndefined();
    expect(learner.pressCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a child that could not be erased is not forgotten', async () => {
  const { learner, press } = await createLearner();
  press();
  await expect(learner.forgetChild(async () => Promise.reject(new Error('disk full')))).rejects.toThrow(
    'disk full',
  );
  expect(learner.pressCount()).toBe(1);
});
