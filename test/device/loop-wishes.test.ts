/** What changes of a running box from outside: settings between songs, and a child that is forgotten. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ButtonEdge, LibrarySong, PlayerEvent, Track } from '../../device/core/ports.ts';
import { createLoop } from '../../device/loop.ts';
import type { Emotion } from '../../models/emotions.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { EVEN, songNumber } from '../support/songs.ts';

const BEFORE = { holdToStopMs: 1500, fadeInMs: 150, fadeOutMs: 300 };
const AFTER = { holdToStopMs: 800, fadeInMs: 20, fadeOutMs: 50, novelty: 0 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createBox(timesPlayed: ReadonlyMap<string, number> = new Map()) {
  const clock = createFakeClock();
  const learnt: Emotion[] = [];
  const fades: string[] = [];
  const stored: (() => void)[] = [];
  let edge: (edge: ButtonEdge) => void = () => {};
  let player: (event: PlayerEvent) => void = () => {};
  let predictions = 0;
  let seq = 0;
  const loop = createLoop({
    settings: { ...BEFORE, buttons: [{ id: 'yellow', emotion: 'happy' }], confirmMs: 1000 },
    novelty: 0,
    timesPlayed,
    notify: () => {},
    ports: {
      clock,
      random: () => 0.5,
      buttons: [
        {
          onEdge(listener) {
            edge = listener;
          },
          close: async () => {},
        },
      ],
      lamps: [],
      player: {
        prepare: () => {},
        play: (_playId, { songId }: Track, fadeInMs) => void fades.push(`in ${songId.at(-1)} ${fadeInMs}`),
        stop: (fadeOutMs) => void fades.push(`out ${fadeOutMs}`),
        onEvent(listener) {
          player = listener;
        },
        close: async () => {},
      },
      journal: {
        append: (_entry, atMs) =>
          new Promise((resolve) => {
            const stamp = {
              epoch: 1,
              seq: ++seq,
              bootId: '',
              monotonicMs: atMs,
              wallMs: 0,
              clockState: 'ntp',
            };
            stored.push(() => resolve({ ...stamp, clockState: 'ntp' }));
          }),
      },
      learner: {
        predict: (songs: readonly LibrarySong[]) => {
          predictions += 1;
          return songs.map(() => EVEN);
        },
        learn: ({ emotion }) => void learnt.push(emotion),
        pressCount: () => learnt.length,
      },
    },
  });
  loop.setSongs([songNumber(1), songNumber(2)]);
  const press = (isDown: boolean): void => edge({ button: 'yellow', isDown, atMs: clock.monotonicMs() });
  return {
    loop,
    fades,
    learnt,
    tap: () => {
      press(true);
      press(false);
    },
    press,
    /** The disk answers for all that waits. */
    store: async () => {
      for (const answer of stored.splice(0)) answer();
      await vi.advanceTimersByTimeAsync(0);
    },
    songEnds: () => player({ kind: 'songEnded', playId: loop.state().lastPlayId }),
    predictions: () => predictions,
  };
}

describe('changed settings', () => {
  test('are in force at once while nothing plays', () => {
    const { loop, tap, fades } = createBox();
    loop.changeSettings(AFTER);
    tap();
    expect(fades).toEqual([expect.stringMatching(/^in \d 20$/)]);
  });

  test('wait for the end of the song that plays, which fades out as it began', async () => {
    const { loop, tap, press, fades, songEnds } = createBox();
    tap();
    loop.changeSettings({ ...AFTER, fadeInMs: 40 });
    loop.changeSettings(AFTER);
    press(true);
    await vi.advanceTimersByTimeAsync(1500);
    press(false);
    expect(fades.at(-1)).toBe('out 300');
    tap();
    songEnds();
    expect(fades.at(-1)).toMatch(/^in \d 20$/);
    expect(loop.state().settings).toMatchObject({ holdToStopMs: 800, fadeOutMs: 50 });
  });

  test('with another novelty make the box choose anew; the same one does not', async () => {
    const { loop, predictions } = createBox();
    loop.changeSettings({ ...BEFORE, novelty: 0 });
    await vi.advanceTimersByTimeAsync(0);
    expect(predictions()).toBe(1);
    loop.changeSettings({ ...BEFORE, novelty: 1 });
    await vi.advanceTimersByTimeAsync(0);
    expect(predictions()).toBe(2);
  });

  test('come too late for a closed box', async () => {
    const { loop, predictions } = createBox();
    loop.close();
    loop.changeSettings({ ...AFTER, novelty: 1 });
    await vi.advanceTimersByTimeAsync(0);
    expect(predictions()).toBe(1);
    expect(loop.state().settings.fadeInMs).toBe(150);
  });
});

describe('a child that is forgotten', () => {
  test('has no press learnt that the journal does not hold any more', async () => {
    const { loop, tap, press, store, learnt } = createBox();
    tap();
    await store();
    // Stored, but still held: it might become a stop.
    press(true);
    await store();
    loop.forgetChild();
    press(false);
    await store();
    expect(learnt).toEqual([]);
  });

  test('is followed by one whose first press counts, though it was on its way to the disk', async () => {
    const { loop, tap, store, learnt } = createBox();
    tap();
    await store();
    tap();
    loop.forgetChild();
    await store();
    expect(learnt).toEqual(['happy']);
  });

  test('leaves no song more played than another', async () => {
    const played = new Map([[songNumber(1).songId, 50]]);
    const { loop, predictions } = createBox(played);
    loop.forgetChild();
    await vi.advanceTimersByTimeAsync(0);
    expect(predictions()).toBe(2);
    // The caller's own counts are left alone.
    expect(played.size).toBe(1);
  });
});
