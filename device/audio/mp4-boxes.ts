/**
 * Finds the boxes of an mp4/m4a file, and moves its index (`moov`) to the front in memory with all offsets
 * corrected, so that a song is decoded as a stream wherever its writer put the index.
 * Source: ISO/IEC 14496-12 §4.2 (boxes), §8.7.5 (chunk offsets).
 */
import { type ByteReader, textAt, viewOf } from './byte-reader.ts';

export interface Mp4Box {
  readonly type: string;
  readonly startByte: number;
  /** Size of the box's own header: 8, or 16 with a 64-bit size. */
  readonly headerBytes: number;
  /** Whole size; cut at the end of the file. */
  readonly sizeBytes: number;
}

/** A 24 h audiobook's index is about 15 MB; more is damage. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;
/** A bound for crafted files; an hour of fragmented mp4 has some thousands. */
const MAX_BOXES = 100_000;
const CONTAINERS = new Set(['trak', 'mdia', 'minf', 'stbl']);

/** The top-level boxes in file order; stops at the first that makes no sense. */
export async function topLevelBoxes(reader: ByteReader): Promise<readonly Mp4Box[]> {
  const boxes: Mp4Box[] = [];
  let position = 0;
  while (position + 8 <= reader.sizeBytes && boxes.length < MAX_BOXES) {
    const header = await reader.read(position, 16);
    const box = boxAt(header, 0, reader.sizeBytes - position);
    if (box === undefined) break;
    boxes.push({ ...box, startByte: position });
    position += box.sizeBytes;
  }
  return boxes;
}

/**
 * The file's `moov` as it must stand when it is put before the file's first byte: chunk offsets grow by its size.
 * Undefined when there is none, or it is cut off. Entries are widened nowhere: offsets past 4 GB need co64 already.
 */
export async function indexForFront(
  reader: ByteReader,
  boxes: readonly Mp4Box[],
): Promise<Uint8Array | undefined> {
  const box = boxes.find(({ type }) => type === 'moov');
  if (box === undefined || box.sizeBytes > MAX_INDEX_BYTES) return undefined;
  const index = await reader.read(box.startByte, box.sizeBytes);
  if (index.length < box.sizeBytes || declaredSize(index) > index.length) return undefined;
  shiftOffsets(index, box.headerBytes, index.length, index.length);
  return index;
}

/** True when a sample entry says its samples are encrypted (`enca`, or Apple's `drms`). */
export function isEncrypted(index: Uint8Array): boolean {
  for (let offset = 4; offset + 4 <= index.length; offset++) {
    const code = index[offset];
    if (code !== 0x65 && code !== 0x64) continue;
    const name = textAt(index, offset, 4);
    if ((name === 'enca' || name === 'drms') && textAt(index, offset - 16, 4) === 'stsd') return true;
  }
  return false;
}

function declaredSize(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(0);
}

function boxAt(
  bytes: Uint8Array,
  offset: number,
  availableBytes: number,
): Omit<Mp4Box, 'startByte'> | undefined {
  if (offset + 8 > bytes.length) return undefined;
  const view = viewOf(bytes);
  const type = textAt(bytes, offset + 4, 4);
  let sizeBytes = view.getUint32(offset);
  let headerBytes = 8;
  if (sizeBytes === 1) {
    if (offset + 16 > bytes.length) return undefined;
    sizeBytes = Number(view.getBigUint64(offset + 8));
    headerBytes = 16;
  } else if (sizeBytes === 0) {
    sizeBytes = availableBytes;
  }
  if (sizeBytes < headerBytes) return undefined;
  return { type, headerBytes, sizeBytes: Math.min(sizeBytes, availableBytes) };
}

function shiftOffsets(index: Uint8Array, startByte: number, endByte: number, shiftBytes: number): void {
  const view = viewOf(index);
  let position = startByte;
  while (position + 8 <= endByte) {
    const box = boxAt(index, position, endByte - position);
    if (box === undefined) return;
    const body = position + box.headerBytes;
    const end = position + box.sizeBytes;
    if (CONTAINERS.has(box.type)) shiftOffsets(index, body, end, shiftBytes);
    const width = box.type === 'stco' ? 4 : box.type === 'co64' ? 8 : 0;
    if (width > 0 && body + 8 <= end) {
      const entries = Math.min(view.getUint32(body + 4), Math.floor((end - body - 8) / width));
      for (let entry = 0; entry < entries; entry++) {
        const at = body + 8 + entry * width;
        if (width === 4) view.setUint32(at, view.getUint32(at) + shiftBytes);
        else view.setBigUint64(at, view.getBigUint64(at) + BigInt(shiftBytes));
      }
    }
    position = end;
  }
}
