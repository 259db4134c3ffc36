/**
 * The folder the starter songs are kept in: which of them are there and whole, and how one is put there so that a
 * power cut leaves either all of it or nothing. A hidden list beside the songs remembers version, length and size.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EMOTIONS } from '../../../models/emotions.ts';

const LIST_FILE = '.starter-songs.json';
/** Unfinished files: hidden, so that no scan takes them for songs. */
const PART_SUFFIX = '.starter-part';

const shelvedSong = z.object({
  fileName: z.string(),
  title: z.string(),
  intended: z.enum(EMOTIONS),
  durationMs: z.number(),
  sizeBytes: z.number(),
});
const shelfList = z.object({ version: z.number(), songs: z.array(shelvedSong) });

/** A song that lies in the folder. */
export type ShelvedSong = Readonly<z.infer<typeof shelvedSong>>;

export interface Shelf {
  /** Songs of this version that are there and of the right size. */
  readonly songs: readonly ShelvedSong[];
  /** Writes the song, then the list with it; each durable before its name appears. */
  add(song: Omit<ShelvedSong, 'sizeBytes'>, bytes: Uint8Array): Promise<void>;
}

/** What is there, without changing anything; a missing or damaged list is an empty shelf. */
export async function readShelf(directory: string, version: number): Promise<readonly ShelvedSong[]> {
  const list = await readList(directory);
  if (list?.version !== version) return [];
  const whole = await Promise.all(list.songs.map((song) => isWhole(directory, song)));
  return list.songs.filter((_, index) => whole[index]);
}

/** Makes the folder if need be, and clears away unfinished files and the songs of another version. */
export async function openShelf(directory: string, version: number): Promise<Shelf> {
  await mkdir(directory, { recursive: true });
  const list = await readList(directory);
  if (list && list.version !== version) {
    for (const { fileName } of list.songs) await rm(join(directory, fileName), { force: true });
  }
  for (const name of await readdir(directory)) {
    if (name.endsWith(PART_SUFFIX)) await rm(join(directory, name), { force: true });
  }
  let songs = await readShelf(directory, version);
  let writing = Promise.resolve();
  return {
    get songs() {
      return songs;
    },
    add(song, bytes) {
      // One at a time: two lists written at once would forget a song.
      writing = writing.then(async () => {
        await writeDurably(directory, song.fileName, bytes);
        songs = [...songs, { ...song, sizeBytes: bytes.length }];
        const text = `${JSON.stringify({ version, songs }, null, 2)}\n`;
        await writeDurably(directory, LIST_FILE, Buffer.from(text, 'utf8'));
      });
      return writing;
    },
  };
}

async function readList(directory: string): Promise<z.infer<typeof shelfList> | undefined> {
  try {
    return shelfList.parse(JSON.parse(await readFile(join(directory, LIST_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

async function isWhole(directory: string, song: ShelvedSong): Promise<boolean> {
  try {
    return (await stat(join(directory, song.fileName))).size === song.sizeBytes;
  } catch {
    return false;
  }
}

/** Temporary file, fsync, rename, fsync of the folder. */
async function writeDurably(directory: string, fileName: string, bytes: Uint8Array): Promise<void> {
  const part = join(directory, `.${fileName}${PART_SUFFIX}`);
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, join(directory, fileName));
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
