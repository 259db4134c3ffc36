/**
 * The kiosk: what the box does when a child touches it. Pure: no clock, no randomness, no I/O.
 *
 * | activity | event                          | becomes | effects                                               |
 * | -------- | ------------------------------ | ------- | ----------------------------------------------------- |
 * | idle     | pressed, a song is chosen      | playing | play, record requested, chooseAgain                   |
 * | idle     | pressed, no song               | idle    | record unanswered                                     |
 * | playing  | pressed                        | playing | record selected, startTimer hold                      |
 * | playing  | holdElapsed, still down        | idle    | stopSound, record stopped (withdraws that selection)  |
 * | playing  | songEnded                      | idle    | record finished                                       |
 * | playing  | songFailed before it sounded   | replacing | record playFailed, chooseAgain                      |
 * | playing  | songFailed later, songMissed   | idle    | record playFailed, chooseAgain                        |
 * | replacing | songsChosen, a song is chosen | playing | play, record replaced, chooseAgain                    |
 * | replacing | songsChosen, no song          | idle    |                                                       |
 * | replacing | pressed                       | as idle | as idle                                               |
 * | any      | pressStored                    | same    | startTimer confirm; learn, once its button is released |
 * | any      | released                       | same    | learn, once stored                                    |
 * | any      | soundLost, soundReady          | same    | record                                                |
 * | any      | buttonStuck                    | same    | record pressIgnored                                   |
 * | any      | settingsChanged, childForgotten | same   |                                                       |
 *
 * A press has light because lamps are a function of the state (`lamps.ts`); it is confirmed only when stored.
 * The press that asked for the song starts no hold timer: a long press asks, it never takes away.
 * Selections are learnt in the order they were pressed, so that a replay of the journal learns the same model.
 */
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import type {
  Fault,
  JournalPosition,
  KioskEffect,
  KioskEvent,
  KioskSettings,
  KioskState,
  PendingSelection,
  Step,
} from './kiosk-state.ts';
import type { ButtonId } from './ports.ts';
import { begin, playingNow, songOver, songsChosen } from './song-turns.ts';

export function createKiosk(settings: KioskSettings): KioskState {
  return {
    settings,
    activity: { kind: 'idle' },
    down: {},
    storing: {},
    confirming: {},
    selections: [],
    choices: {},
    broken: [],
    faults: [],
    stuck: [],
    lastPressId: 0,
    lastPlayId: 0,
  };
}

/** One step of the machine; see the table above. Unknown buttons and stale answers change nothing. */
export function step(state: KioskState, event: KioskEvent): Step {
  switch (event.kind) {
    case 'pressed':
      return pressed(state, event);
    case 'released':
      return released(state, event.button);
    case 'holdElapsed':
      return holdElapsed(state, event);
    case 'confirmElapsed':
      return state.confirming[event.button] === event.pressId
        ? [{ ...state, confirming: without(state.confirming, event.button) }, []]
        : [state, []];
    case 'pressStored':
      return pressStored(state, event);
    case 'pressNotStored':
      return [
        raise(
          {
            ...state,
            storing: withoutPress(state.storing, event),
            selections: state.selections.filter((selection) => selection.pressId !== event.pressId),
          },
          'journal',
        ),
        [],
      ];
    case 'songsChosen':
      return songsChosen(state, event);
    case 'songStarted':
      return playingNow(state, event.playId)
        ? [{ ...state, activity: { ...state.activity, startedAtMs: event.atMs, isHeard: true } }, []]
        : [state, []];
    case 'songEnded':
    case 'songFailed':
    case 'songMissed':
      return songOver(state, event);
    case 'soundReady': {
      const wasLost = state.faults.includes('noSound');
      const entry: JournalEntry = { kind: 'soundRestored', sink: event.sink };
      return [clear(state, 'noSound'), wasLost ? [{ kind: 'record', entry, atMs: event.atMs }] : []];
    }
    case 'soundLost': {
      if (state.faults.includes('noSound')) return [state, []];
      const entry: JournalEntry = { kind: 'soundLost', reason: event.reason.slice(0, 200) };
      return [raise(state, 'noSound'), [{ kind: 'record', entry, atMs: event.atMs }]];
    }
    case 'buttonStuck': {
      if (state.stuck.includes(event.button)) return [state, []];
      const { button, atMs } = event;
      const entry: JournalEntry = { kind: 'pressIgnored', button, reason: 'stuck', count: 1 };
      const stuck = [...state.stuck, button];
      return [raise({ ...state, stuck }, 'stuckButton'), [{ kind: 'record', entry, atMs }]];
    }
    case 'buttonFreed': {
      const stuck = state.stuck.filter((button) => button !== event.button);
      const freed = { ...state, stuck };
      return [stuck.length === 0 ? clear(freed, 'stuckButton') : freed, []];
    }
    case 'settingsChanged':
      return [{ ...state, settings: { ...state.settings, ...event.settings } }, []];
    case 'childForgotten':
      // One still on its way to the disk comes after the erasure, since the storage answers in order.
      return [
        { ...state, selections: state.selections.filter(({ storedAs }) => storedAs === undefined) },
        [],
      ];
    case 'faultRaised':
      return [raise(state, event.fault), []];
    case 'faultCleared':
      return [clear(state, event.fault), []];
  }
}

