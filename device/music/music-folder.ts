/**
 * Keeps the box's songs in step with its music folder: the first scan, and another whenever songs come or go. Decides
 * when songs are offered to the kiosk, and that no song is listened to while a child is at the buttons.
 */
import { basename } from 'node:path';
import type { LibrarySong, RefusedFile } from '../core/ports.ts';
import type { Library, ScanOutcome, ScanProgress } from './library.ts';
import { type FolderWatch, watchFolder } from './watch-folder.ts';

export interface MusicFolderOptions {
  readonly library: Library;
  /** What can be played now; called with every song as soon as it is known, in handfuls. Never rejects. */
  readonly offer: (songs: readonly LibrarySong[]) => void | Promise<void>;
  /** A scan is over. */
  readonly onScanned: (change: MusicChange) => void;
  /** Now and then while songs are being heard. */
  readonly onProgress?: (progress: ScanProgress) => void;
  readonly monotonicMs?: () => number;
  readonly watch?: typeof watchFolder;
}

/** What a scan found, and what it changed of what can be played. */
export interface MusicChange {
  /** False when files came or went while the box ran. */
  readonly isFirst: boolean;
  readonly added: readonly LibrarySong[];
  readonly removed: readonly LibrarySong[];
  readonly songCount: number;
  readonly refused: readonly RefusedFile[];
  /** Of `refused`, those no scan of this run had refused yet. */
  readonly newlyRefused: readonly RefusedFile[];
  /** Sentences for people: what is missing and what to do. */
  readonly faults: readonly string[];
}

export interface MusicFolder {
  /** Hears what is in the folder, and from then on keeps watch over it. Rejects when closed meanwhile. */
  open(folder: string, onProgress?: (progress: ScanProgress) => void): Promise<ScanOutcome>;
  /** A child is at the buttons: listening stands still until 2 s after the last call, if there is music to play. */
  makeWay(): void;
  close(): Promise<void>;
}

/** While a folder is being heard for the first time, its new songs become choosable this often. */
const OFFER_EVERY_MS = 2000;
/** A page that counts faster than this only draws the eye. */
const PROGRESS_EVERY_MS = 1000;
/** After a press the song is decoded and the model learns; both are over well before. */
const MAKE_WAY_MS = 2000;

export function createMusicFolder(options: MusicFolderOptions): MusicFolder {
  const { library, offer, onScanned, monotonicMs = () => performance.now() } = options;
  const stopping = new AbortController();
  let offered: ReadonlyMap<string, LibrarySong> = new Map();
  let refusedPaths: ReadonlySet<string> = new Set();
  let isMusicOffered = false;
  let watched: FolderWatch | undefined;
  let resumeTimer: NodeJS.Timeout | undefined;

  async function scan(
    folder: string,
    isFirst: boolean,
    leaveOut: ReadonlySet<string>,
    onProgress: ((progress: ScanProgress) => void) | undefined,
  ): Promise<ScanOutcome> {
    const before = offered;
    const known = new Map(before);
    let offeredAtMs = Number.NEGATIVE_INFINITY;
    let toldAtMs = monotonicMs();
    const outcome = await library.scan(folder, {
      leaveOut,
      signal: stopping.signal,
      onSong(song) {
        if (known.has(song.songId)) return;
        known.set(song.songId, song);
        isMusicOffered = true;
        // The first song makes the box playable; the others come in handfuls, so that a long scan stays cheap.
        if (monotonicMs() - offeredAtMs < OFFER_EVERY_MS) return;
        offeredAtMs = monotonicMs();
        void offer([...known.values()]);
      },
      onProgress(progress) {
        onProgress?.(progress);
        if (monotonicMs() - toldAtMs < PROGRESS_EVERY_MS) return;
        toldAtMs = monotonicMs();
        options.onProgress?.(progress);
      },
    });
    const { songs, refused } = outcome.kind === 'scanned' ? outcome : { songs: [], refused: [] };
    offered = new Map(songs.map((song) => [song.songId, song]));
    isMusicOffered = songs.length > 0;
    // Who waits for the scan shall find its songs choosable.
    await offer(songs);
    stopping.signal.throwIfAborted();
    onScanned({
      isFirst,
      added: songs.filter(({ songId }) => !before.has(songId)),
      removed: [...before.values()].filter(({ songId }) => !offered.has(songId)),
      songCount: songs.length,
      refused,
      newlyRefused: refused.filter(({ path }) => !refusedPaths.has(path)),
      faults:
        outcome.kind === 'scanned'
          ? refused.map(({ path, reason }) => `${basename(path)}: ${reason}`)
          : [`${outcome.reason} ${outcome.hint}`],
    });
    refusedPaths = new Set(refused.map(({ path }) => path));
    return outcome;
  }

  return {
    async open(folder, onProgress) {
      let first: Promise<unknown> = Promise.resolve();
      // Watched from before the first look on: what is dropped in while an hour of music is heard is not missed.
      watched = (options.watch ?? watchFolder)({
        folder,
        async onChange(unsettled) {
          await first;
          await scan(folder, false, unsettled, undefined);
        },
      });
      await watched.started;
      const outcome = scan(folder, true, new Set(), onProgress);
      first = outcome.catch(() => {});
      return outcome;
    },
    makeWay() {
      if (!isMusicOffered) return;
      clearTimeout(resumeTimer);
      library.pause();
      resumeTimer = setTimeout(() => library.resume(), MAKE_WAY_MS).unref();
    },
    async close() {
      stopping.abort(new Error('the box is closing'));
      clearTimeout(resumeTimer);
      watched?.close();
      await library.close();
    },
  };
}
