/** The loop with fakes at every port: effects reach the right port, answers come back as events. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { KioskSettings } from '../../device/core/kiosk-state.ts';
import type {
  ButtonEdge,
  ButtonNotice,
  LampPattern,
  LibrarySong,
  PlayerEvent,
  Track,
} from '../../device/core/ports.ts';
import { createLoop, type LoopNotice } from '../../device/loop.ts';
import type { Emotion, PerEmotion } from '../../models/emotions.ts';
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { EVEN, songNumber } from '../support/songs.ts';

const SETTINGS: KioskSettings = {
  buttons: [
    { id: 'yellow', emotion: 'happy' },
    { id: 'green', emotion: 'calm' },
  ],
  holdToStopMs: 1500,
  fadeInMs: 150,
  fadeOutMs: 300,
  confirmMs: 1000,
};

const SONGS = [songNumber(1), songNumber(2)];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createBox(options: { journalFails?: boolean } = {}) {
  const clock = createFakeClock();
  const happened: string[] = [];
  const lamps: Record<string, LampPattern> = {};
  const notices: LoopNotice[] = [];
  const prepared: string[][] = [];
  const journal: JournalEntry[] = [];
  let edge: (edge: ButtonEdge) => void = () => {};
  let notice: (notice: ButtonNotice) => void = () => {};
  let player: (event: PlayerEvent) => void = () => {};
  const learnt: Emotion[] = [];
  let seq = 0;
  const loop = createLoop({
    settings: SETTINGS,
    novelty: 0,
    timesPlayed: new Map(),
    notify: (notice) => notices.push(notice),
    ports: {
      clock,
      random: () => 0.5,
      buttons: [
        {
          onEdge(listener) {
            edge = listener;
          },
          onNotice(listener) {
            notice = listener;
          },
          close: async () => {},
        },
      ],
      lamps: [
        {
          show(button, pattern) {
            lamps[button] = pattern;
            happened.push(`lamp ${button} ${pattern}`);
          },
        },
      ],
      player: {
        prepare: (tracks: readonly Track[]) => void prepared.push(tracks.map(({ songId }) => songId)),
        play: (playId, track) => void happened.push(`play ${playId} ${track.songId.at(-1)}`),
        stop: (fadeOutMs) => void happened.push(`stop ${fadeOutMs}`),
        onEvent(listener) {
          player = listener;
        },
        close: async () => {},
      },
      journal: {
        async append(entry: JournalEntry, atMs: number) {
          if (options.journalFails) throw new Error('disk full');
          happened.push(`stored ${entry.kind}`);
          journal.push(entry);
          return { epoch: 1, seq: ++seq, bootId: '', monotonicMs: atMs, wallMs: 0, clockState: 'ntp' };
        },
      },
      learner: {
        predict: (songs: readonly LibrarySong[]): PerEmotion[] => songs.map(() => EVEN),
        learn: ({ emotion }) => void learnt.push(emotion),
        pressCount: () => learnt.length,
      },
    },
  });
  const press = (button: string, isDown: boolean): void =>
    edge({ button, isDown, atMs: clock.monotonicMs() });
  const notify = (kind: 'ignored' | 'stuck' | 'freed', button: string): void => {
    const atMs = clock.monotonicMs();
    notice(kind === 'ignored' ? { kind, button, reason: 'tooShort', atMs } : { kind, button, atMs });
  };
  const tell = (event: PlayerEvent): void => player(event);
  return { loop, happened, lamps, notices, prepared, learnt, press, journal, notify, player: tell };
}

/** Lets promises and timers that are due run. */
const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('the loop', () => {
  test('plays before it stores, and confirms only after it stored', async () => {
    const box = createBox();
    box.loop.setSongs(SONGS);
    box.happened.length = 0;
    box.press('yellow', true);
    expect(box.happened.slice(0, 2)).toEqual(['play 1 1', 'stored requested']);
    expect(box.lamps.yellow).toBe('glow');
    await settle();
    expect(box.happened.indexOf('lamp yellow confirm')).toBeGreaterThan(
      box.happened.indexOf('stored requested'),
    );
  });

  test('has the heads of the next songs prepared as soon as there are songs', () => {
    const box = createBox();
    box.loop.setSongs(SONGS);
    expect(box.prepared).toEqual([[SONGS[0]!.songId]]);
  });

  test('chooses anew after a request, and the song just played is not the next', async () => {
    const box = createBox();
    box.loop.setSongs(SONGS);
    box.press('yellow', true);
    await settle(1);
    expect(box.prepared.at(-1)).toEqual([SONGS[1]!.songId]);
  });

  test('stops on a hold, and learns a press that was released in time', async () => {
    const box = createBox();
    box.loop.setSongs(SONGS);
    box.press('yellow', true);
    box.press('yellow', false);
    await settle(2000);
    box.press('green', true);
    await settle(200);
    box.press('green', false);
    await settle(2000);
    expect(box.learnt).toEqual(['calm']);
    box.press('green', true);
    await settle(1500);
    expect(box.happened).toContain('stop 300');
    box.press('green', false);
    await settle(2000);
    expect(box.learnt).toEqual(['calm']);
  });

  test('keeps answering when the journal cannot be written, without confirming', async () => {
    const box = createBox({ journalFails: true });
    box.loop.setSongs(SONGS);
    box.press('yellow', true);
    box.press('yellow', false);
    await settle(10);
    expect(box.happened).toContain('play 1 1');
    expect(box.happened).not.toContain('lamp yellow confirm');
    expect(box.lamps.green).toBe('degraded');
    expect(box.notices).toContainEqual({ kind: 'recordFailed', reason: 'disk full' });
  });

  test('goes back to ready when the player says that the song is over', async () => {
    const box = createBox();
    box.loop.setSongs(SONGS);
    box.press('yellow', true);
    box.press('yellow', false);
    await settle(1500);
    box.player({ kind: 'songEnded', playId: 1 });
    expect(box.lamps.yellow).toBe('ready');
  });

  test('runs no timer after it was closed', async () => {
    const box = createBox();
    box.loop.setSongs(SONGS);
    box.press('yellow', true);
    await settle();
    box.loop.close();
    const before = box.happened.length;
    await settle(5000);
    expect(box.happened.length).toBe(before);
  });
});

