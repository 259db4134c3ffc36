/** Everything the box stores, as plain synchronous operations on one open database. Runs in the storage worker. */
import type Database from 'better-sqlite3';
import type { JournalPosition } from '../core/kiosk-state.ts';
import type { StoredRefusal, StoredSong } from '../music/library-store.ts';
import { eraseChild } from './erase-child.ts';
import { createJournalTable, type JournalTable } from './journal-table.ts';
import { createPressHistory, type PressHistory } from './press-history.ts';
import { withoutFlush } from './without-flush.ts';

/** A model's state and how far into the journal it has learnt. */
export interface StoredModel extends JournalPosition {
  readonly state: string;
}

/** What was learnt and heard. Reads any schema version. */
export interface Memory extends PressHistory {
  songs(): StoredSong[];
  /** With `descriptors` (the 1,040), where the song was just heard. */
  saveSong(song: StoredSong, descriptors?: Float32Array): void;
  /** The 1,040 of a song, undefined for one that was never heard. */
  descriptors(songId: string): Float32Array | undefined;
  /** What was heard of the song; what the child pressed stays in the journal. */
  forgetSong(songId: string): void;
  refusals(): StoredRefusal[];
  saveRefusal(refusal: StoredRefusal): void;
  forgetRefusal(path: string): void;
  loadModel(name: string): StoredModel | undefined;
  /** A power cut may bring back the state before, for the journal has what it lacks. */
  saveModel(name: string, model: StoredModel): void;
}

export interface StorageOperations extends JournalTable, Memory {
  /** See erase-child.ts. */
  eraseChild(): void;
}

export function createOperations(database: Database.Database): StorageOperations {
  return {
    ...createJournalTable(database),
    ...createMemory(database),
    eraseChild: () => eraseChild(database),
  };
}

/** The operations that need no journal to write in: for whoever only reads a box's file. */
export function createMemory(database: Database.Database): Memory {
  const songs = database.prepare('SELECT song FROM songs ORDER BY song_id').pluck();
  const saveSong = database.prepare('INSERT OR REPLACE INTO songs VALUES (?, ?)');
  const saveDescriptors = database.prepare('INSERT OR REPLACE INTO descriptors VALUES (?, ?)');
  const descriptors = database.prepare('SELECT float32s FROM descriptors WHERE song_id = ?').pluck();
  const forgetSong = database.prepare('DELETE FROM songs WHERE song_id = ?');
  const forgetDescriptors = database.prepare('DELETE FROM descriptors WHERE song_id = ?');
  const refusals = database.prepare('SELECT refusal FROM refusals ORDER BY path').pluck();
  const saveRefusal = database.prepare('INSERT OR REPLACE INTO refusals VALUES (?, ?)');
  const forgetRefusal = database.prepare('DELETE FROM refusals WHERE path = ?');
  const loadModel = database.prepare('SELECT epoch, seq, state FROM models WHERE name = ?');
  const saveModel = database.prepare('INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?)');
  return {
    ...createPressHistory(database),
    songs: () => (songs.all() as string[]).map((song) => JSON.parse(song) as StoredSong),
    saveSong: database.transaction((song: StoredSong, values?: Float32Array) => {
      saveSong.run(song.songId, JSON.stringify(song));
      if (values === undefined) return;
      saveDescriptors.run(song.songId, Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    }),
    descriptors(songId) {
      const bytes = descriptors.get(songId) as Buffer | undefined;
      // Copied: the binding's bytes need not lie where a float may begin.
      return bytes && new Float32Array(new Uint8Array(bytes).buffer);
    },
    forgetSong: database.transaction((songId: string) => {
      forgetSong.run(songId);
      forgetDescriptors.run(songId);
    }),
    refusals: () => (refusals.all() as string[]).map((refusal) => JSON.parse(refusal) as StoredRefusal),
    saveRefusal: (refusal) => void saveRefusal.run(refusal.path, JSON.stringify(refusal)),
    forgetRefusal: (path) => void forgetRefusal.run(path),
    loadModel: (name) => loadModel.get(name) as StoredModel | undefined,
    saveModel: withoutFlush(
      database,
      (name: string, model: StoredModel) => void saveModel.run(name, model.epoch, model.seq, model.state),
    ),
  };
}
