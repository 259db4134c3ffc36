/**
 * Sends a song's file to a page that wants to hear it, whole or in parts, so that a browser can seek.
 * Takes song ids only, never paths.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { FastifyReply } from 'fastify';
import { songIdSchema } from '../../sync-server/protocol/journal-event.ts';
import { parseByteRange } from './byte-range.ts';

/** Where a song's file lies; undefined where the library has no such song. */
export type SongFile = (
  songId: string,
) => Promise<{ readonly path: string; readonly mimeType: string } | undefined>;

/** Answers 200, 206, 404 or 416. */
export async function sendSong(
  reply: FastifyReply,
  songFile: SongFile,
  request: { readonly songId: string; readonly range: string | undefined },
): Promise<FastifyReply> {
  const songId = songIdSchema.safeParse(request.songId).data;
  const song = songId === undefined ? undefined : await songFile(songId);
  const file = song && (await openFile(song.path));
  if (!song || !file) return reply.code(404).send({ error: 'noSuchSong' });

  const sizeBytes = file.sizeBytes;
  const range = parseByteRange(request.range, sizeBytes);
  reply.header('accept-ranges', 'bytes');
  if (range.kind === 'unsatisfiable') {
    await file.handle.close();
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send({ error: 'noSuchRange' });
  }
  reply.type(song.mimeType);
  if (sizeBytes === 0) {
    await file.handle.close();
    return reply.send('');
  }
  const { first, last } = range.kind === 'part' ? range : { first: 0, last: sizeBytes - 1 };
  if (range.kind === 'part') reply.code(206).header('content-range', `bytes ${first}-${last}/${sizeBytes}`);
  reply.header('content-length', last - first + 1);
  return reply.send(file.handle.createReadStream({ start: first, end: last }));
}

/** The file and its size, or undefined where it is gone or not a plain file (a card was pulled). */
async function openFile(path: string): Promise<{ handle: FileHandle; sizeBytes: number } | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    const stats = await handle.stat();
    if (stats.isFile()) return { handle, sizeBytes: stats.size };
  } catch {
    // Not readable: told to the page as a song that is not there.
  }
  await handle?.close();
  return undefined;
}
