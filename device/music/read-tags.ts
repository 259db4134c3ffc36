/**
 * Reads what a file says about its song, and its cover. A broken tag is no tag; it never refuses a song. Loads the tag
 * library: for workers and commands, never for the box's own process.
 */
import { parseFile, selectCover } from 'music-metadata';
import { moodFromTag } from '../../models/population/tagged-mood.ts';
import { NO_TAGS, type SongTags } from './song-tags.ts';

export interface Cover {
  /** Such as `image/jpeg`, from the bytes themselves. */
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** Letters of a title, artist or album: more is a letter or an advertisement put in the wrong field. */
const LONGEST_TEXT = 200;

/** Reads the tags of the file at `path`; never rejects. A hostile file may keep the thread busy: ask a worker. */
export async function readTags(path: string): Promise<SongTags> {
  try {
    const { common } = await parseFile(path, { duration: false });
    const [title, artist, album] = [common.title, common.artist, common.album].map(plainText);
    const mood = moodFromTag(common.mood);
    return {
      ...(mood !== undefined && { mood }),
      ...(title !== undefined && { title }),
      ...(artist !== undefined && { artist }),
      ...(album !== undefined && { album }),
      hasCover: coverOf(common.picture) !== undefined,
    };
  } catch {
    return NO_TAGS;
  }
}

/** The cover in the file at `path`, front cover first; undefined without one, or when it cannot be read. */
export async function readCover(path: string): Promise<Cover | undefined> {
  try {
    return coverOf((await parseFile(path, { duration: false })).common.picture);
  } catch {
    return undefined;
  }
}

function coverOf(pictures: Parameters<typeof selectCover>[0]): Cover | undefined {
  const data = selectCover(pictures)?.data;
  const mimeType = data === undefined ? undefined : imageTypeOf(data);
  return data === undefined || mimeType === undefined ? undefined : { mimeType, bytes: data };
}

/** By the first bytes: what taggers write as the type is often wrong or empty. */
function imageTypeOf(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (start.startsWith('\x89PNG\r\n')) return 'image/png';
  if (start.startsWith('GIF8')) return 'image/gif';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'image/webp';
  return undefined;
}

/** One line of text; undefined where nothing readable is left. */
function plainText(text: string | undefined): string | undefined {
  // The replacement character says that the letters were lost: the file's name tells more.
  if (typeof text !== 'string' || text.includes('\ufffd')) return undefined;
  const plain = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return [...plain].slice(0, LONGEST_TEXT).join('') || undefined;
}
