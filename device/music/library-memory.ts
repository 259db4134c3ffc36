/** What earlier scans left behind, for looking up by file and by sound. Kept in step with what is saved. */
import type { SongId } from '../core/ports.ts';
import type { FileRefusal } from './extraction-messages.ts';
import type { LibraryStore, StoredRefusal, StoredSong } from './library-store.ts';
import type { FoundFile } from './scan-folder.ts';
import { isIn } from './song-record.ts';

export interface LibraryMemory {
  /** The song this unchanged file is known to hold. */
  songIn(file: FoundFile): StoredSong | undefined;
  songById(songId: SongId): StoredSong | undefined;
  /** Why this unchanged file was refused. */
  refusalOf(file: FoundFile): StoredRefusal | undefined;
  /** Remembers the song, on disk if it can be; false when it cannot. */
  keepSong(song: StoredSong, descriptors?: Float32Array): Promise<boolean>;
  /** Remembers a lasting refusal. One that cannot be saved costs another try at the next start, no more. */
  keepRefusal(file: FoundFile, refusal: FileRefusal): Promise<void>;
}

/** Which ears heard a song. */
export interface EarVersions {
  readonly featureVersion: string;
  readonly descriptorVersion: string;
}

/** Reads the store. Songs and refusals of other ears are as if they had never been. */
export async function recallLibrary(store: LibraryStore, ears: EarVersions): Promise<LibraryMemory> {
  const songById = new Map<SongId, StoredSong>();
  const idByPath = new Map<string, SongId>();
  const refusalByPath = new Map<string, StoredRefusal>();
  const [songs, refusals] = await Promise.all([store.songs(), store.refusals?.() ?? []]);
  for (const song of songs) {
    const isOurs =
      song.featureVersion === ears.featureVersion && song.descriptorVersion === ears.descriptorVersion;
    if (isOurs) rememberSong(song);
  }
  for (const refusal of refusals) {
    if (refusal.featureVersion === ears.featureVersion) refusalByPath.set(refusal.path, refusal);
  }

  function rememberSong(song: StoredSong): void {
    songById.set(song.songId, song);
    const other = songById.get(idByPath.get(song.path) ?? '');
    // A file that was overwritten stands under its path twice: the later one is what it holds.
    if (other === undefined || other.path !== song.path || other.mtimeMs <= song.mtimeMs) {
      idByPath.set(song.path, song.songId);
    }
  }

  return {
    songIn(file) {
      const song = songById.get(idByPath.get(file.path) ?? '');
      return song !== undefined && isIn(file, song) ? song : undefined;
    },
    songById: (songId) => songById.get(songId),
    refusalOf(file) {
      const refusal = refusalByPath.get(file.path);
      return refusal !== undefined && isIn(file, refusal) ? refusal : undefined;
    },
    async keepSong(song, descriptors) {
      rememberSong(song);
      return store.saveSong(song, descriptors).then(
        () => true,
        () => false,
      );
    },
    async keepRefusal(file, { reason, hint, isLasting }) {
      if (!isLasting) return;
      await store
        .saveRefusal?.({ ...file, reason, hint, featureVersion: ears.featureVersion })
        .catch(() => {});
    },
  };
}
