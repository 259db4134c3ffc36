/** The library's memory without a disk; `failSaves` makes it full. */
import type { LibraryStore, StoredRefusal, StoredSong } from '../../device/music/library-store.ts';

export interface MemoryLibraryStore extends Required<LibraryStore> {
  failSaves: boolean;
  readonly descriptors: Map<string, Float32Array>;
}

export function createMemoryLibraryStore(): MemoryLibraryStore {
  const songs = new Map<string, StoredSong>();
  const refusals = new Map<string, StoredRefusal>();
  const store: MemoryLibraryStore = {
    failSaves: false,
    descriptors: new Map(),
    songs: async () => [...songs.values()],
    refusals: async () => [...refusals.values()],
    async saveSong(song, descriptors) {
      if (store.failSaves) throw new Error('save song: disk full');
      songs.set(song.songId, song);
      if (descriptors !== undefined) store.descriptors.set(song.songId, descriptors);
    },
    async saveRefusal(refusal) {
      if (store.failSaves) throw new Error('save refusal: disk full');
      refusals.set(refusal.path, refusal);
    },
  };
  return store;
}
