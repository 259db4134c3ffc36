/**
 * The audio process's side of the decoding thread: opens songs as feeds, starts the thread anew when a codec has
 * crashed or hangs. Mixing never waits for it.
 */
import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled-entry.ts';
import { CHANNELS } from './audio-format.ts';
import type { DecodeAnswer, DecodeRequest } from './decode-messages.ts';
import { createSongFeed, type SongFailure, type SongFeed } from './song-feed.ts';
import type { Chunk } from './stereo-song.ts';

/** A thread that owes samples and says nothing for this long hangs; a slow stick spins up in two or three seconds. */
const HANGS_AFTER_MS = 10_000;

const CRASHED: SongFailure = {
  reason: 'the decoder crashed on a song',
  hint: 'If it happens again with this song, convert it to mp3 or flac on a computer.',
};
const HANGS: SongFailure = {
  reason: `reading the song made no progress for ${HANGS_AFTER_MS / 1000} seconds`,
  hint: 'The file is damaged, or the stick or disk it lies on is failing. Copy the song to the box again.',
};

export interface OpenSong {
  readonly path: string;
  /** First frame wanted, at 44.1 kHz. */
  readonly from: number;
  readonly aheadFrames: number;
  readonly isUrgent: boolean;
  /** Told whenever there are more frames, or the feed is complete. */
  readonly onProgress: () => void;
}

export interface SongStream {
  readonly feed: SongFeed;
  /** Decode this before others from now on, and this far ahead. */
  hurry(aheadFrames: number): void;
  close(): void;
}

/** The part of a `Worker` that is needed. */
export interface DecodingThread {
  postMessage(request: DecodeRequest, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (answer: DecodeAnswer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<number>;
}

/** Starts `decode-worker.ts` from its compiled form. */
export function startDecodingThread(): DecodingThread {
  return new Worker(compiledEntry(import.meta.url, './decode-worker.ts'), {
    // Samples move by transfer, outside the heap; a large nursery would only sit there.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
}

export interface Decoder {
  open(song: OpenSong): SongStream;
  /** Gives up on a thread that hangs; to be called about every second. */
  check(): void;
  close(): void;
}

interface OpenStream {
  readonly feed: SongFeed;
  readonly onProgress: () => void;
  allowed: number;
  delivered: number;
}

export function createDecodeThread(ports: {
  readonly monotonicMs: () => number;
  readonly onFault: (message: string) => void;
  readonly startThread: () => DecodingThread;
}): Decoder {
  const { monotonicMs, onFault, startThread } = ports;
  const streams = new Map<number, OpenStream>();
  let lastStreamId = 0;
  /** When the thread last answered, or last had nothing to do. */
  let quietSinceMs = monotonicMs();
  let thread: DecodingThread | undefined = start();

  function start(): DecodingThread {
    const started = startThread();
    started.on('message', receive);
    started.on('error', (error) => giveUp(started, CRASHED, `the decoding thread crashed: ${error.message}`));
    started.on('exit', () => giveUp(started, CRASHED, 'the decoding thread ended by itself'));
    quietSinceMs = monotonicMs();
    return started;
  }

  function ask(request: DecodeRequest): void {
    thread ??= start();
    thread.postMessage(request);
  }

  function receive(answer: DecodeAnswer): void {
    quietSinceMs = monotonicMs();
    const stream = streams.get(answer.streamId);
    if (stream === undefined) {
      if (answer.kind === 'chunk') giveBack(answer.samples);
      return;
    }
    if (answer.kind === 'chunk') {
      stream.delivered += answer.samples.length / CHANNELS;
      stream.feed.push(answer.samples);
    } else {
      streams.delete(answer.streamId);
      stream.feed.complete(answer.kind === 'failed' ? answer : undefined);
    }
    stream.onProgress();
  }

  function giveBack({ buffer }: Chunk): void {
    if (buffer.byteLength > 0) thread?.postMessage({ kind: 'giveBack', buffer }, [buffer]);
  }

  function giveUp(on: DecodingThread, failure: SongFailure, message: string): void {
    if (on !== thread) return;
    thread = undefined;
    void on.terminate();
    onFault(message);
    const broken = [...streams.values()];
    streams.clear();
    for (const { feed, onProgress } of broken) {
      feed.complete(failure);
      onProgress();
    }
  }

  return {
    open({ path, from, aheadFrames, isUrgent, onProgress }) {
      lastStreamId += 1;
      const streamId = lastStreamId;
      const allow = (allowed: number): void => {
        const stream = streams.get(streamId);
        if (stream === undefined) return;
        stream.allowed = allowed;
        ask({ kind: 'allow', streamId, allowed });
      };
      const feed = createSongFeed({ from, aheadFrames, allow, giveBack });
      ask({ kind: 'open', streamId, path, from, allowed: aheadFrames, isUrgent });
      streams.set(streamId, { feed, onProgress, allowed: aheadFrames, delivered: 0 });
      return {
        feed,
        hurry(frames) {
          if (!streams.has(streamId)) return;
          ask({ kind: 'hurry', streamId });
          feed.setAhead(frames);
        },
        close() {
          if (streams.delete(streamId)) ask({ kind: 'close', streamId });
          feed.discard();
        },
      };
    },
    check() {
      const now = monotonicMs();
      const owes = [...streams.values()].some(({ delivered, allowed }) => delivered < allowed);
      if (!owes) quietSinceMs = now;
      else if (thread !== undefined && now - quietSinceMs > HANGS_AFTER_MS) {
        giveUp(thread, HANGS, 'the decoding thread hung; it was replaced');
      }
    },
    close() {
      const ending = thread;
      thread = undefined;
      streams.clear();
      void ending?.terminate();
    },
  };
}
