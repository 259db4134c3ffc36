/** What is written down of a song that was heard, and what of it the kiosk is given. */
import type { HeardSong } from '../../models/features/hear-song.ts';
import type { LibrarySong, SongId } from '../core/ports.ts';
import type { StoredSong } from './library-store.ts';
import type { FoundFile } from './scan-folder.ts';
import { songGainDb } from './song-gain.ts';
import type { SongTags } from './song-tags.ts';
import { titleFromPath } from './song-title.ts';

export function recordOf(songId: SongId, file: FoundFile, heard: HeardSong, tags: SongTags): StoredSong {
  return {
    songId,
    path: file.path,
    sizeBytes: file.sizeBytes,
    mtimeMs: file.mtimeMs,
    ...namesFrom(file, tags),
    durationMs: heard.durationMs,
    gainDb: songGainDb(heard),
    loudnessLufs: heard.loudnessLufs,
    samplePeakDb: heard.samplePeakDb,
    truePeakDb: heard.truePeakDb,
    windowStartMs: heard.windowStartMs,
    traits: heard.song,
    descriptorVersion: heard.descriptors.version,
    featureVersion: heard.featureVersion,
    features: Array.from(heard.features),
  };
}

/** The same song, now in this file, which says this of it: it was moved, renamed or re-tagged. */
export function movedTo(file: FoundFile, tags: SongTags, song: StoredSong): StoredSong {
  const { artist: _artist, album: _album, mood: _mood, ...heard } = song;
  const { path, sizeBytes, mtimeMs } = file;
  return { ...heard, path, sizeBytes, mtimeMs, ...namesFrom(file, tags) };
}

function namesFrom(file: FoundFile, tags: SongTags): SongTags & { readonly title: string } {
  return { ...tags, title: tags.title ?? titleFromPath(file.path) };
}

/** True when the song was last seen in this file, and the file has not changed since. */
export function isIn(file: FoundFile, song: FoundFile): boolean {
  return song.path === file.path && song.sizeBytes === file.sizeBytes && song.mtimeMs === file.mtimeMs;
}

/** The gain is worked out anew, so that a changed target holds for songs heard long ago. */
export function librarySongOf(song: StoredSong): LibrarySong {
  const { songId, path, title, durationMs, loudnessLufs, featureVersion, features, mood } = song;
  return {
    songId,
    path,
    title,
    durationMs,
    gainDb: songGainDb(song),
    loudnessLufs,
    featureVersion,
    features,
    ...(mood !== undefined && { mood }),
  };
}
