/**
 * Worker thread that hears songs: decodes one file at a time and lets the ear listen, at the lowest priority, so that
 * the child's presses and the music always come first. Stands still while the library says pause.
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { createEar, type Ear } from '../../models/features/hear-song.ts';
import { DecodeError, decodeFile } from '../audio/decode.ts';
import { hashSong } from './content-hash.ts';
import type { ExtractionAnswer, ExtractionJob, ExtractionWorkerOptions } from './extraction-messages.ts';
import { readTags } from './song-tags.ts';

/** The nicest: on Linux this is the thread's own priority, not the process's. */
const LOWEST_PRIORITY = 19;
/** Far below the 20 s after which the pool gives a silent worker up. */
const PROGRESS_EVERY_MS = 500;

const port = parentPort!;
const { pauseCell } = workerData as ExtractionWorkerOptions;
const isPaused = new Int32Array(pauseCell);

try {
  setPriority(LOWEST_PRIORITY);
} catch {
  // Not permitted here: it works at the priority it has.
}

function answer(message: ExtractionAnswer): void {
  port.postMessage(message);
}

let toldAtMs = 0;

/** Called between pieces of work: says that it goes on, and stands still while the library says pause. */
function breathe(): void {
  if (performance.now() - toldAtMs > PROGRESS_EVERY_MS) tellProgress();
  while (Atomics.load(isPaused, 0) === 1) Atomics.wait(isPaused, 0, 1);
}

function tellProgress(): void {
  answer({ kind: 'progress' });
  toldAtMs = performance.now();
}

async function hear(path: string): Promise<ExtractionAnswer> {
  let ear: Ear | undefined;
  for await (const { sampleRateHz, channels } of decodeFile(path)) {
    ear ??= createEar({ sampleRateHz, channels: channels.length });
    ear.write(channels);
    breathe();
  }
  // On a busy box the lowest priority gets little time: the long last step starts with the full patience.
  tellProgress();
  // decodeFile gives at least one block or throws.
  return { kind: 'heard', song: ear!.finish() };
}

async function work({ task, path }: ExtractionJob): Promise<ExtractionAnswer> {
  try {
    switch (task) {
      case 'identify':
        return { kind: 'identified', songId: await hashSong(path, breathe) };
      case 'readTags':
        return { kind: 'tagged', tags: await readTags(path) };
      case 'hear':
        return await hear(path);
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const isLasting = error.kind !== 'unreadable' && error.kind !== 'stuck';
    return { kind: 'refused', reason: error.reason, hint: error.hint, isLasting };
  }
}

tellProgress();
// An error that is no DecodeError is a bug: it ends this thread, and the pool replaces it.
port.on('message', (job: ExtractionJob) => void work(job).then(answer));
