import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { JournalPosition } from '../../../device/core/kiosk-state.ts';
import {
  type ChildLearner,
  createChildLearner,
  type LearnerStore,
} from '../../../device/learning/child-learner.ts';
import { createSongOpinions } from '../../../device/learning/song-opinions.ts';
import { FIRST_MILESTONE, FOREST_DELAY } from '../../../models/child/forest-expert.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { EMOTIONS, type Emotion, type PerEmotion } from '../../../models/emotions.ts';
import type { PopulationModel } from '../../../models/population/population-model.ts';
import { songNumber } from '../../support/songs.ts';
import { createFakeTraining, type FakeTraining } from './fake-training.ts';

const SONGS = [1, 2, 3].map(songNumber);

/** An opinion that depends on the song's only feature, so that songs differ. */
function opinionOf(features: ArrayLike<number>): PerEmotion {
  const first = 0.1 * features[0]!;
  return [first, 0.2, 0.3, 0.5 - first];
}

function populationOf(id: string, opinion = opinionOf): PopulationModel {
  return {
    id,
    featureVersion: 'test-1',
    predict: async (songs) =>
      songs.map((features) => ({ probabilities: opinion(features), valenceArousal: [0, 0] })),
  };
}

/** A journal in memory, with the one row a model is kept in. */
function createMemoryStore() {
  const selections: (JournalPosition & { songId: string; emotion: Emotion })[] = [];
  const store = {
    selections,
    saved: undefined as (JournalPosition & { state: string }) | undefined,
    failsToSave: false,
    async loadModel() {
      return store.saved;
    },
    async saveModel(_: string, model: JournalPosition & { state: string }) {
      if (store.failsToSave) throw new Error('disk full');
      store.saved = model;
    },
    async selectionsAfter({ seq }: JournalPosition) {
      return selections.filter((selection) => selection.seq > seq);
    },
  };
  return store satisfies LearnerStore;
}

type MemoryStore = ReturnType<typeof createMemoryStore>;

interface Opening {
  readonly population?: PopulationModel | 'none';
  readonly onFault?: (reason: string) => void;
}

/** As main does: every playable song is asked for before it is offered. */
async function open(
  store: MemoryStore,
  { population = populationOf('test'), onFault = () => {} }: Opening = {},
): Promise<ChildLearner> {
  const opinions = createSongOpinions(population === 'none' ? undefined : population, onFault);
  const learner = await createChildLearner({
    opinions,
    prior: handMadePrior(),
    store,
    songs: SONGS,
    onFault,
  });
  await opinions.ask(SONGS);
  await learner.caughtUp();
  return learner;
}

/** Presses as the loop does: first the journal, then the model. */
function press(store: MemoryStore, learner: ChildLearner, song: number, emotion: Emotion): void {
  const learntFrom = { epoch: 1, seq: store.selections.length + 1 };
  store.selections.push({ ...learntFrom, songId: SONGS[song]!.songId, emotion });
  learner.learn({ song: SONGS[song]!, emotion, learntFrom });
}

async function pressMany(store: MemoryStore): Promise<ChildLearner> {
  const learner = await open(store);
  for (let i = 0; i < 23; i++) press(store, learner, i % 3, EMOTIONS[(i * 7) % 4]!);
  return learner;
}

