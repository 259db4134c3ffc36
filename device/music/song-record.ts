/** What is written down of a song that was heard, and what of it the kiosk is given. */
import type { HeardSong } from '../../models/features/hear-song.ts';
import type { LibrarySong, SongId } from '../core/ports.ts';
import type { StoredSong } from './library-store.ts';
import type { FoundFile } from './scan-folder.ts';
import { songGainDb } from './song-gain.ts';
import { titleFromPath } from './song-title.ts';

export function recordOf(songId: SongId, file: FoundFile, heard: HeardSong): StoredSong {
  return {
    songId,
    path: file.path,
    sizeBytes: file.sizeBytes,
    mtimeMs: file.mtimeMs,
    title: titleFromPath(file.path),
    durationMs: heard.durationMs,
    gainDb: songGainDb(heard),
    loudnessLufs: heard.loudnessLufs,
    samplePeakDb: heard.samplePeakDb,
    truePeakDb: heard.truePeakDb,
    windowStartMs: heard.windowStartMs,
    featureVersion: heard.featureVersion,
    features: Array.from(heard.features),
  };
}

/** The same song, now in this file: it was moved, renamed or re-tagged. */
export function movedTo(file: FoundFile, song: StoredSong): StoredSong {
  return isIn(file, song) ? song : { ...song, ...file, title: titleFromPath(file.path) };
}

/** True when the song was last seen in this file, and the file has not changed since. */
export function isIn(file: FoundFile, song: FoundFile): boolean {
  return song.path === file.path && song.sizeBytes === file.sizeBytes && song.mtimeMs === file.mtimeMs;
}

/** The gain is worked out anew, so that a changed target holds for songs heard long ago. */
export function librarySongOf(song: StoredSong): LibrarySong {
  const { songId, path, title, durationMs, loudnessLufs, featureVersion, features } = song;
  return {
    songId,
    path,
    title,
    durationMs,
    gainDb: songGainDb(song),
    loudnessLufs,
    featureVersion,
    features,
  };
}
