/**
 * The loop: event -> step -> effects, one at a time, on the main thread. It runs effects through the ports and feeds
 * their answers back as events. It decides nothing: what happens is in `core/kiosk.ts`.
 */
import { EMOTIONS } from '../models/emotions.ts';
import { entriesOf, GATHER_IGNORED_MS, gather, type IgnoredPresses } from './core/ignored-presses.ts';
import { createKiosk, step } from './core/kiosk.ts';
import type {
  AdjustableSettings,
  KioskEffect,
  KioskEvent,
  KioskSettings,
  KioskState,
} from './core/kiosk-state.ts';
import { lampsOf } from './core/lamps.ts';
import type {
  ButtonNotice,
  Buttons,
  Clock,
  Journal,
  LampPattern,
  Lamps,
  Learner,
  LibrarySong,
  Player,
} from './core/ports.ts';
import { chooseSong } from './core/song-choice.ts';

export interface LoopPorts {
  readonly clock: Clock;
  readonly buttons: readonly Buttons[];
  readonly lamps: readonly Lamps[];
  readonly player: Player;
  readonly journal: Journal;
  readonly learner: Learner;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What a person may want to see; written by the caller. */
export type LoopNotice =
  | {
      readonly kind: 'stepped';
      readonly event: KioskEvent;
      readonly state: KioskState;
      readonly effects: readonly KioskEffect[];
    }
  | { readonly kind: 'learnt'; readonly songId: string; readonly emotion: string; readonly presses: number }
  | { readonly kind: 'recorded' }
  | { readonly kind: 'recordFailed'; readonly reason: string };

/** What a caregiver may change while the box runs. */
export type LoopSettings = AdjustableSettings & { readonly novelty: number };

export interface Loop {
  /** The songs there are now; called again whenever the library changes. */
  setSongs(songs: readonly LibrarySong[]): void;
  dispatch(event: KioskEvent): void;
  state(): KioskState;
  /** Takes effect between songs: at once where none plays. A later call replaces one that waits. */
  changeSettings(settings: LoopSettings): void;
  /** Call when the child's data are erased, right after the journal: forgets what was played and pressed. */
  forgetChild(): void;
  /** No more effects or timers after this. */
  close(): void;
}

export function createLoop(options: {
  settings: KioskSettings;
  novelty: number;
  /** How often each song was played before this start. */
  timesPlayed: ReadonlyMap<string, number>;
  ports: LoopPorts;
  notify: (notice: LoopNotice) => void;
}): Loop {
  const { ports, notify } = options;
  let { novelty } = options;
  let wanted: LoopSettings | undefined;
  let state = createKiosk(options.settings);
  let songs: readonly LibrarySong[] = [];
  let songById: ReadonlyMap<string, LibrarySong> = new Map();
  const timesPlayed = new Map(options.timesPlayed);
  let shownLamps: Readonly<Record<string, LampPattern>> = {};
  let ignored: IgnoredPresses = [];
  const timers = new Set<NodeJS.Timeout>();
  const queue: KioskEvent[] = [];
  let isRunning = false;
  let isClosed = false;

  function dispatch(event: KioskEvent): void {
    queue.push(event);
    if (isRunning || isClosed) return;
    isRunning = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) runStep(next);
    } finally {
      isRunning = false;
    }
    applySettings();
  }

  function runStep(event: KioskEvent): void {
    const [after, effects] = step(state, event);
    state = after;
    for (const effect of effects) runEffect(effect);
    showLamps();
    notify({ kind: 'stepped', event, state, effects });
  }

  /** Between songs only: a song fades out as it faded in. */
  function applySettings(): void {
    if (wanted === undefined || isClosed || state.activity.kind !== 'idle') return;
    const { novelty: wantedNovelty, ...settings } = wanted;
    wanted = undefined;
    dispatch({ kind: 'settingsChanged', settings });
    if (novelty === wantedNovelty) return;
    novelty = wantedNovelty;
    startTimer(0, () => chooseAgain(state.broken));
  }

  function showLamps(): void {
    const lamps = lampsOf(state);
    for (const [button, pattern] of Object.entries(lamps)) {
      if (shownLamps[button] === pattern) continue;
      for (const lamp of ports.lamps) lamp.show(button, pattern);
    }
    shownLamps = lamps;
  }

  function runEffect(effect: KioskEffect): void {
    switch (effect.kind) {
      case 'play':
        timesPlayed.set(effect.track.songId, (timesPlayed.get(effect.track.songId) ?? 0) + 1);
        ports.player.play(effect.playId, effect.track, effect.fadeInMs);
        break;
      case 'stopSound':
        ports.player.stop(effect.fadeOutMs);
        break;
      case 'record':
        record(effect);
        break;
      case 'learn': {
        const song = songById.get(effect.songId);
        if (song === undefined) break;
        const { songId, emotion, learntFrom } = effect;
        ports.learner.learn({ song, emotion, learntFrom });
        notify({ kind: 'learnt', songId, emotion, presses: ports.learner.pressCount() });
        break;
      }
      case 'chooseAgain':
        // After the sound and the light of this press, not before them.
        startTimer(0, () => chooseAgain(effect.broken));
        break;
      case 'startTimer': {
        const { button, pressId } = effect;
        startTimer(effect.afterMs, () =>
          dispatch(
            effect.timer === 'hold'
              ? { kind: 'holdElapsed', button, pressId, atMs: ports.clock.monotonicMs() }
              : { kind: 'confirmElapsed', button, pressId },
          ),
        );
        break;
      }
    }
  }

  function startTimer(afterMs: number, then: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, afterMs);
    timers.add(timer);
  }

  function record({ entry, atMs, press }: Extract<KioskEffect, { kind: 'record' }>): void {
    ports.journal.append(entry, atMs).then(
      (stamp) => {
        const storedAs = { epoch: stamp.epoch, seq: stamp.seq };
        if (press !== undefined) dispatch({ kind: 'pressStored', ...press, storedAs });
        notify({ kind: 'recorded' });
      },
      (error: Error) => {
        notify({ kind: 'recordFailed', reason: error.message });
        if (press !== undefined) dispatch({ kind: 'pressNotStored', ...press });
      },
    );
  }

  function chooseAgain(broken: readonly string[]): void {
    const playable = broken.length === 0 ? songs : songs.filter(({ songId }) => !broken.includes(songId));
    const predicted = ports.learner.predict(playable);
    const choices = Object.fromEntries(
      EMOTIONS.flatMap((emotion) => {
        const inputs = { emotion, songs: playable, predicted, timesPlayed, novelty, random: ports.random() };
        const chosen = chooseSong(inputs);
        return chosen === undefined ? [] : [[emotion, chosen] as const];
      }),
    );
    ports.player.prepare([
      ...new Map(Object.values(choices).map(({ track }) => [track.songId, track])).values(),
    ]);
    const playingId = state.activity.kind === 'playing' ? state.activity.chosen.track.songId : undefined;
    const index = playable.findIndex(({ songId }) => songId === playingId);
    const playing =
      index === -1 ? undefined : { songId: playable[index]!.songId, predicted: predicted[index]! };
    dispatch({
      kind: 'songsChosen',
      choices,
      atMs: ports.clock.monotonicMs(),
      ...(playing === undefined ? {} : { playing }),
    });
  }

  function noticed(notice: ButtonNotice): void {
    if (isClosed) return;
    const { kind, button, atMs } = notice;
    if (kind !== 'ignored') {
      dispatch({ kind: kind === 'stuck' ? 'buttonStuck' : 'buttonFreed', button, atMs });
      return;
    }
    if (ignored.length === 0) startTimer(GATHER_IGNORED_MS, recordIgnored);
    ignored = gather(ignored, notice);
  }

  function recordIgnored(): void {
    for (const { entry, atMs } of entriesOf(ignored)) record({ kind: 'record', entry, atMs });
    ignored = [];
  }

  for (const source of ports.buttons) {
    source.onNotice?.(noticed);
    source.onEdge(({ button, isDown, atMs }) =>
      dispatch({ kind: isDown ? 'pressed' : 'released', button, atMs }),
    );
  }
  ports.player.onEvent((event) => {
    const atMs = 'atMs' in event ? event.atMs : ports.clock.monotonicMs();
    if (event.kind === 'songStarted') dispatch({ kind: 'songStarted', playId: event.playId, atMs });
    else dispatch({ ...event, atMs });
  });
  showLamps();

  return {
    setSongs(next) {
      songs = next;
      songById = new Map(next.map((song) => [song.songId, song]));
      dispatch({ kind: next.length === 0 ? 'faultRaised' : 'faultCleared', fault: 'noMusic' });
      chooseAgain(state.broken);
    },
    dispatch,
    state: () => state,
    changeSettings(settings) {
      wanted = settings;
      applySettings();
    },
    forgetChild() {
      timesPlayed.clear();
      dispatch({ kind: 'childForgotten' });
      startTimer(0, () => chooseAgain(state.broken));
    },
    close() {
      recordIgnored();
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