function pressed(before: KioskState, event: { button: ButtonId; atMs: number }): Step {
  const { button, atMs } = event;
  const known = before.settings.buttons.find((candidate) => candidate.id === button);
  // A second "down" without an "up" is a source repeating itself, not a second press.
  if (known === undefined || button in before.down) return [before, []];
  const { emotion, holdToStopMs = before.settings.holdToStopMs } = known;

  const pressId = before.lastPressId + 1;
  const state: KioskState = {
    ...before,
    lastPressId: pressId,
    down: { ...before.down, [button]: pressId },
    storing: { ...before.storing, [button]: pressId },
  };
  const press = { button, pressId };

  if (state.activity.kind === 'playing') {
    const { chosen, startedAtMs } = state.activity;
    const { songId } = chosen.track;
    const pending: PendingSelection = { pressId, songId, emotion, isReleased: false, storedAs: undefined };
    const entry: JournalEntry = {
      kind: 'selected',
      pressId,
      button,
      emotion,
      songId,
      positionMs: Math.max(0, atMs - startedAtMs),
      predicted: [...chosen.predicted],
    };
    return [
      { ...state, selections: [...state.selections, pending] },
      [
        { kind: 'record', entry, atMs, press },
        { kind: 'startTimer', timer: 'hold', button, pressId, afterMs: holdToStopMs },
      ],
    ];
  }

  const chosen = state.choices[emotion];
  if (chosen === undefined) {
    const reason = state.faults.includes('noMusic') ? 'noMusic' : 'notReady';
    const entry: JournalEntry = { kind: 'unanswered', pressId, button, emotion, reason };
    return [state, [{ kind: 'record', entry, atMs, press }]];
  }
  const entry: JournalEntry = {
    kind: 'requested',
    pressId,
    button,
    emotion,
    songId: chosen.track.songId,
    predicted: [...chosen.predicted],
    propensity: chosen.propensity,
  };
  return begin(state, { emotion, requestedBy: button, pressId }, chosen, {
    kind: 'record',
    entry,
    atMs,
    press,
  });
}

function released(state: KioskState, button: ButtonId): Step {
  const pressId = state.down[button];
  if (pressId === undefined) return [state, []];
  return learnSettled({
    ...state,
    down: without(state.down, button),
    selections: state.selections.map((selection) =>
      selection.pressId === pressId ? { ...selection, isReleased: true } : selection,
    ),
  });
}

function pressStored(
  state: KioskState,
  event: { button: ButtonId; pressId: number; storedAs: JournalPosition },
): Step {
  const { button, pressId, storedAs } = event;
  const [settled, effects] = learnSettled({
    ...clear(state, 'journal'),
    storing: withoutPress(state.storing, event),
    confirming: { ...state.confirming, [button]: pressId },
    selections: state.selections.map((selection) =>
      selection.pressId === pressId ? { ...selection, storedAs } : selection,
    ),
  });
  const afterMs = state.settings.confirmMs;
  return [settled, [{ kind: 'startTimer', timer: 'confirm', button, pressId, afterMs }, ...effects]];
}

function holdElapsed(state: KioskState, event: { button: ButtonId; pressId: number; atMs: number }): Step {
  const { button, pressId, atMs } = event;
  if (state.down[button] !== pressId || state.activity.kind !== 'playing') return [state, []];
  const { chosen, startedAtMs } = state.activity;
  const isWithdrawn = state.selections.some((selection) => selection.pressId === pressId);
  const entry: JournalEntry = {
    kind: 'stopped',
    button,
    songId: chosen.track.songId,
    positionMs: Math.max(0, atMs - startedAtMs),
    ...(isWithdrawn ? { withdrawnPressId: pressId } : {}),
  };
  const [settled, effects] = learnSettled({
    ...state,
    activity: { kind: 'idle' },
    selections: state.selections.filter((selection) => selection.pressId !== pressId),
  });
  return [
    settled,
    [{ kind: 'stopSound', fadeOutMs: state.settings.fadeOutMs }, { kind: 'record', entry, atMs }, ...effects],
  ];
}

/** Learns, in press order, every selection that is both released (not a hold) and stored. */
function learnSettled(state: KioskState): Step {
  const learnt: KioskEffect[] = [];
  for (const { isReleased, storedAs, songId, emotion } of state.selections) {
    if (!isReleased || storedAs === undefined) break;
    learnt.push({ kind: 'learn', songId, emotion, learntFrom: storedAs });
  }
  if (learnt.length === 0) return [state, []];
  return [
    { ...state, selections: state.selections.slice(learnt.length) },
    [...learnt, { kind: 'chooseAgain', broken: state.broken }],
  ];
}

function raise(state: KioskState, fault: Fault): KioskState {
  return state.faults.includes(fault) ? state : { ...state, faults: [...state.faults, fault] };
}

function clear(state: KioskState, fault: Fault): KioskState {
  if (!state.faults.includes(fault)) return state;
  return { ...state, faults: state.faults.filter((other) => other !== fault) };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...rest } = record;
  return rest;
}

function withoutPress(
  record: Readonly<Record<ButtonId, number>>,
  press: { button: ButtonId; pressId: number },
): Readonly<Record<ButtonId, number>> {
  return record[press.button] === press.pressId ? without(record, press.button) : record;
}
