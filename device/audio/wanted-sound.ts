/**
 * What the box wants to be heard, remembered apart from the process that plays it, so that a new process can be told.
 * Pure but for its own state: `nowMs` comes in.
 *
 * | song         | told                 | becomes                                                        |
 * | ------------ | -------------------- | -------------------------------------------------------------- |
 * | any          | play                 | asked                                                          |
 * | any          | stop                 | none                                                           |
 * | asked        | songStarted          | sounding                                                       |
 * | asked        | too late to begin    | none, as songMissed: a child no longer waits for it            |
 * | sounding     | songStarted          | sounding, untold: a new process went on with it                |
 * | any          | songEnded, songFailed | none                                                          |
 * | sounding     | its time is up while there is no process | none, as songEnded                         |
 */
import type { PlayerEvent, Track } from '../core/ports.ts';
import type { AudioCommand } from './audio-messages.ts';

/** A song that could not begin for this long is given up: music long after a press would startle. */
const PATIENCE_MS = 5000;

/** After a process died the song comes back at least this gently. */
const RESUME_FADE_MS = 300;

interface WantedSong {
  readonly playId: number;
  readonly track: Track;
  readonly fadeInMs: number;
  readonly askedAtMs: number;
  readonly startedAtMs: number | undefined;
}

export interface WantedSound {
  prepare(tracks: readonly Track[]): void;
  play(playId: number, track: Track, fadeInMs: number, nowMs: number): void;
  stop(): void;
  /** An event of the audio process: the event to pass on, or undefined when it is of a song no longer wanted. */
  hear(event: PlayerEvent): PlayerEvent | undefined;
  /** While there is no process: what has become of the song by `nowMs`, told once. */
  expire(nowMs: number): PlayerEvent | undefined;
  /** What a new process must be told, most urgent first. */
  commands(): readonly AudioCommand[];
}

export function createWantedSound(): WantedSound {
  let tracks: readonly Track[] = [];
  let song: WantedSong | undefined;

  return {
    prepare(next) {
      tracks = next;
    },
    play(playId, track, fadeInMs, nowMs) {
      song = { playId, track, fadeInMs, askedAtMs: nowMs, startedAtMs: undefined };
    },
    stop() {
      song = undefined;
    },
    hear(event) {
      if (event.kind === 'soundReady' || event.kind === 'soundLost') return event;
      if (event.playId !== song?.playId) return undefined;
      if (event.kind !== 'songStarted') {
        song = undefined;
        return event;
      }
      if (song.startedAtMs !== undefined) return undefined;
      song = { ...song, startedAtMs: event.atMs };
      return event;
    },
    expire(nowMs) {
      if (song === undefined) return undefined;
      const { playId, track, askedAtMs, startedAtMs } = song;
      if (startedAtMs === undefined && nowMs - askedAtMs > PATIENCE_MS) {
        song = undefined;
        return { kind: 'songMissed', playId, reason: 'there was no sound to play it with' };
      }
      if (startedAtMs !== undefined && nowMs - startedAtMs > track.durationMs) {
        song = undefined;
        return { kind: 'songEnded', playId };
      }
      return undefined;
    },
    commands() {
      const prepare: AudioCommand = { kind: 'prepare', tracks };
      if (song === undefined) return [prepare];
      const { playId, track, fadeInMs, startedAtMs } = song;
      const play: AudioCommand =
        startedAtMs === undefined
          ? { kind: 'play', playId, track, fadeInMs }
          : { kind: 'play', playId, track, fadeInMs: Math.max(fadeInMs, RESUME_FADE_MS), startedAtMs };
      return [play, prepare];
    },
  };
}
