/** What the library remembers between starts. The box keeps it in its database; tests keep it in memory. */
import type { HeardSong } from '../../models/features/hear-song.ts';
import type { LibrarySong, RefusedFile } from '../core/ports.ts';

/** A song that was heard, with what its file says of it. It stays remembered when its file is gone, so that it is known when it comes back. */
export interface StoredSong extends LibrarySong {
  /** As the file's tags have them; `title` falls back to the file's name. */
  readonly artist?: string;
  readonly album?: string;
  /** Whether the file brings a picture; `readCover` gives it. */
  readonly hasCover: boolean;
  /** With `path`: the file this was heard from looked so; while it does, it is not read again. */
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly samplePeakDb: number;
  readonly truePeakDb: number;
  /** Where the stretch that `features` describe begins. */
  readonly windowStartMs: number;
  /** Tempo, key and dynamics. */
  readonly traits: HeardSong['song'];
  /** Which definition of the 1,040 descriptors, kept apart, it was heard with. */
  readonly descriptorVersion: string;
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
  /**
   * Adds the song, or replaces the one of the same `songId`. `descriptors`: the 1,040, given when the song was just
   * heard; those kept stay otherwise.
   */
  saveSong(song: StoredSong, descriptors?: Float32Array): Promise<void>;
  /** Without these two, refused files are tried again at every scan. */
  refusals?(): Promise<readonly StoredRefusal[]>;
  /** Adds the refusal, or replaces the one of the same `path`. */
  saveRefusal?(refusal: StoredRefusal): Promise<void>;
}
