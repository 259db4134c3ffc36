/** The loop's side of the storage worker: every operation as a promise; see `operations.ts` for what there is. */
import { Worker } from 'node:worker_threads';
import type { Emotion } from '../../models/emotions.ts';
import { compiledEntry } from '../compiled-entry.ts';
import type { JournalPosition } from '../core/kiosk-state.ts';
import type { Clock, Journal, Outbox } from '../core/ports.ts';
import type { StoredRefusal, StoredSong } from '../music/library-store.ts';
import type { Moment } from './journal-table.ts';
import type { StorageOperations, StoredModel } from './operations.ts';
import type { StandingSelection } from './press-history.ts';

/** What this thread makes is mostly strings on their way; V8's default of 48 MB would only sit there. */
const NURSERY_MB = 2;

/** Events purged at once: some milliseconds of the storage's time, so that a press hardly waits behind them. */
const PURGE_EVENTS = 500;

export interface StorageWorkerOptions {
  readonly path: string;
  readonly openedAtMs: number;
}

export interface StorageRequest {
  readonly id: number;
  readonly operation: keyof StorageOperations | 'close';
  readonly values: readonly unknown[];
}

export interface StorageAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: string;
}

export interface StorageReady {
  readonly ready: true;
  readonly epoch: number;
  readonly setAsideAs: string | undefined;
}

export interface Storage extends Journal, Outbox {
  readonly epoch: number;
  /** File name of a damaged database set aside at this start. */
  readonly setAsideAs: string | undefined;
  pendingCount(): Promise<number>;
  /** Lets go of what the server has had for long enough, a little at a time; see journal-table.ts. */
  purgeSent(): Promise<void>;
  selectionsAfter(position: JournalPosition): Promise<readonly (StandingSelection & { emotion: Emotion })[]>;
  timesPlayed(): Promise<readonly [songId: string, times: number][]>;
  songs(): Promise<readonly StoredSong[]>;
  saveSong(song: StoredSong, descriptors?: Float32Array): Promise<void>;
  descriptors(songId: string): Promise<Float32Array | undefined>;
  /** Forgets what was heard of the song; what the child pressed stays in the journal. */
  forgetSong(songId: string): Promise<void>;
  refusals(): Promise<readonly StoredRefusal[]>;
  saveRefusal(refusal: StoredRefusal): Promise<void>;
  forgetRefusal(path: string): Promise<void>;
  loadModel(name: string): Promise<StoredModel | undefined>;
  saveModel(name: string, model: StoredModel): Promise<void>;
  /** Erases journal and models for good and begins a new epoch; the songs stay. May be done again. */
  eraseChild(): Promise<void>;
  /** Finishes what was asked, closes the database. Later calls reject. */
  close(): Promise<void>;
}

/** Opens the database at `path` in its own thread. Rejects with one clear sentence when it cannot be opened. */
export async function openStorage(options: { path: string; bootId: string; clock: Clock }): Promise<Storage> {
  const { path, bootId, clock } = options;
  const workerData: StorageWorkerOptions = { path, openedAtMs: clock.wallMs() };
  const worker = new Worker(compiledEntry(import.meta.url, './storage-worker.ts'), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
  });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let gone: Error | undefined;

  const ready = await new Promise<StorageReady>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error) => reject(new Error(`storage ${path}: ${error.message}`, { cause: error })));
  });

  worker.on('message', ({ id, result, failure }: StorageAnswer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) asked?.resolve(result);
    else asked?.reject(new Error(failure));
  });
  const lose = (error: Error): void => {
    gone ??= error;
    for (const asked of waiting.values()) asked.reject(gone);
    waiting.clear();
  };
  worker.on('error', (error) => lose(new Error(`storage ${path}: ${error.message}`, { cause: error })));
  worker.on('exit', () => lose(new Error(`storage ${path}: closed`)));

  function ask<T>(operation: StorageRequest['operation'], ...values: readonly unknown[]): Promise<T> {
    if (gone !== undefined) return Promise.reject(gone);
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      worker.postMessage({ id, operation, values } satisfies StorageRequest);
    });
  }

  const momentAt = (monotonicMs: number): Moment => ({
    bootId,
    monotonicMs,
    wallMs: clock.wallMs() - (clock.monotonicMs() - monotonicMs),
    clockState: clock.clockState(),
  });

  return {
    epoch: ready.epoch,
    setAsideAs: ready.setAsideAs,
    append: (entry, atMs) => ask('append', momentAt(atMs), entry),
    pending: (limit) => ask('pending', limit),
    acknowledge: (through, serverMs) => ask('acknowledge', through, serverMs),
    rewind: (to, generation) => ask('rewind', to, generation),
    generation: () => ask('generation'),
    chainsAfter: (events) => ask('chainsAfter', events),
    epochs: () => ask('epochs'),
    beginEpoch: (parts) => ask('beginEpoch', momentAt(clock.monotonicMs()), parts),
    async purgeSent() {
      while (await ask<boolean>('purgeSent', PURGE_EVENTS));
    },
    pendingCount: () => ask('pendingCount'),
    selectionsAfter: (position) => ask('selectionsAfter', position),
    timesPlayed: () => ask('timesPlayed'),
    songs: () => ask('songs'),
    saveSong: (song, descriptors) => ask('saveSong', song, descriptors),
    descriptors: (songId) => ask('descriptors', songId),
    forgetSong: (songId) => ask('forgetSong', songId),
    refusals: () => ask('refusals'),
    saveRefusal: (refusal) => ask('saveRefusal', refusal),
    forgetRefusal: (path) => ask('forgetRefusal', path),
    loadModel: (name) => ask('loadModel', name),
    saveModel: (name, model) => ask('saveModel', name, model),
    eraseChild: () => ask('eraseChild'),
    async close() {
      if (gone !== undefined) return;
      await ask('close');
    },
  };
}
