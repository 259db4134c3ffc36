/**
 * Reads what a box has kept (songs heard, presses, the child's model) without changing a byte of it: while the box
 * runs, after it ended, and from a copy nobody may write to. Decides what is a box's journal and what is not.
 */
import { existsSync, statSync } from 'node:fs';
import { MODEL_NAME } from '../../../device/learning/child-learner.ts';
import type { StoredSong } from '../../../device/music/library-store.ts';
import { createMemory, type StoredModel } from '../../../device/storage/operations.ts';
import type { StandingSelection } from '../../../device/storage/press-history.ts';
import { readUntouched } from '../../untouched-database.ts';

/** What a box has kept. */
export interface BoxRecord {
  /** Every song ever heard. */
  readonly songs: readonly StoredSong[];
  /** Presses while a song played, oldest first, without those withdrawn by the hold they became. */
  readonly selections: readonly StandingSelection[];
  /** The child's model as the box last saved it. */
  readonly stored: StoredModel | undefined;
}

export type RecordReading =
  | { readonly kind: 'read'; readonly record: BoxRecord }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly hint: string };

const NOT_A_JOURNAL: RecordReading = {
  kind: 'unreadable',
  reason: 'this is not the journal of a box',
  hint: 'It is the file device.sqlite in the folder “device” of the box’s data; a pulled events.csv does not hold how the songs sound.',
};

const DAMAGED: RecordReading = {
  kind: 'unreadable',
  reason: 'the journal is damaged',
  hint: 'A box that starts with it sets it aside and begins a new one. Try a copy made earlier; copy while the box is off.',
};

/** Everything the box whose `device.sqlite` lies at `path` has kept. Whatever the file is, it is an answer, no throw. */
export function readBoxRecord(path: string): RecordReading {
  if (!existsSync(path)) return { kind: 'missing' };
  try {
    if (!statSync(path).isFile()) return NOT_A_JOURNAL;
    const reading = readUntouched(path, (database): RecordReading => {
      if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') return DAMAGED;
      const memory = createMemory(database);
      const record = {
        songs: memory.songs(),
        selections: memory.selectionsAfter({ epoch: 0, seq: 0 }),
        stored: memory.loadModel(MODEL_NAME),
      };
      return { kind: 'read', record };
    });
    return reading ?? NOT_A_JOURNAL;
  } catch (error) {
    return refusalOf(error as Error);
  }
}

function refusalOf(error: Error): RecordReading {
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof SyntaxError || code.startsWith('SQLITE_CORRUPT')) return DAMAGED;
  // A sound database without a journal's tables.
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_ERROR') return NOT_A_JOURNAL;
  return {
    kind: 'unreadable',
    reason: `the journal cannot be read (${code || error.message})`,
    hint: 'Check that it is yours to read; or copy it, with the files that begin with its name, to another folder.',
  };
}
