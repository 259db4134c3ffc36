/**
 * The music library: finds the songs of a folder, hears each once, and remembers. Decides what is read again (only
 * what changed), what counts as the same song (the same sound), and which file stands for it (the first by path).
 */
import { basename } from 'node:path';
import { descriptorVersion } from '../../models/features/functionals.ts';
import { featureVersion } from '../../models/features/hear-song.ts';
import { SILENCE_LUFS } from '../../models/features/loudness.ts';
import type { LibrarySong, RefusedFile, SongId } from '../core/ports.ts';
import type { FileRefusal } from './extraction-messages.ts';
import { createExtractionPool, type ExtractionPool } from './extraction-pool.ts';
import { inParallel } from './in-parallel.ts';
import { type EarVersions, recallLibrary } from './library-memory.ts';
import type { LibraryStore, StoredSong } from './library-store.ts';
import { type FoundFile, scanFolder } from './scan-folder.ts';
import { createTimeLeft } from './scan-progress.ts';
import { isIn, librarySongOf, movedTo, recordOf } from './song-record.ts';
import type { SongTags } from './song-tags.ts';

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
  /** Paths of files that are still being copied: this scan does as if they were not there. */
  readonly leaveOut?: ReadonlySet<string>;
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
  /** Versions of what `pool` hears; songs heard with others are heard again. */
  readonly ears?: EarVersions;
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

/** Files dealt with between two turns of the event loop, 1 ms on a Pi. */
const FILES_A_TURN = 100;

/** A child who asks for a song and hears nothing asks in vain. */
const SILENT_SONG: FileRefusal = {
  kind: 'refused',
  reason: 'it is silent from beginning to end',
  hint: 'Play it on a computer: if there is music, copy it again; if not, remove it.',
  isLasting: true,
};

type FileOutcome =
  | { readonly kind: 'song'; readonly song: StoredSong; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly reason: string; readonly hint: string };

/** What a file is, before it is heard. */
interface Identity {
  readonly kind: 'identified';
  readonly file: FoundFile;
  readonly songId: SongId;
  readonly tags: SongTags;
}

export function createLibrary(options: LibraryOptions): Library {
  const {
    store,
    ears = { featureVersion, descriptorVersion },
    monotonicMs = () => performance.now(),
  } = options;
  const pool = options.pool ?? createExtractionPool();

  /** By path, what was found in files of this run: the second file of a song is not read again at every scan. */
  const identities = new Map<string, Identity>();

  async function identify(file: FoundFile, signal: AbortSignal | undefined): Promise<Identity | FileRefusal> {
    const known = identities.get(file.path);
    if (known !== undefined && isIn(file, known.file)) return known;
    const answer = await pool.identify(file.path, signal);
    if (answer.kind === 'refused') return answer;
    const tags = await pool.readTags(file.path, signal);
    const identity = { kind: 'identified', file, songId: answer.songId, tags } as const;
    identities.set(file.path, identity);
    return identity;
  }

  async function scan(folder: string, scanOptions: ScanOptions = {}): Promise<ScanOutcome> {
    const { leaveOut, onProgress, onSong, signal } = scanOptions;
    const found = await scanFolder(folder, signal);
    if (found.kind !== 'found') return { kind: found.kind, folder, ...NO_SONGS[found.kind] };
    const files = found.files.filter(({ path }) => !leaveOut?.has(path));
    const memory = await recallLibrary(store, ears);
    const unread = files.filter((file) => !memory.songIn(file) && !memory.refusalOf(file));
    const timeLeft = createTimeLeft(unread, monotonicMs());
    const songById = new Map<SongId, Promise<FileOutcome>>();
    const offered = new Set<SongId>();
    const unsaved = new Set<SongId>();
    const outcomes = new Map<FoundFile, FileOutcome>();

    async function keep(song: StoredSong, descriptors?: Float32Array): Promise<void> {
      if (!(await memory.keepSong(song, descriptors))) unsaved.add(song.songId);
    }

    async function hear(file: FoundFile, { songId, tags }: Identity): Promise<FileOutcome> {
      const known = memory.songById(songId);
      if (known !== undefined) return { kind: 'song', song: movedTo(file, tags, known), isNew: false };
      const answer = await pool.hear(file.path, signal);
      if (answer.kind === 'heard' && answer.song.loudnessLufs <= SILENCE_LUFS) {
        await memory.keepRefusal(file, SILENT_SONG);
        return SILENT_SONG;
      }
      if (answer.kind === 'heard') {
        const song = recordOf(songId, file, answer.song, tags);
        await keep(song, answer.song.descriptors.values);
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
      const identity = await identify(file, signal);
      if (identity.kind === 'refused') return identity;
      const { songId, tags } = identity;
      // Two files with one sound may be worked on at once: it is heard once, and both wait for it.
      const twin = await songById.get(songId);
      if (twin?.kind === 'song') return { ...twin, song: movedTo(file, tags, twin.song) };
      const outcome = hear(file, identity);
      songById.set(songId, outcome);
      return outcome;
    }

    await inParallel(files, pool.workerCount, async (file) => {
      signal?.throwIfAborted();
      const outcome = await dealWith(file);
      outcomes.set(file, outcome);
      if (outcome.kind === 'song' && !offered.has(outcome.song.songId)) {
        offered.add(outcome.song.songId);
        onSong?.(librarySongOf(outcome.song));
      }
      const secondsLeft = timeLeft.afterFile(file, monotonicMs());
      const progress = { done: outcomes.size, total: files.length, fileName: basename(file.path) };
      onProgress?.(secondsLeft === undefined ? progress : { ...progress, secondsLeft });
      // Remembered songs wait for nothing: the presses of a child must not wait for thousands of them.
      if (outcomes.size % FILES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
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
      const { song } = outcome;
      const { songId } = song;
      if (outcome.isNew) newIds.add(songId);
      if (songs.has(songId)) {
        duplicates++;
        continue;
      }
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
