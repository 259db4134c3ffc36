/**
 * What becomes of the song that was chosen: it begins, is heard, ends, or cannot be played and is replaced by another.
 * Part of the kiosk's step; the whole table stands in kiosk.ts.
 */
import type { PerEmotion } from '../../models/emotions.ts';
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import type { KioskEffect, KioskEvent, KioskState, Playing, Step } from './kiosk-state.ts';
import type { ChosenSong, SongId } from './ports.ts';

/** Plays the chosen song and records why; sound before all else. */
export function begin(
  state: KioskState,
  asked: Pick<Playing, 'emotion' | 'requestedBy' | 'pressId'>,
  chosen: ChosenSong,
  record: Extract<KioskEffect, { kind: 'record' }>,
): Step {
  const playId = state.lastPlayId + 1;
  const startedAtMs = record.atMs;
  return [
    {
      ...state,
      lastPlayId: playId,
      activity: { kind: 'playing', playId, chosen, ...asked, startedAtMs, isHeard: false },
    },
    [
      { kind: 'play', playId, track: chosen.track, fadeInMs: state.settings.fadeInMs },
      record,
      { kind: 'chooseAgain', broken: state.broken },
    ],
  ];
}

/** The next song of each emotion is known; a request whose song could not be played begins now. */
export function songsChosen(before: KioskState, event: Extract<KioskEvent, { kind: 'songsChosen' }>): Step {
  const state = { ...before, choices: event.choices };
  const { activity } = before;
  if (activity.kind !== 'replacing')
    return [{ ...state, activity: activityWith(activity, event.playing) }, []];
  const { emotion, requestedBy, pressId } = activity;
  const chosen = event.choices[emotion];
  if (chosen === undefined) return [{ ...state, activity: { kind: 'idle' } }, []];
  // A choice made before the song broke: the next one, already asked for, knows.
  if (state.broken.includes(chosen.track.songId)) return [state, []];
  const { predicted, propensity, track } = chosen;
  const entry: JournalEntry = {
    kind: 'replaced',
    pressId,
    songId: track.songId,
    predicted: [...predicted],
    propensity,
  };
  return begin(state, { emotion, requestedBy, pressId }, chosen, {
    kind: 'record',
    entry,
    atMs: event.atMs,
  });
}

/** The song that plays ended, or could not be played; answers about another song change nothing. */
export function songOver(
  state: KioskState,
  event:
    | { kind: 'songEnded'; playId: number; atMs: number }
    | { kind: 'songFailed' | 'songMissed'; playId: number; reason: string; atMs: number },
): Step {
  if (!playingNow(state, event.playId)) return [state, []];
  const { chosen, startedAtMs, emotion, requestedBy, pressId, isHeard } = state.activity;
  const { songId } = chosen.track;
  const idle: KioskState = { ...state, activity: { kind: 'idle' } };
  if (event.kind !== 'songEnded') {
    const entry: JournalEntry = { kind: 'playFailed', songId, reason: event.reason.slice(0, 200) };
    const isBroken = event.kind === 'songFailed';
    const broken = isBroken ? [...state.broken, songId] : state.broken;
    // A song that already sounded is not replaced: the child had an answer, and a second start would startle.
    const activity: KioskState['activity'] =
      isBroken && !isHeard ? { kind: 'replacing', emotion, requestedBy, pressId } : idle.activity;
    return [
      { ...state, broken, activity },
      [
        { kind: 'record', entry, atMs: event.atMs },
        { kind: 'chooseAgain', broken },
      ],
    ];
  }
  const positionMs = Math.max(0, event.atMs - startedAtMs);
  return [idle, [{ kind: 'record', entry: { kind: 'finished', songId, positionMs }, atMs: event.atMs }]];
}

/** Whether this very playing is what the box is at. */
export function playingNow(state: KioskState, playId: number): state is KioskState & { activity: Playing } {
  return state.activity.kind === 'playing' && state.activity.playId === playId;
}

function activityWith(
  activity: KioskState['activity'],
  playing: { songId: SongId; predicted: PerEmotion } | undefined,
): KioskState['activity'] {
  if (activity.kind !== 'playing' || playing?.songId !== activity.chosen.track.songId) return activity;
  return { ...activity, chosen: { ...activity.chosen, predicted: playing.predicted } };
}