describe("the child's learner", () => {
  test('starts exactly as the population', async () => {
    const learner = await open(createMemoryStore());
    expect(learner.predict(SONGS)).toEqual(SONGS.map(({ features }) => opinionOf(features)));
    expect(learner.pressCount()).toBe(0);
  });

  test('moves with the presses', async () => {
    const store = createMemoryStore();
    const learner = await open(store);
    const before = learner.predict(SONGS)[0]![3];
    for (let i = 0; i < 5; i++) press(store, learner, 0, 'calm');
    expect(learner.predict(SONGS)[0]![3]).toBeGreaterThan(before);
  });

  test('is saved now and then, seldomer the larger it is, and always as it was at its own place', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const store = createMemoryStore();
    const learner = await open(store);
    const places: number[] = [];
    let pressesBefore = 0;
    for (let i = 1; i <= 60; i++) {
      press(store, learner, i % 3, EMOTIONS[(i * 7) % 4]!);
      await vi.advanceTimersByTimeAsync(2000);
      if (store.saved === undefined || store.saved.seq === places.at(-1)) continue;
      places.push(store.saved.seq);
      expect(store.saved.seq).toBe(i);
      expect(store.saved.seq - pressesBefore).toBeGreaterThanOrEqual(8);
      pressesBefore = store.saved.seq;
    }
    expect(places.length).toBeGreaterThan(3);
    // The model of those presses alone, saved by its own closing, is the one that was saved on the way.
    const { saved } = store;
    const sofar = createMemoryStore();
    sofar.selections.push(...store.selections.slice(0, saved!.seq));
    const rebuilt = await open(sofar);
    await rebuilt.close();
    expect(sofar.saved).toEqual(saved);
  });

  test('is the same, to the bit, after it was closed and opened again', async () => {
    const store = createMemoryStore();
    const learner = await pressMany(store);
    await learner.close();
    const again = await open(store);
    expect(again.rebuiltBecause).toBeUndefined();
    expect(again.predict(SONGS)).toEqual(learner.predict(SONGS));
  });

  test('learns what came after its last saved state from the journal', async () => {
    const store = createMemoryStore();
    const learner = await pressMany(store);
    await learner.close();
    press(store, learner, 1, 'sad');
    const saved = store.saved;
    const again = await open(store);
    expect(store.saved).toBe(saved);
    expect(again.predict(SONGS)).toEqual(learner.predict(SONGS));
  });

  test.each([
    ['that is not JSON', 'oops'],
    ['of something else', '{"format":"recipe"}'],
    ['with a flipped digit', undefined],
  ])('rebuilds a state %s from the journal, to the same bits', async (_, state) => {
    const store = createMemoryStore();
    const learner = await pressMany(store);
    await learner.close();
    const { state: good, ...position } = store.saved!;
    store.saved = { ...position, state: state ?? good.replace(/"presses":23/, '"presses":24') };
    const again = await open(store);
    expect(again.rebuiltBecause).toBeTruthy();
    expect(again.predict(SONGS)).toEqual(learner.predict(SONGS));
    expect(again.pressCount()).toBe(23);
  });

  test('says when its state cannot be saved, and goes on', async () => {
    const store = createMemoryStore();
    const faults: string[] = [];
    const learner = await open(store, { onFault: (reason) => faults.push(reason) });
    press(store, learner, 0, 'calm');
    store.failsToSave = true;
    await learner.close();
    expect(faults).toEqual([expect.stringContaining('disk full')]);
  });

  test('has no opinion on a song that was heard with other ears', async () => {
    const learner = await open(createMemoryStore());
    const stranger = { ...SONGS[0]!, songId: 'f'.repeat(32), featureVersion: 'older' };
    expect(learner.predict([stranger])).toEqual([[0.25, 0.25, 0.25, 0.25]]);
  });

  describe('under another population model', () => {
    const other = populationOf('other', (features) => {
      const last = 0.1 * features[0]!;
      return [0.5 - last, 0.2, 0.3, last];
    });

    test('learns the whole journal anew, as if it had always been that one', async () => {
      const store = createMemoryStore();
      const before = await pressMany(store);
      await before.close();
      const renewed = await open(store, { population: other });
      expect(renewed.rebuiltBecause).toMatch(/^otherMake: .*another population model/);
      expect(renewed.pressCount()).toBe(23);
      const neverSaved = createMemoryStore();
      neverSaved.selections.push(...store.selections);
      const fromTheFirst = await open(neverSaved, { population: other });
      expect(renewed.predict(SONGS)).toEqual(fromTheFirst.predict(SONGS));
      expect(renewed.predict(SONGS)).not.toEqual(before.predict(SONGS));
    });

    test('is saved under its name, so that going back is learning anew too', async () => {
      const store = createMemoryStore();
      const before = await pressMany(store);
      const renewed = await open(store, { population: other });
      press(store, renewed, 0, 'sad');
      await renewed.close();
      expect((await open(store, { population: other })).rebuiltBecause).toBeUndefined();
      const back = await open(store);
      expect(back.rebuiltBecause).toMatch(/^otherMake/);
      before.learn({ song: SONGS[0]!, emotion: 'sad', learntFrom: { epoch: 1, seq: 24 } });
      expect(back.predict(SONGS)).toEqual(before.predict(SONGS));
    });
  });

  test('without a population model starts even, learns all the same, and comes back when the model does', async () => {
    const store = createMemoryStore();
    const learner = await open(store, { population: 'none' });
    expect(learner.predict(SONGS)).toEqual(SONGS.map(() => [0.25, 0.25, 0.25, 0.25]));
    for (let i = 0; i < 5; i++) press(store, learner, 0, 'calm');
    expect(learner.predict(SONGS)[0]![3]).toBeGreaterThan(0.25);
    await learner.close();
    const back = await open(store);
    expect(back.rebuiltBecause).toMatch(/^otherMake/);
    expect(back.pressCount()).toBe(5);
    const always = createMemoryStore();
    const neverWithout = await open(always);
    for (let i = 0; i < 5; i++) press(always, neverWithout, 0, 'calm');
    expect(back.predict(SONGS)).toEqual(neverWithout.predict(SONGS));
  });
});

