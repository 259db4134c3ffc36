/**
 * The songs the box can play before anyone has given it music: original pieces, composed and rendered here once and
 * kept in a folder. Decides what is still missing there and has only that rendered.
 */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Emotion } from '../../../models/emotions.ts';
import type { Piece } from './piece.ts';
import { ALL_PIECES } from './pieces/all-pieces.ts';
import { renderAll } from './render-pool.ts';
import { openShelf, readShelf, type ShelvedSong } from './song-shelf.ts';

/** Raise it with any change that can be heard: the songs of another version are rendered again. */
export const STARTER_SONGS_VERSION = 1;

/** More threads than this only fight for memory: a song in the making holds some 60 MB. */
const MOST_WORKERS = 4;

export interface StarterSong {
  /** Absolute path. */
  readonly file: string;
  readonly title: string;
  /** What the composer meant it to be; the child decides what it is. */
  readonly intended: Emotion;
  readonly durationMs: number;
}

export interface ComposeOptions {
  /** Made if it does not exist. */
  readonly directory: string;
  /** Threads; default one a core, at most four. */
  readonly workers?: number;
  /** Called once for each song that became ready, the ones already there first, as one call. */
  readonly onProgress?: (progress: { done: number; total: number; title: string }) => void;
  /** Stops within a song; what is finished stays. */
  readonly signal?: AbortSignal;
  /** Only these titles, for tests. */
  readonly titles?: readonly string[];
}

/** The whole set of this version if it lies there complete (every size checked), else undefined. */
export async function starterSongsReady(
  directory: string,
  titles?: readonly string[],
): Promise<readonly StarterSong[] | undefined> {
  const wanted = piecesOf(titles);
  const shelved = await readShelf(directory, STARTER_SONGS_VERSION);
  return inOrder(directory, wanted, shelved);
}

/**
 * Composes what is missing in `directory` and gives the whole set, in playing order. An interrupted run leaves whole
 * songs only, and the next run goes on from there. Rejects with one sentence and a hint when the folder cannot be
 * written, and with the signal's reason when stopped.
 */
export async function composeStarterSongs(options: ComposeOptions): Promise<readonly StarterSong[]> {
  const { directory, onProgress, signal } = options;
  signal?.throwIfAborted();
  const pieces = piecesOf(options.titles);
  const workers = options.workers ?? Math.min(MOST_WORKERS, availableParallelism());
  try {
    const shelf = await openShelf(directory, STARTER_SONGS_VERSION);
    const isThere = (piece: Piece) => shelf.songs.some(({ title }) => title === piece.title);
    const missing = pieces.filter((piece) => !isThere(piece));
    let done = pieces.length - missing.length;
    const lastThere = pieces.findLast(isThere);
    if (lastThere) onProgress?.({ done, total: pieces.length, title: lastThere.title });
    await renderAll(
      missing.map(({ title }) => title),
      workers,
      async (title, { ogg, durationMs }) => {
        const piece = missing.find((candidate) => candidate.title === title)!;
        const { intended } = piece;
        await shelf.add({ fileName: fileNameOf(piece), title, intended, durationMs }, ogg);
        done++;
        onProgress?.({ done, total: pieces.length, title });
      },
      signal,
    );
    return inOrder(directory, pieces, shelf.songs)!;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(`compose starter songs in ${directory}: ${reasonOf(error)}`, { cause: error });
  }
}

function piecesOf(titles: readonly string[] | undefined): readonly Piece[] {
  return titles ? ALL_PIECES.filter(({ title }) => titles.includes(title)) : ALL_PIECES;
}

/** `01 Morning Kite.ogg`: numbered, so that a file browser shows the playing order. */
function fileNameOf(piece: Piece): string {
  return `${String(ALL_PIECES.indexOf(piece) + 1).padStart(2, '0')} ${piece.title}.ogg`;
}

function inOrder(
  directory: string,
  pieces: readonly Piece[],
  shelved: readonly ShelvedSong[],
): readonly StarterSong[] | undefined {
  const songs: StarterSong[] = [];
  for (const { title, intended } of pieces) {
    const song = shelved.find((candidate) => candidate.title === title);
    if (!song) return undefined;
    songs.push({
      file: resolve(join(directory, song.fileName)),
      title,
      intended,
      durationMs: song.durationMs,
    });
  }
  return songs;
}

/** What a caregiver can do about it. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full; free 20 MB, or choose a folder on another disk';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'the folder cannot be written; choose another, or give this user the right to write there';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file lies where the folder should be; move it away, or choose another folder';
    default:
      return message;
  }
}
