/**
 * Hands files to worker threads that identify and hear them, a file each at a time. Decides what becomes of a worker
 * that dies or falls silent: its file is refused, and a new worker takes the next one. Workers are started when
 * there is work and let go when there has been none for a while.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { HeardSong } from '../../models/features/hear-song.ts';
import { STALL_LIMIT_MS } from '../audio/decode.ts';
import { compiledEntry } from '../compiled-entry.ts';
import type { SongId } from '../core/ports.ts';
import type {
  ExtractionAnswer,
  ExtractionJob,
  ExtractionWorkerOptions,
  FileRefusal,
} from './extraction-messages.ts';
import { NO_TAGS, type SongTags } from './song-tags.ts';

export interface ExtractionPool {
  /** How many files are worked on at once. */
  readonly workerCount: number;
  /** The song's id. Rejects only with the signal's reason, or when the pool is closed. */
  identify(path: string, signal?: AbortSignal): Promise<{ kind: 'identified'; songId: SongId } | FileRefusal>;
  /** What the file says of itself; nothing where that makes a worker fail. Rejects like the others. */
  readTags(path: string, signal?: AbortSignal): Promise<SongTags>;
  /** What the song sounds like. Rejects only with the signal's reason, or when the pool is closed. */
  hear(path: string, signal?: AbortSignal): Promise<{ kind: 'heard'; song: HeardSong } | FileRefusal>;
  /** Workers stand still within some 20 ms, in the middle of a song, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends all workers at once; unfinished jobs reject. */
  close(): Promise<void>;
}

export interface ExtractionPoolOptions {
  /** Default: all cores but one, at least one. */
  readonly workerCount?: number;
  /** Silence of a worker after which its file is given up. */
  readonly stallLimitMs?: number;
  /** JavaScript objects of one worker; a file that needs more is refused. Samples live outside this heap. */
  readonly maxHeapMb?: number;
  readonly entry?: URL;
}

/** Idle workers hold some 40 MB each; starting one again takes 50 ms. */
const IDLE_MS = 5000;
/** Ten times what hearing takes; the index of a day-long audiobook needs some 30 MB. */
const MAX_HEAP_MB = 128;
/**
 * A small nursery: samples lie outside the heap and are freed only when their wrappers are collected. At V8's default
 * of 48 MB a worker hearing ogg, opus or m4a peaks 10 to 50 MB higher, and is no faster.
 */
const MAX_NURSERY_MB = 3;

const CRASHED: FileRefusal = {
  kind: 'refused',
  reason: 'the file makes the box’s player fail',
  hint: 'It is damaged in an unusual way. Convert it to mp3 or flac on a computer and copy that instead.',
  isLasting: true,
};
const STUCK: FileRefusal = {
  kind: 'refused',
  reason: 'reading the file made no progress for 20 seconds',
  hint: 'The file is damaged, or the stick or disk it lies on is failing. Copy the song to the box again.',
  isLasting: false,
};

type FinalAnswer = Exclude<ExtractionAnswer, { kind: 'progress' }>;

interface QueuedJob {
  readonly job: ExtractionJob;
  resolve(answer: FinalAnswer): void;
  reject(reason: unknown): void;
}

interface Seat {
  readonly worker: Worker;
  current: QueuedJob | undefined;
  watchdog: NodeJS.Timeout | undefined;
}