describe('with forests', () => {
  const LIBRARY = Array.from({ length: 60 }, (_, i) => ({
    ...songNumber(i + 1),
    features: [(i % 40) / 10, ((i * 7) % 11) / 11],
  }));
  const DUE = FIRST_MILESTONE + FOREST_DELAY;

  async function openLibrary(store: MemoryStore, forests: FakeTraining): Promise<ChildLearner> {
    const onFault = (reason: string) => expect.fail(reason);
    const opinions = createSongOpinions(populationOf('test'), onFault);
    await opinions.ask(LIBRARY);
    return createChildLearner({
      opinions,
      prior: handMadePrior(),
      store,
      songs: LIBRARY,
      onFault,
      forests,
    });
  }

  /** Presses on until the journal holds `count`, each on a song of its own. */
  function pressTo(store: MemoryStore, learner: ChildLearner, count: number): void {
    while (store.selections.length < count) {
      const at = store.selections.length;
      const song = LIBRARY[at]!;
      const emotion = song.features[1]! > 0.5 ? 'sad' : 'happy';
      store.selections.push({ epoch: 1, seq: at + 1, songId: song.songId, emotion });
      learner.learn({ song, emotion, learntFrom: { epoch: 1, seq: at + 1 } });
    }
  }

  /** What the same journal makes where nothing ever failed, closed or took time. */
  async function undisturbed(count: number): Promise<ChildLearner> {
    const store = createMemoryStore();
    const learner = await openLibrary(store, createFakeTraining(true));
    while (store.selections.length < count) {
      pressTo(store, learner, store.selections.length + 1);
      await learner.caughtUp();
    }
    return learner;
  }

  test('is the same to the bit whether it was trained in time, late, or after a restart', async () => {
    const expected = (await undisturbed(DUE + 5)).model();

    const late = createMemoryStore();
    const lateTraining = createFakeTraining();
    const lateLearner = await openLibrary(late, lateTraining);
    pressTo(late, lateLearner, DUE + 5);
    expect(lateLearner.pressCount()).toBe(DUE + 5);
    await lateTraining.finish();
    await lateLearner.caughtUp();
    expect(lateLearner.model()).toEqual(expected);

    for (const closedAt of [FIRST_MILESTONE, DUE, DUE + 3]) {
      const store = createMemoryStore();
      const unfinished = createFakeTraining();
      const closed = await openLibrary(store, unfinished);
      pressTo(store, closed, closedAt);
      await closed.close();
      expect(unfinished.isClosed()).toBe(true);
      const training = createFakeTraining();
      const again = await openLibrary(store, training);
      expect(again.rebuiltBecause).toBeUndefined();
      pressTo(store, again, DUE + 5);
      await training.finish();
      await again.caughtUp();
      expect(again.model()).toEqual(expected);
    }
  });

  test('a rebuild trains the same forests again, at the same presses', async () => {
    const store = createMemoryStore();
    const learner = await openLibrary(store, createFakeTraining(true));
    pressTo(store, learner, 60);
    await learner.caughtUp();
    store.saved = { epoch: 1, seq: 60, state: 'oops' };
    const training = createFakeTraining(true);
    const rebuilt = await openLibrary(store, training);
    await rebuilt.caughtUp();
    expect(training.asked.map(({ seed }) => seed)).toEqual([25, 50]);
    expect(rebuilt.model()).toEqual(learner.model());
    expect(rebuilt.model()).toEqual((await undisturbed(60)).model());
  });

  test('the box is there before a long history is learnt, and the presses of the meantime come after it', async () => {
    const store = createMemoryStore();
    const before = await openLibrary(store, createFakeTraining(true));
    pressTo(store, before, 59);
    const learner = await openLibrary(store, createFakeTraining(true));
    expect(learner.model().gate.presses).toBeLessThan(10);
    expect(learner.pressCount()).toBe(59);
    pressTo(store, learner, 60);
    await learner.caughtUp();
    expect(learner.model()).toEqual((await undisturbed(60)).model());
  });
});
