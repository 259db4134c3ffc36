/**
 * Decides what plays: heads decoded ahead, the song asked for last, songs fading out under it. One song is wanted at a
 * time; a song asked for before its first samples are there starts when they come. Its pump and decoder are given.
 */
import type { PlayerEvent, Track } from '../core/ports.ts';
import { msToFrames } from './audio-format.ts';
import type { AudioCommand, AudioFigures } from './audio-messages.ts';
import type { Decoder, SongStream } from './decode-thread.ts';
import type { Mixer, MixerNews, VoiceFeed } from './mixer.ts';
import type { OutputPump } from './output-pump.ts';

/** What is kept of each song decoded ahead: time for a slow card to open its file and get going. */
const HEAD_FRAMES = msToFrames(2000);

/** How far the decoder runs ahead of a song that plays. 4 s of Float32 stereo are 1.4 MB. */
const AHEAD_FRAMES = msToFrames(4000);

/** A song starts once this much of it is there. */
const START_FRAMES = msToFrames(100);

/** Two for each of six buttons. 2 s of Float32 stereo are 0.7 MB each. */
const MOST_HEADS = 12;

/** What a song that was playing is faded out in, when another is asked for without a fade. */
const SHORTEST_CROSSFADE_MS = 60;

type PlayCommand = Extract<AudioCommand, { kind: 'play' }>;

interface WantedSong {
  readonly command: PlayCommand;
  readonly stream: SongStream;
  readonly wasAhead: boolean;
  isStarted: boolean;
}

export interface SongDeck {
  prepare(tracks: readonly Track[]): void;
  play(command: PlayCommand): void;
  stop(fadeOutMs: number): void;
  /** What the mixer said of a voice; `atMs` is when that block was handed on. */
  hear(news: MixerNews, atMs: number): void;
  figures(): Pick<AudioFigures, 'starvations' | 'headsReady'>;
}

export function createSongDeck(ports: {
  readonly monotonicMs: () => number;
  readonly mixer: Mixer;
  readonly pump: Pick<OutputPump, 'pushNow'>;
  readonly decoder: Decoder;
  readonly emit: (event: PlayerEvent) => void;
}): SongDeck {
  const { monotonicMs, mixer, pump, decoder, emit } = ports;
  let listed: readonly Track[] = [];
  const heads = new Map<string, SongStream>();
  const voices = new Map<number, WantedSong>();
  let lastVoiceId = 0;
  let wanted: WantedSong | undefined;
  let starvations = 0;

  function fillHeads(): void {
    const keys = new Set(listed.map(headKey));
    for (const [key, stream] of heads) {
      if (keys.has(key)) continue;
      heads.delete(key);
      stream.close();
    }
    for (const track of listed) {
      if (heads.has(headKey(track))) continue;
      const { path } = track;
      const asked = { path, from: 0, aheadFrames: HEAD_FRAMES, isUrgent: false, onProgress: startIfReady };
      heads.set(headKey(track), decoder.open(asked));
    }
  }

  /** The head decoded ahead goes on from where it is, so nothing is decoded twice and no seam can be heard. */
  function takeHead(track: Track): SongStream | undefined {
    const stream = heads.get(headKey(track));
    if (stream === undefined) return undefined;
    heads.delete(headKey(track));
    // What failed ahead may work now: a stick is plugged in again, a crashed decoder is back.
    if (stream.feed.failure !== undefined) return undefined;
    stream.hurry(AHEAD_FRAMES);
    return stream;
  }

  function openNow(track: Track, from: number): SongStream {
    const { path } = track;
    return decoder.open({ path, from, aheadFrames: AHEAD_FRAMES, isUrgent: true, onProgress: startIfReady });
  }

  function dropWanted(fadeOutMs: number): void {
    if (wanted !== undefined && !wanted.isStarted) wanted.stream.close();
    wanted = undefined;
    mixer.releaseAll(fadeOutMs);
  }

  function startIfReady(): void {
    if (wanted === undefined || wanted.isStarted) return;
    const { command, stream } = wanted;
    const { feed } = stream;
    if (command.startedAtMs !== undefined) {
      // Time goes on while the decoder works its way to the place.
      feed.skip(Math.max(0, msToFrames(monotonicMs() - command.startedAtMs) - feed.position));
    }
    if (!isReady(feed)) return;
    if (feed.framesReady === 0) {
      finish(wanted);
      return;
    }
    wanted.isStarted = true;
    lastVoiceId += 1;
    voices.set(lastVoiceId, wanted);
    const { track, fadeInMs } = command;
    mixer.start({ voiceId: lastVoiceId, feed, gainDb: track.gainDb, fadeInMs });
    pump.pushNow();
  }

  function finish(song: WantedSong): void {
    if (song !== wanted) return;
    wanted = undefined;
    const { playId, track } = song.command;
    const { failure, position } = song.stream.feed;
    if (failure !== undefined) emit({ kind: 'songFailed', playId, reason: withoutPath(failure, track) });
    else if (position > 0) emit({ kind: 'songEnded', playId });
    else emit({ kind: 'songFailed', playId, reason: 'there is no sound in the file' });
  }

  return {
    prepare(tracks) {
      listed = tracks.slice(0, MOST_HEADS);
      fillHeads();
    },
    play(command) {
      const { track, fadeInMs, startedAtMs } = command;
      dropWanted(Math.max(SHORTEST_CROSSFADE_MS, fadeInMs));
      const ahead = startedAtMs === undefined ? takeHead(track) : undefined;
      const resumeMs = startedAtMs === undefined ? 0 : Math.max(0, monotonicMs() - startedAtMs);
      const stream = ahead ?? openNow(track, msToFrames(resumeMs));
      const wasAhead = isReady(stream.feed);
      wanted = { command, stream, wasAhead, isStarted: false };
      startIfReady();
      // A listed song that has just been taken is decoded ahead again, after the sound.
      fillHeads();
    },
    stop(fadeOutMs) {
      dropWanted(fadeOutMs);
    },
    hear({ kind, voiceId }, atMs) {
      const song = voices.get(voiceId);
      if (song === undefined) return;
      if (kind === 'started') {
        const { playId } = song.command;
        if (song === wanted) emit({ kind: 'songStarted', playId, atMs, wasAhead: song.wasAhead });
      } else if (kind === 'starved') starvations += 1;
      else {
        voices.delete(voiceId);
        song.stream.close();
        finish(song);
      }
    },
    figures: () => ({
      starvations,
      headsReady: [...heads.values()].filter(({ feed }) => isReady(feed) && feed.failure === undefined)
        .length,
    }),
  };
}

function isReady({ framesReady, isComplete }: VoiceFeed): boolean {
  return framesReady >= START_FRAMES || isComplete;
}

function headKey({ songId, path }: Track): string {
  return `${songId} ${path}`;
}

/** Reasons go into the journal and from there to the server, which must learn no file names. */
function withoutPath({ reason, hint }: { reason: string; hint: string }, { path }: Track): string {
  return `${reason}. ${hint}`.replaceAll(path, 'the file');
}
