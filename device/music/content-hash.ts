/**
 * A song's identity: a hash of its sound, not of its file, so that a renamed, moved or re-tagged song stays the
 * same song and what the child taught about it is kept. Left out are ID3, APE and Lyrics tags, flac metadata, Ogg
 * comments, the index of an mp4 and every wav or aiff chunk but format and sound.
 */
import { createHash, type Hash } from 'node:crypto';
import { type AudioLayout, findAudio } from '../audio/audio-layout.ts';
import { type ByteReader, openByteReader, textAt } from '../audio/byte-reader.ts';
import { withDeadline } from '../audio/codec-guards.ts';
import { DecodeError, STALL_LIMIT_MS } from '../audio/decode-error.ts';
import { topLevelBoxes } from '../audio/mp4-boxes.ts';
import type { ByteRange } from '../audio/tag-extents.ts';
import type { SongId } from '../core/ports.ts';
import { oggPackets } from './ogg-packets.ts';

/** 128 of SHA-256's bits: two songs of a billion share one with a chance of 1 in 10^21. */
const SONG_ID_DIGITS = 32;
const READ_BYTES = 256 * 1024;
const STREAM_INFO = 0;
/** First byte of a flac frame, and of no metadata block. */
const FLAC_SYNC = 0xff;

/**
 * The id of the song in the file at `path`: 32 lower-case hex digits. Reads the file once, in bounded memory.
 * `onProgress` is called before each read. A file of unknown kind is hashed whole. Throws `DecodeError` when the file cannot be read.
 */
export async function hashSong(path: string, onProgress: () => void = () => {}): Promise<SongId> {
  let reader: ByteReader;
  try {
    reader = guarded(await withDeadline(openByteReader(path), STALL_LIMIT_MS), onProgress);
  } catch (cause) {
    throw cause instanceof DecodeError ? cause : new DecodeError('unreadable', undefined, { cause });
  }
  try {
    const hash = createHash('sha256');
    await hashSound(hash, reader);
    return hash.digest('hex').slice(0, SONG_ID_DIGITS);
  } catch (cause) {
    throw cause instanceof DecodeError ? cause : new DecodeError('unreadable', undefined, { cause });
  } finally {
    reader.close().catch(() => {});
  }
}

async function hashSound(hash: Hash, reader: ByteReader): Promise<void> {
  const layout = await layoutOf(reader);
  if (layout === undefined) return hashRange(hash, reader, { startByte: 0, endByte: reader.sizeBytes });
  switch (layout.container) {
    case 'mp4':
      return hashMediaBoxes(hash, reader);
    case 'flac':
      return hashFlac(hash, reader, layout);
    case 'ogg':
      return hashOgg(hash, reader, layout);
    case 'mpeg':
    case 'adts':
    case 'wav':
    case 'aiff':
      // The rebuilt header says how the samples are to be read, and nothing else.
      hash.update(layout.header);
      return hashRange(hash, reader, layout);
  }
}

async function layoutOf(reader: ByteReader): Promise<AudioLayout | undefined> {
  try {
    return await findAudio(reader);
  } catch (error) {
    if (error instanceof DecodeError && error.kind !== 'stuck') return undefined;
    throw error;
  }
}

async function hashRange(hash: Hash, reader: ByteReader, range: ByteRange): Promise<void> {
  for (let position = range.startByte; position < range.endByte; ) {
    const bytes = await reader.read(position, Math.min(READ_BYTES, range.endByte - position));
    if (bytes.length === 0) return;
    hash.update(bytes);
    position += bytes.length;
  }
}

async function hashMediaBoxes(hash: Hash, reader: ByteReader): Promise<void> {
  const media = (await topLevelBoxes(reader)).filter(({ type, sizeBytes, headerBytes }) => {
    return type === 'mdat' && sizeBytes > headerBytes;
  });
  // An index without sound has nothing of its own to go by.
  if (media.length === 0) return hashRange(hash, reader, { startByte: 0, endByte: reader.sizeBytes });
  for (const { startByte, headerBytes, sizeBytes } of media) {
    await hashRange(hash, reader, { startByte: startByte + headerBytes, endByte: startByte + sizeBytes });
  }
}

async function hashFlac(hash: Hash, reader: ByteReader, range: ByteRange): Promise<void> {
  let position = range.startByte + 4;
  for (let isLast = false; !isLast; ) {
    const header = await reader.read(position, 4);
    if (header.length < 4 || header[0] === FLAC_SYNC) break;
    isLast = (header[0]! & 0x80) !== 0;
    const sizeBytes = (header[1]! << 16) | (header[2]! << 8) | header[3]!;
    if ((header[0]! & 0x7f) === STREAM_INFO) hash.update(await reader.read(position + 4, sizeBytes));
    position += 4 + sizeBytes;
  }
  await hashRange(hash, reader, { startByte: position, endByte: range.endByte });
}

async function hashOgg(hash: Hash, reader: ByteReader, layout: AudioLayout): Promise<void> {
  let isSkipped = false;
  for await (const { packet, isStart, bytes } of oggPackets(reader, layout.startByte)) {
    // Packet 1 holds the comments. In Ogg flac more metadata may follow it; sound begins with the frame's sync.
    if (isStart)
      isSkipped = packet === 1 || (layout.codec === 'flac' && packet > 1 && bytes[0] !== FLAC_SYNC);
    if (!isSkipped) hash.update(packet === 0 && layout.codec === 'flac' ? oggFlacIdentity(bytes) : bytes);
  }
}

/** The first packet of Ogg flac counts the metadata packets that follow (bytes 7 and 8), which tagging changes. */
function oggFlacIdentity(packet: Uint8Array): Uint8Array {
  return textAt(packet, 1, 4) === 'FLAC' ? packet.subarray(9) : packet;
}

/** The reader with every read told of, and under the stall limit. */
function guarded(reader: ByteReader, onProgress: () => void): ByteReader {
  return {
    sizeBytes: reader.sizeBytes,
    read(startByte, lengthBytes) {
      onProgress();
      return withDeadline(reader.read(startByte, lengthBytes), STALL_LIMIT_MS);
    },
    close: () => reader.close(),
  };
}