describe('touches that were no presses', () => {
  const ignored = (button: string, count: number) => ({
    kind: 'pressIgnored',
    button,
    reason: 'tooShort',
    count,
  });

  test('cost one write a minute and kind, however many they are', async () => {
    const box = createBox();
    for (let i = 0; i < 200; i++) box.notify('ignored', i % 4 === 0 ? 'green' : 'yellow');
    await settle(59_000);
    expect(box.journal).toEqual([]);
    await settle(2000);
    expect(box.journal).toEqual([ignored('green', 50), ignored('yellow', 150)]);
    box.notify('ignored', 'green');
    await settle(61_000);
    expect(box.journal.slice(2)).toEqual([ignored('green', 1)]);
  });

  test('are written down when the box is switched off', async () => {
    const box = createBox();
    box.notify('ignored', 'yellow');
    box.loop.close();
    await settle();
    expect(box.journal).toEqual([ignored('yellow', 1)]);
    box.notify('ignored', 'yellow');
    await settle(120_000);
    expect(box.journal).toHaveLength(1);
  });

  test('a stuck button is a fault until it is free, and one line in the journal', async () => {
    const box = createBox();
    box.notify('stuck', 'yellow');
    box.notify('stuck', 'yellow');
    expect(box.loop.state().faults).toContain('stuckButton');
    expect(box.lamps.green).toBe('degraded');
    box.notify('freed', 'yellow');
    expect(box.loop.state().faults).not.toContain('stuckButton');
    await settle();
    expect(box.journal).toEqual([{ kind: 'pressIgnored', button: 'yellow', reason: 'stuck', count: 1 }]);
  });
});
