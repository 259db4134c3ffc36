/**
 * Where the tags around a bare stream (mp3, aac, flac) end and begin: ID3v2 before it, ID3v1, APEv2, Lyrics3 and
 * ID3v2 footers behind it. Sources: id3.org (ID3v2.4 structure, Lyrics3v2), wiki.hydrogenaud.io (APEv2).
 */
import { type ByteReader, textAt, viewOf } from './byte-reader.ts';

export interface ByteRange {
  readonly startByte: number;
  /** Exclusive. */
  readonly endByte: number;
}

const ID3V2_HEADER_BYTES = 10;
const ID3V1_BYTES = 128;
const APE_FOOTER_BYTES = 32;
const APE_HAS_HEADER = 0x8000_0000;
/** "LYRICS200" behind six digits of size. */
const LYRICS_FOOTER_BYTES = 15;
/** Some taggers leave zeros behind a tag without counting them; more than this is not padding. */
const MAX_PADDING_BYTES = 64 * 1024;
/** No file has this many tags; a bound for crafted ones. */
const MAX_TAGS = 32;

/** The bytes of the file that are not tags at its start or end. */
export async function untaggedRange(reader: ByteReader): Promise<ByteRange> {
  let startByte = 0;
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    const sizeBytes = id3v2SizeBytes(await reader.read(startByte, ID3V2_HEADER_BYTES));
    if (sizeBytes === 0) break;
    // A size that runs past the end is a lie: step over the header only and let the sync search find the audio.
    const isLie = startByte + sizeBytes >= reader.sizeBytes;
    startByte += isLie ? ID3V2_HEADER_BYTES : sizeBytes;
    if (isLie) break;
  }
  if (startByte > 0) startByte += await countZeros(reader, startByte);
  let endByte = reader.sizeBytes;
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    const sizeBytes = await trailingTagBytes(reader, endByte);
    if (sizeBytes === 0 || endByte - sizeBytes < startByte) break;
    endByte -= sizeBytes;
  }
  return { startByte, endByte };
}

/** Whole size of the ID3v2 tag whose header this is, or 0. */
export function id3v2SizeBytes(header: Uint8Array): number {
  if (header.length < ID3V2_HEADER_BYTES || textAt(header, 0, 3) !== 'ID3') return 0;
  const hasFooter = (header[5]! & 0x10) !== 0;
  return ID3V2_HEADER_BYTES + syncsafe(header, 6) + (hasFooter ? ID3V2_HEADER_BYTES : 0);
}

function syncsafe(bytes: Uint8Array, offset: number): number {
  let value = 0;
  for (let index = 0; index < 4; index++) value = value * 128 + (bytes[offset + index]! & 0x7f);
  return value;
}

async function countZeros(reader: ByteReader, startByte: number): Promise<number> {
  const bytes = await reader.read(startByte, MAX_PADDING_BYTES);
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : first;
}

async function trailingTagBytes(reader: ByteReader, endByte: number): Promise<number> {
  const tail = await reader.read(Math.max(0, endByte - ID3V1_BYTES), Math.min(ID3V1_BYTES, endByte));
  if (tail.length === ID3V1_BYTES && textAt(tail, 0, 3) === 'TAG') return ID3V1_BYTES;
  const ape = tail.subarray(-APE_FOOTER_BYTES);
  if (ape.length === APE_FOOTER_BYTES && textAt(ape, 0, 8) === 'APETAGEX') {
    const sizeBytes = viewOf(ape).getUint32(12, true);
    const hasHeader = (viewOf(ape).getUint32(20, true) & APE_HAS_HEADER) !== 0;
    return sizeBytes + (hasHeader ? APE_FOOTER_BYTES : 0);
  }
  const lyrics = textAt(tail, Math.max(0, tail.length - LYRICS_FOOTER_BYTES), LYRICS_FOOTER_BYTES);
  const lyricsSize = /^(\d{6})LYRICS200$/.exec(lyrics)?.[1];
  if (lyricsSize !== undefined) return Number(lyricsSize) + LYRICS_FOOTER_BYTES;
  const footer = tail.subarray(-ID3V2_HEADER_BYTES);
  if (textAt(footer, 0, 3) === '3DI') return syncsafe(footer, 6) + 2 * ID3V2_HEADER_BYTES;
  return 0;
}
