/**
 * The process that hears songs: decodes one file at a time and lets the ear listen. Gives way to the child's presses and
 * the music, and stands still while the library says pause (side-process.ts).
 */
import { createEar, type Ear } from '../../models/features/hear-song.ts';
import { DecodeError, decodeFile } from '../audio/decode.ts';
import { hearBox } from '../side-process-entry.ts';
import { hashSong } from './content-hash.ts';
import type { ExtractionAnswer, ExtractionJob } from './extraction-messages.ts';
import { readTags } from './read-tags.ts';

/** Far below the 20 s after which the pool gives a silent worker up. */
const PROGRESS_EVERY_MS = 500;

let toldAtMs = 0;

/** Called between pieces of work: says that it goes on. */
function breathe(): void {
  if (performance.now() - toldAtMs > PROGRESS_EVERY_MS) tellProgress();
}

function tellProgress(): void {
  box.answer({ kind: 'progress' });
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

// An error that is no DecodeError is a bug: it ends this process, and the pool replaces it.
const box = hearBox<ExtractionJob, ExtractionAnswer>(
  (job) => void work(job).then((answer) => box.answer(answer)),
);
tellProgress();
