/** Everything the box stores, as plain synchronous operations on one open database. Runs in the storage worker. */
import type Database from 'better-sqlite3';
import type { JournalPosition } from '../core/kiosk-state.ts';
import type { StoredRefusal, StoredSong } from '../music/library-store.ts';
import { createJournalTable, type JournalTable } from './journal-table.ts';

/** A model's state and how far into the journal it has learnt. */
export interface StoredModel extends JournalPosition {
  readonly state: string;
}

export interface StorageOperations extends JournalTable {
  songs(): StoredSong[];
  saveSong(song: StoredSong): void;
  refusals(): StoredRefusal[];
  saveRefusal(refusal: StoredRefusal): void;
  loadModel(name: string): StoredModel | undefined;
  saveModel(name: string, model: StoredModel): void;
}

export function createOperations(database: Database.Database, epoch: number): StorageOperations {
  const songs = database.prepare('SELECT song FROM songs ORDER BY song_id').pluck();
  const saveSong = database.prepare('INSERT OR REPLACE INTO songs VALUES (?, ?)');
  const refusals = database.prepare('SELECT refusal FROM refusals ORDER BY path').pluck();
  const saveRefusal = database.prepare('INSERT OR REPLACE INTO refusals VALUES (?, ?)');
  const loadModel = database.prepare('SELECT epoch, seq, state FROM models WHERE name = ?');
  const saveModel = database.prepare('INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?)');
  return {
    ...createJournalTable(database, epoch),
    songs: () => (songs.all() as string[]).map((song) => JSON.parse(song) as StoredSong),
    saveSong: (song) => void saveSong.run(song.songId, JSON.stringify(song)),
    refusals: () => (refusals.all() as string[]).map((refusal) => JSON.parse(refusal) as StoredRefusal),
    saveRefusal: (refusal) => void saveRefusal.run(refusal.path, JSON.stringify(refusal)),
    loadModel: (name) => loadModel.get(name) as StoredModel | undefined,
    saveModel: (name, model) => void saveModel.run(name, model.epoch, model.seq, model.state),
  };
}
