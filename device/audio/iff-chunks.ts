/**
 * Walks the chunks of RIFF/RF64 (wav) and FORM (aiff) files and finds their sound, and rebuilds a header without
 * anything else in it, so that a decoder never trips over odd-sized, unpadded or trailing chunks.
 * Sources: Microsoft RIFF (1991), EBU Tech 3306 (RF64), Apple AIFF-C (1991).
 */
import { type ByteReader, textAt, viewOf } from './byte-reader.ts';
import type { ByteRange } from './tag-extents.ts';

export interface IffSound extends ByteRange {
  /** The bytes a decoder wants before the sound: a header with format and sound chunk only. */
  readonly header: Uint8Array;
  /** WAVE format tag (1 PCM, 3 float, 0x55 mp3, ...) or AIFF-C compression code. */
  readonly encoding: number | string;
}

interface Chunk {
  readonly id: string;
  readonly startByte: number;
  readonly sizeBytes: number;
}

const UNKNOWN_SIZE = 0xffff_ffff;
/** WAVE_FORMAT_EXTENSIBLE: the encoding is in the first two bytes of the SubFormat GUID. */
const EXTENSIBLE = 0xfffe;
/** A bound for crafted files of empty chunks. */
const MAX_CHUNKS = 4096;
/** Format chunks are 16-40 bytes (wav) and 18 to some 300 (aiff with a long compression name). */
const MAX_FORMAT_BYTES = 4096;

/** The `data` chunk of a wav file, or undefined when format or data are missing. */
export async function findWavSound(reader: ByteReader, startByte: number): Promise<IffSound | undefined> {
  let format: Uint8Array | undefined;
  let longSizeBytes: number | undefined;
  for await (const chunk of chunks(reader, startByte + 12, true)) {
    if (chunk.id === 'fmt ')
      format = await reader.read(chunk.startByte, Math.min(chunk.sizeBytes, MAX_FORMAT_BYTES));
    if (chunk.id === 'ds64') {
      const body = await reader.read(chunk.startByte, 16);
      if (body.length === 16) longSizeBytes = Number(viewOf(body).getBigUint64(8, true));
    }
    if (chunk.id !== 'data') continue;
    if (format === undefined || format.length < 16) return undefined;
    const fields = viewOf(format);
    const tag = fields.getUint16(0, true);
    const encoding = tag === EXTENSIBLE && format.length >= 26 ? fields.getUint16(24, true) : tag;
    if (fields.getUint16(2, true) === 0 || fields.getUint32(4, true) === 0) return undefined;
    if (fields.getUint16(12, true) === 0) return undefined;
    const isPlaceholder = chunk.sizeBytes === 0 || chunk.sizeBytes === UNKNOWN_SIZE;
    const sizeBytes = isPlaceholder ? (longSizeBytes ?? Number.POSITIVE_INFINITY) : chunk.sizeBytes;
    const endByte = Math.min(reader.sizeBytes, chunk.startByte + sizeBytes);
    return { startByte: chunk.startByte, endByte, encoding, header: wavHeader(format) };
  }
  return undefined;
}

/** The `SSND` chunk of an aiff or aiff-c file, or undefined when format or sound are missing. */
export async function findAiffSound(reader: ByteReader, startByte: number): Promise<IffSound | undefined> {
  const form = textAt(await reader.read(startByte + 8, 4), 0, 4);
  let common: Uint8Array | undefined;
  let sound: Chunk | undefined;
  for await (const chunk of chunks(reader, startByte + 12, false)) {
    if (chunk.id === 'COMM')
      common = await reader.read(chunk.startByte, Math.min(chunk.sizeBytes, MAX_FORMAT_BYTES));
    if (chunk.id === 'SSND') sound ??= chunk;
    if (common !== undefined && sound !== undefined) break;
  }
  if (common === undefined || common.length < 18 || sound === undefined) return undefined;
  const blockHeader = await reader.read(sound.startByte, 8);
  if (blockHeader.length < 8 || viewOf(common).getUint16(0) === 0) return undefined;
  const firstByte = sound.startByte + 8 + viewOf(blockHeader).getUint32(0);
  const endByte = Math.min(reader.sizeBytes, sound.startByte + sound.sizeBytes);
  const encoding = form === 'AIFC' && common.length >= 22 ? textAt(common, 18, 4) : 'NONE';
  const header = aiffHeader(form, common, Math.max(0, endByte - firstByte));
  return { startByte: firstByte, endByte, encoding, header };
}

async function* chunks(
  reader: ByteReader,
  firstByte: number,
  isLittleEndian: boolean,
): AsyncGenerator<Chunk> {
  let position = firstByte;
  for (let count = 0; count < MAX_CHUNKS; count++) {
    const header = await reader.read(position, 8);
    if (header.length < 8) return;
    const sizeBytes = viewOf(header).getUint32(4, isLittleEndian);
    yield { id: textAt(header, 0, 4), startByte: position + 8, sizeBytes };
    position += 8 + sizeBytes;
    if (sizeBytes % 2 === 1 && !(await looksLikeChunk(reader, position))) position++;
  }
}

/** Chunks start on even bytes, but some writers forget the padding byte: then the next name stands here already. */
async function looksLikeChunk(reader: ByteReader, position: number): Promise<boolean> {
  const name = await reader.read(position, 4);
  return name.length === 4 && /^[A-Za-z][A-Za-z0-9 _-]{3}$/.test(textAt(name, 0, 4));
}

function wavHeader(format: Uint8Array): Uint8Array {
  const padded = format.length + (format.length % 2);
  const header = new Uint8Array(12 + 8 + padded + 8);
  const view = viewOf(header);
  putText(header, 0, 'RIFF');
  view.setUint32(4, UNKNOWN_SIZE, true);
  putText(header, 8, 'WAVEfmt ');
  view.setUint32(16, padded, true);
  header.set(format, 20);
  putText(header, 20 + padded, 'data');
  view.setUint32(24 + padded, UNKNOWN_SIZE, true);
  return header;
}

function aiffHeader(form: string, common: Uint8Array, soundBytes: number): Uint8Array {
  const padded = common.length + (common.length % 2);
  const header = new Uint8Array(12 + 8 + padded + 16);
  const view = viewOf(header);
  putText(header, 0, 'FORM');
  view.setUint32(4, Math.min(UNKNOWN_SIZE, header.length - 8 + soundBytes));
  putText(header, 8, `${form}COMM`);
  view.setUint32(16, padded);
  header.set(common, 20);
  putText(header, 20 + padded, 'SSND');
  view.setUint32(24 + padded, Math.min(UNKNOWN_SIZE, 8 + soundBytes));
  return header;
}

function putText(bytes: Uint8Array, offset: number, text: string): void {
  for (let index = 0; index < text.length; index++) bytes[offset + index] = text.charCodeAt(index);
}
