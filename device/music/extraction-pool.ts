/**
 * Hands files to worker processes that identify and hear them, a file each at a time. Decides what becomes of a worker
 * that dies or falls silent: its file is refused, and a new worker takes the next one. Workers are started when
 * there is work and let go when there has been none for a while: then their memory is the system's again.
 */
import { availableParallelism } from 'node:os';
import type { HeardSong } from '../../models/features/hear-song.ts';
import { STALL_LIMIT_MS } from '../audio/decode-error.ts';
import { compiledEntry } from '../compiled-entry.ts';
import type { SongId } from '../core/ports.ts';
import { type SideProcess, type SideProcessEnd, startSideProcess } from '../side-process.ts';
import type { ExtractionAnswer, ExtractionJob, FileRefusal } from './extraction-messages.ts';
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
  /** Workers stand still at once, in the middle of a song, until `resume`. */
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

/** Idle workers hold some 50 MB each; starting one again takes 0.3 s, on a Pi a second or two. */
const IDLE_MS = 5000;
/** Ten times what hearing takes; the index of a day-long audiobook needs some 30 MB. */
const MAX_HEAP_MB = 128;
const CRASHED: FileRefusal = {
  kind: 'refused',
  reason: 'the file makes the box’s player fail',
  hint: 'It is damaged in an unusual way. Convert it to mp3 or flac on a computer and copy that instead.',
  isLasting: true,
};
const ENDED_FROM_OUTSIDE: FileRefusal = {
  kind: 'refused',
  reason: 'hearing it was cut short',
  hint: 'The box ran out of memory, or somebody ended the process that heard it. It is tried again at the next start.',
  isLasting: false,
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
  readonly worker: SideProcess;
  current: QueuedJob | undefined;
  watchdog: NodeJS.Timeout | undefined;
}

/** Starts no thread until there is work. */
export function createExtractionPool(options: ExtractionPoolOptions = {}): ExtractionPool {
  const workerCount = options.workerCount ?? Math.max(1, availableParallelism() - 1);
  const stallLimitMs = options.stallLimitMs ?? STALL_LIMIT_MS;
  const entry = options.entry ?? compiledEntry(import.meta.url, './extraction-process.ts');
  const maxHeapMb = options.maxHeapMb ?? MAX_HEAP_MB;
  const queue: QueuedJob[] = [];
  const seats = new Set<Seat>();
  let idleTimer: NodeJS.Timeout | undefined;
  let isPaused = false;
  let isClosed = false;

  function startWorker(): Seat {
    const worker = startSideProcess(entry, { maxHeapMb });
    if (isPaused) worker.pause();
    const seat: Seat = { worker, current: undefined, watchdog: undefined };
    seats.add(seat);
    worker.on('message', (answer: ExtractionAnswer) => {
      if (answer.kind === 'progress') watch(seat);
      else settle(seat, answer);
    });
    worker.on('exit', ({ isFromOutside }: SideProcessEnd) =>
      dismiss(seat, isFromOutside ? ENDED_FROM_OUTSIDE : CRASHED),
    );
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
    if (isPaused) return;
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
      isPaused = true;
      for (const seat of seats) {
        clearTimeout(seat.watchdog);
        seat.worker.pause();
      }
    },
    resume() {
      isPaused = false;
      for (const seat of seats) {
        seat.worker.resume();
        if (seat.current !== undefined) watch(seat);
      }
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
