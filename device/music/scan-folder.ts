/**
 * Finds the song files below a folder, in an order that is the same on every machine and at every start.
 * Goes by the name's ending only to know what to look at; what a file really is, decoding decides.
 */
import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Time of last change, whole milliseconds since 1970. */
  readonly mtimeMs: number;
}

export type FolderScan =
  | {
      readonly kind: 'found';
      readonly files: readonly FoundFile[];
      /** Folders and files below that could not be read. */
      readonly unreadablePaths: readonly string[];
      readonly folders: FolderIdentities;
    }
  | {
      readonly kind: 'missing' | 'unreadable' | 'empty';
      readonly folder: string;
      readonly folders: FolderIdentities;
    };

/** Every folder that was looked into, by path, with what tells it from another put in its place, as a stick is. */
export type FolderIdentities = ReadonlyMap<string, string>;

/** Endings of what the box plays. */
const PLAYED = 'mp3 mp2 mp1 m4a m4b mp4 aac flac ogg oga opus wav wave bwf aif aiff aifc';
/** Endings of music the box does not play: looked at too, so that the caregiver is told instead of left to wonder. */
const REFUSED = 'wma m4p ape wv mpc mka webm weba ac3 dsf dff caf amr spx mid';
const SONG_ENDINGS = new Set(`${PLAYED} ${REFUSED}`.split(' ').map((ending) => `.${ending}`));
/** Deeper than anyone sorts music; a bound for damaged file systems. */
const MAX_DEPTH = 32;

/**
 * All song files below `folder`, ordered by path (by code unit, folder by folder).
 * Skips hidden names (and so the `._` shadows macOS leaves on sticks); follows links, each folder only once.
 * Never throws for what is on the disk; rejects only with the signal's reason.
 */
export async function scanFolder(folder: string, signal?: AbortSignal): Promise<FolderScan> {
  const top = await list(folder);
  if (typeof top === 'string') return { kind: top, folder, folders: new Map() };
  const files: FoundFile[] = [];
  const unreadablePaths: string[] = [];
  const folders = new Map<string, string>();
  const seen = new Set<string>();

  async function visit(path: string, entries: readonly Dirent[], depth: number): Promise<void> {
    const sorted = entries
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of sorted) {
      signal?.throwIfAborted();
      const child = join(path, entry.name);
      const isSong = isSongName(entry.name);
      const mayBeFolder = entry.isDirectory() || entry.isSymbolicLink();
      if (!isSong && !mayBeFolder) continue;
      try {
        const status = await stat(child);
        if (status.isFile() && isSong) {
          files.push({ path: child, sizeBytes: status.size, mtimeMs: Math.floor(status.mtimeMs) });
        } else if (status.isDirectory() && depth < MAX_DEPTH && isNew(child, status)) {
          await visit(child, await readdir(child, { withFileTypes: true }), depth + 1);
        }
      } catch (error) {
        signal?.throwIfAborted();
        unreadablePaths.push(child);
        if (!(error instanceof Error && 'code' in error)) throw error;
      }
    }
  }

  /** One folder reached by two ways, or by a link to a folder above it, is visited once. */
  function isNew(path: string, status: Stats): boolean {
    const identity = folderIdentity(status);
    if (seen.has(identity)) return false;
    seen.add(identity);
    folders.set(path, identity);
    return true;
  }

  const status = await stat(folder).catch(() => undefined);
  if (status !== undefined) isNew(folder, status);
  await visit(folder, top, 0);
  return files.length === 0
    ? { kind: 'empty', folder, folders }
    : { kind: 'found', files, unreadablePaths, folders };
}

/** The same for as long as it is the same folder of the same disk. */
export function folderIdentity({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

/** Whether a file of this name is looked at. */
export function isSongName(name: string): boolean {
  return SONG_ENDINGS.has(extname(name).toLowerCase());
}

async function list(folder: string): Promise<Dirent[] | 'missing' | 'unreadable'> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable';
  }
}
