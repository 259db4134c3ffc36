/**
 * `amecs library add`: copies songs into a music folder. A copy is complete or not there, no other file is ever
 * overwritten, and a song the folder holds already is not copied again, whatever its file is called.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { DecodeError, decodeFile } from '../../../device/audio/decode.ts';
import { hashSong } from '../../../device/music/content-hash.ts';
import type { StoredSong } from '../../../device/music/library-store.ts';
import { isSongName, scanFolder } from '../../../device/music/scan-folder.ts';
import type { Terminal } from '../command.ts';
import { bar } from '../terminal.ts';

/** One file to copy, and where to below the music folder. */
interface Copy {
  readonly from: string;
  readonly to: string;
}

type CopyFate =
  | { readonly kind: 'copied'; readonly path: string }
  | { readonly kind: 'duplicate'; readonly of: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface AddOptions {
  readonly sources: readonly string[];
  readonly musicFolder: string;
  /** What the box has heard: tells duplicates without reading the whole folder. */
  readonly known: readonly StoredSong[];
  readonly terminal: Terminal;
}

/** Resolves to the exit code: 1 where something could not be copied. */
export async function addSongs({ sources, musicFolder, known, terminal }: AddOptions): Promise<number> {
  const { copies, faults } = await plan(sources, terminal.signal);
  for (const fault of faults) terminal.error(fault);
  const pathById = new Map<string, string>();
  for (const { songId, path } of known) {
    if (!relative(musicFolder, path).startsWith('..') && existsSync(path)) pathById.set(songId, path);
  }

  let copied = 0;
  let duplicates = 0;
  let refused = faults.length;
  for (const [index, copy] of copies.entries()) {
    if (terminal.signal.aborted) return 130;
    const fate = await add(copy, musicFolder, pathById);
    if (fate.kind === 'copied') copied++;
    if (fate.kind === 'duplicate') {
      duplicates++;
      terminal.out(`${copy.from}: the box has this song already, as ${relative(musicFolder, fate.of)}.`);
    }
    if (fate.kind === 'refused') {
      refused++;
      terminal.error(`${copy.from}: not copied, ${fate.reason}`);
    }
    const done = index + 1;
    terminal.progress(
      `${bar(done, copies.length)} ${done}/${copies.length}  ${basename(copy.from)}`,
      done === copies.length,
    );
  }
  const parts = [
    `${copied} ${copied === 1 ? 'song' : 'songs'} copied to ${musicFolder}`,
    ...(duplicates > 0 ? [`${duplicates} there already`] : []),
    ...(refused > 0 ? [`${refused} not copied`] : []),
  ];
  terminal.out(`${parts.join(', ')}.`);
  if (copied > 0) {
    terminal.out('A box that plays this folder hears them by itself; "amecs library scan" hears them now.');
  }
  return refused > 0 ? 1 : 0;
}

/** A file goes into the folder under its name, a folder with all below it under the folder's. */
async function plan(
  sources: readonly string[],
  signal: AbortSignal,
): Promise<{ copies: readonly Copy[]; faults: readonly string[] }> {
  const copies: Copy[] = [];
  const faults: string[] = [];
  for (const source of sources.map((path) => resolve(path))) {
    const status = await stat(source).catch(() => undefined);
    if (status === undefined) {
      faults.push(
        `${source} is not there or cannot be read. Check the spelling, and that the stick is plugged in.`,
      );
    } else if (status.isDirectory()) {
      const found = await scanFolder(source, signal);
      const files = found.kind === 'found' ? found.files : [];
      if (files.length === 0)
        faults.push(`${source} holds no music: mp3, m4a, flac, ogg, opus, wav or aiff.`);
      for (const { path } of files) copies.push({ from: path, to: relative(dirname(source), path) });
    } else if (!isSongName(source)) {
      faults.push(
        `${source}: its name does not end as music does. Rename it to what it is, such as .mp3, .m4a, .flac or .ogg.`,
      );
    } else {
      copies.push({ from: source, to: basename(source) });
    }
  }
  return { copies, faults };
}

async function add(
  { from, to }: Copy,
  musicFolder: string,
  pathById: Map<string, string>,
): Promise<CopyFate> {
  try {
    await firstSound(from);
    const songId = await hashSong(from);
    const twin = pathById.get(songId);
    if (twin !== undefined) return { kind: 'duplicate', of: twin };
    for (const path of freeNames(join(musicFolder, to))) {
      if (existsSync(path)) {
        if ((await hashSong(path).catch(() => undefined)) !== songId) continue;
        pathById.set(songId, path);
        return { kind: 'duplicate', of: path };
      }
      if (!(await copyWhole(from, path))) continue;
      pathById.set(songId, path);
      return { kind: 'copied', path };
    }
    throw new Error('every name is taken');
  } catch (error) {
    return { kind: 'refused', reason: refusalWords(error) };
  }
}

/** Throws DecodeError when the box could not play the file. */
async function firstSound(path: string): Promise<void> {
  for await (const _ of decodeFile(path)) return;
}

/** The path itself, then with (2), (3) ... before its ending. */
function* freeNames(path: string): Generator<string> {
  yield path;
  const ending = extname(path);
  const stem = path.slice(0, path.length - ending.length);
  for (let number = 2; number < 1000; number++) yield `${stem} (${number})${ending}`;
}

/** Copies under a hidden name, makes it durable, then gives it its name; false when that is taken by now. */
async function copyWhole(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true });
  const part = join(dirname(to), `.${randomUUID()}.part`);
  try {
    await copyFile(from, part);
    // A song from a read-only disk is copied with its mode.
    await chmod(part, 0o644);
    const file = await open(part, 'r+');
    await file.sync().finally(() => file.close());
    return await nameIt(part, to);
  } finally {
    await rm(part, { force: true });
  }
}

/** A hard link never replaces a file, a rename may; FAT sticks have no hard links. */
async function nameIt(part: string, to: string): Promise<boolean> {
  try {
    await link(part, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    if (existsSync(to)) return false;
    await rename(part, to);
    return true;
  }
}

function refusalWords(error: unknown): string {
  if (error instanceof DecodeError) return `${error.reason}. ${error.hint}`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return 'the disk is full. Delete something, or choose another folder with --music.';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return 'the music folder may not be written. Choose another one with --music.';
  }
  return `${message}.`;
}
