/**
 * The music library: finds the songs of a folder, hears each once, and remembers. Decides what is read again (only
 * what changed), what counts as the same song (the same sound), and which file stands for it (the first by path).
 */
import { basename } from 'node:path';
import { featureVersion as earVersion } from '../../models/features/hear-song.ts';
import type { LibrarySong, RefusedFile, SongId } from '../core/ports.ts';
import { createExtractionPool, type ExtractionPool } from './extraction-pool.ts';
import { inParallel } from './in-parallel.ts';
import { recallLibrary } from './library-memory.ts';
import type { LibraryStore, StoredSong } from './library-store.ts';
import { type FoundFile, scanFolder } from './scan-folder.ts';
import { createTimeLeft } from './scan-progress.ts';
import { librarySongOf, movedTo, recordOf } from './song-record.ts';

export type ScanOutcome =
  | {
      readonly kind: 'scanned';
      /** Ready to play, in the order of their paths. */
      readonly songs: readonly LibrarySong[];
      readonly refused: readonly RefusedFile[];
      /** How many of `songs` were heard in this scan; the others were remembered. */
      readonly newlyHeard: number;
      /** Files that hold a song another file of the folder holds too. */
      readonly duplicates: number;
      /** Songs that play now but will be heard again at the next start, because they could not be saved. */
      readonly notSaved: number;
    }
  | {
      /** No songs: the folder is not there, cannot be read, or holds no music. Words for a caregiver. */
      readonly kind: 'missing' | 'unreadable' | 'empty';
      readonly folder: string;
      readonly reason: string;
      readonly hint: string;
    };

export interface ScanProgress {
  /** Files dealt with, of `total`. */
  readonly done: number;
  readonly total: number;
  /** The file just dealt with. */
  readonly fileName: string;
  /** Known once some files were heard. */
  readonly secondsLeft?: number;
}

export interface ScanOptions {
  readonly onProgress?: (progress: ScanProgress) => void;
  /** Each song as soon as it can be played, in no particular order; `songs` of the outcome is what counts. */
  readonly onSong?: (song: LibrarySong) => void;
  /** Ends the scan; it rejects with the signal's reason. What was heard is kept. */
  readonly signal?: AbortSignal;
}

export interface Library {
  /** Makes the folder's songs playable. Interrupted, the next scan goes on where it stopped. One scan at a time. */
  scan(folder: string, options?: ScanOptions): Promise<ScanOutcome>;
  /** Hold the listening, such as while a child is at the buttons; `resume` goes on in the middle of the song. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export interface LibraryOptions {
  readonly store: LibraryStore;
  /** Who identifies and hears; default: worker threads, one for each core but one. */
  readonly pool?: ExtractionPool;
  /** Version of the features `pool` gives; songs heard with another are heard again. */
  readonly featureVersion?: string;
  /** For the time left, ms. */
  readonly monotonicMs?: () => number;
}

const NO_SONGS = {
  missing: {
    reason: 'The music folder is not there.',
    hint: 'Plug in the stick, create the folder, or point the box to another one.',
  },
  unreadable: {
    reason: 'The music folder cannot be read.',
    hint: 'Check that it is a folder and that the box may read it.',
  },
  empty: {
    reason: 'There is no music in the folder.',
    hint: 'Copy songs into it: mp3, m4a, flac, ogg, opus, wav or aiff.',
  },
} as const;

const UNREADABLE_PATH = {
  reason: 'the file or folder cannot be read',
  hint: 'Check that the stick or disk is sound, and that the box may read it.',
} as const;

type FileOutcome =
  | { readonly kind: 'song'; readonly song: StoredSong; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly reason: string; readonly hint: string };

export function createLibrary(options: LibraryOptions): Library {
  const { store, featureVersion = earVersion, monotonicMs = () => performance.now() } = options;
  const pool = options.pool ?? createExtractionPool();

  async function scan(folder: string, scanOptions: ScanOptions = {}): Promise<ScanOutcome> {
    const { onProgress, onSong, signal } = scanOptions;
    const found = await scanFolder(folder, signal);
    if (found.kind !== 'found') return { ...found, ...NO_SONGS[found.kind] };
    const { files } = found;
    const memory = await recallLibrary(store, featureVersion);
    const unread = files.filter((file) => !memory.songIn(file) && !memory.refusalOf(file));
    const timeLeft = createTimeLeft(unread, monotonicMs());
    const songById = new Map<SongId, Promise<FileOutcome>>();
    const offered = new Set<SongId>();
    const unsaved = new Set<SongId>();
    const outcomes = new Map<FoundFile, FileOutcome>();

    async function keep(song: StoredSong): Promise<void> {
      if (!(await memory.keepSong(song))) unsaved.add(song.songId);
    }

    async function hear(file: FoundFile, songId: SongId): Promise<FileOutcome> {
      const known = memory.songById(songId);
      if (known !== undefined) return { kind: 'song', song: known, isNew: false };
      const answer = await pool.hear(file.path, signal);
      if (answer.kind === 'heard') {
        const song = recordOf(songId, file, answer.song);
        await keep(song);
        return { kind: 'song', song, isNew: true };
      }
      await memory.keepRefusal(file, answer);
      return answer;
    }

    async function dealWith(file: FoundFile): Promise<FileOutcome> {
      const song = memory.songIn(file);
      if (song !== undefined) return { kind: 'song', song, isNew: false };
      const refusal = memory.refusalOf(file);
      if (refusal !== undefined) return { kind: 'refused', reason: refusal.reason, hint: refusal.hint };
      const answer = await pool.identify(file.path, signal);
      if (answer.kind === 'refused') return answer;
      const { songId } = answer;
      // Two files with one sound may be worked on at once: it is heard once, and both wait for it.
      const twin = await songById.get(songId);
      if (twin?.kind === 'song') return twin;
      const outcome = hear(file, songId);
      songById.set(songId, outcome);
      return outcome;
    }

    await inParallel(files, pool.workerCount, async (file) => {
      signal?.throwIfAborted();
      const outcome = await dealWith(file);
      outcomes.set(file, outcome);
      if (outcome.kind === 'song' && !offered.has(outcome.song.songId)) {
        offered.add(outcome.song.songId);
        onSong?.(librarySongOf(movedTo(file, outcome.song)));
      }
      const secondsLeft = timeLeft.afterFile(file, monotonicMs());
      const progress = { done: outcomes.size, total: files.length, fileName: basename(file.path) };
      onProgress?.(secondsLeft === undefined ? progress : { ...progress, secondsLeft });
    });

    const songs = new Map<SongId, StoredSong>();
    const refused: RefusedFile[] = found.unreadablePaths.map((path) => ({ path, ...UNREADABLE_PATH }));
    const newIds = new Set<SongId>();
    let duplicates = 0;
    for (const file of files) {
      const outcome = outcomes.get(file)!;
      if (outcome.kind === 'refused') {
        refused.push({ path: file.path, reason: outcome.reason, hint: outcome.hint });
        continue;
      }
      const { songId } = outcome.song;
      if (outcome.isNew) newIds.add(songId);
      if (songs.has(songId)) {
        duplicates++;
        continue;
      }
      const song = movedTo(file, outcome.song);
      songs.set(songId, song);
      if (memory.songById(songId) !== song) await keep(song);
    }
    return {
      kind: 'scanned',
      songs: [...songs.values()].map(librarySongOf),
      refused,
      newlyHeard: newIds.size,
      duplicates,
      notSaved: unsaved.size,
    };
  }

  return { scan, pause: () => pool.pause(), resume: () => pool.resume(), close: () => pool.close() };
}