/** Starts no thread until there is work. */
export function createExtractionPool(options: ExtractionPoolOptions = {}): ExtractionPool {
  const workerCount = options.workerCount ?? Math.max(1, availableParallelism() - 1);
  const stallLimitMs = options.stallLimitMs ?? STALL_LIMIT_MS;
  const entry = options.entry ?? compiledEntry(import.meta.url, './extraction-worker.ts');
  const pauseCell = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const paused = new Int32Array(pauseCell);
  const queue: QueuedJob[] = [];
  const seats = new Set<Seat>();
  let idleTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function startWorker(): Seat {
    const workerData: ExtractionWorkerOptions = { pauseCell };
    const resourceLimits = {
      maxOldGenerationSizeMb: options.maxHeapMb ?? MAX_HEAP_MB,
      maxYoungGenerationSizeMb: MAX_NURSERY_MB,
    };
    const worker = new Worker(entry, { workerData, resourceLimits });
    const seat: Seat = { worker, current: undefined, watchdog: undefined };
    seats.add(seat);
    worker.on('message', (answer: ExtractionAnswer) => {
      if (answer.kind === 'progress') watch(seat);
      else settle(seat, answer);
    });
    // 'exit' follows 'error'; without a listener the error would end the box.
    worker.on('error', () => {});
    worker.on('exit', () => dismiss(seat, CRASHED));
    worker.unref();
    return seat;
  }

  /** The worker is gone, or goes now: its file gets this answer, and the queue goes on with another worker. */
  function dismiss(seat: Seat, answer: FileRefusal): void {
    if (!seats.delete(seat)) return;
    void seat.worker.terminate();
    settle(seat, answer);
  }

  function settle(seat: Seat, answer: FinalAnswer): void {
    clearTimeout(seat.watchdog);
    const finished = seat.current;
    seat.current = undefined;
    finished?.resolve(answer);
    giveOut();
  }

  function watch(seat: Seat): void {
    clearTimeout(seat.watchdog);
    if (paused[0] === 1) return;
    seat.watchdog = setTimeout(() => dismiss(seat, STUCK), stallLimitMs);
  }

  function giveOut(): void {
    clearTimeout(idleTimer);
    while (queue.length > 0 && !isClosed) {
      const free = [...seats].find(({ current }) => current === undefined);
      if (free === undefined && seats.size >= workerCount) return;
      const seat = free ?? startWorker();
      seat.current = queue.shift()!;
      seat.worker.postMessage(seat.current.job);
      watch(seat);
    }
    idleTimer = setTimeout(letIdleGo, IDLE_MS).unref();
  }

  function letIdleGo(): void {
    for (const seat of seats) {
      if (seat.current === undefined) dismiss(seat, CRASHED);
    }
  }

  function run(job: ExtractionJob, signal: AbortSignal | undefined): Promise<FinalAnswer> {
    if (isClosed) return Promise.reject(new Error(`${job.task} ${job.path}: the library is closed`));
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abandon = (): void => {
        reject(signal?.reason);
        const waiting = queue.indexOf(queued);
        if (waiting >= 0) queue.splice(waiting, 1);
        // A worker in the middle of a song is ended with it; the next job starts another.
        for (const seat of seats) if (seat.current === queued) dismiss(seat, CRASHED);
      };
      const queued: QueuedJob = {
        job,
        resolve(answer) {
          signal?.removeEventListener('abort', abandon);
          resolve(answer);
        },
        reject,
      };
      signal?.addEventListener('abort', abandon, { once: true });
      queue.push(queued);
      giveOut();
    });
  }

  return {
    workerCount,
    identify: (path, signal) =>
      run({ task: 'identify', path }, signal) as ReturnType<ExtractionPool['identify']>,
    async readTags(path, signal) {
      const answer = await run({ task: 'readTags', path }, signal);
      return answer.kind === 'tagged' ? answer.tags : NO_TAGS;
    },
    hear: (path, signal) => run({ task: 'hear', path }, signal) as ReturnType<ExtractionPool['hear']>,
    pause() {
      Atomics.store(paused, 0, 1);
      for (const seat of seats) clearTimeout(seat.watchdog);
    },
    resume() {
      Atomics.store(paused, 0, 0);
      Atomics.notify(paused, 0);
      for (const seat of seats) if (seat.current !== undefined) watch(seat);
    },
    async close() {
      isClosed = true;
      clearTimeout(idleTimer);
      const leaving = [...seats];
      const unfinished = [...queue.splice(0), ...leaving.flatMap(({ current }) => current ?? [])];
      for (const { job, reject } of unfinished)
        reject(new Error(`${job.task} ${job.path}: the library was closed`));
      seats.clear();
      for (const seat of leaving) clearTimeout(seat.watchdog);
      await Promise.all(leaving.map(({ worker }) => worker.terminate()));
    },
  };
}
