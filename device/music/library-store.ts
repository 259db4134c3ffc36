/** What the library remembers between starts. The box keeps it in its database; tests keep it in memory. */
import type { LibrarySong, RefusedFile } from '../core/ports.ts';

/** A song that was heard. It stays remembered when its file is gone, so that it is known when it comes back. */
export interface StoredSong extends LibrarySong {
  /** With `path`: the file this was heard from looked so; while it does, it is not read again. */
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly samplePeakDb: number;
  readonly truePeakDb: number;
  /** Where the stretch that `features` describe begins. */
  readonly windowStartMs: number;
}

/** A file that cannot be played, remembered so that it is not tried again at every start. */
export interface StoredRefusal extends RefusedFile {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** Version of the ears that refused it: newer ears try again. */
  readonly featureVersion: string;
}

export interface LibraryStore {
  /** Every song ever heard, whether or not its file is there. */
  songs(): Promise<readonly StoredSong[]>;
  /** Adds the song, or replaces the one of the same `songId`. */
  saveSong(song: StoredSong): Promise<void>;
  /** Without these two, refused files are tried again at every scan. */
  refusals?(): Promise<readonly StoredRefusal[]>;
  /** Adds the refusal, or replaces the one of the same `path`. */
  saveRefusal?(refusal: StoredRefusal): Promise<void>;
}
