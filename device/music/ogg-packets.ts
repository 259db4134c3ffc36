/**
 * Takes an Ogg stream apart into packets, without its pages: rewriting a comment moves page borders, page numbers
 * and checksums, but never a packet of sound. Source: RFC 3533 §6.
 */
import { type ByteReader, textAt } from '../audio/byte-reader.ts';

/** A stretch of one packet; long packets come in several. */
export interface PacketPiece {
  /** Position of the packet in its logical stream, from 0: 0 identifies, 1 holds the comments. */
  readonly packet: number;
  /** True for the first piece of a packet. */
  readonly isStart: boolean;
  readonly bytes: Uint8Array;
}

const PAGE_HEADER_BYTES = 27;
const MAX_PAGE_BYTES = PAGE_HEADER_BYTES + 255 + 255 * 255;
/** Some 60 pages of usual size in one read. */
const WINDOW_BYTES = 256 * 1024;
const CONTINUED = 1;
const FIRST_PAGE = 2;

/** All pieces in file order; what is not a page is stepped over. */
export async function* oggPackets(reader: ByteReader, startByte: number): AsyncGenerator<PacketPiece> {
  const cutter = createPageCutter();
  let position = startByte;
  while (position + PAGE_HEADER_BYTES <= reader.sizeBytes) {
    const window = await reader.read(position, WINDOW_BYTES);
    const isLast = position + window.length >= reader.sizeBytes;
    // Pages that begin behind this may end behind the window: they are read again with the next.
    const endOffset = isLast ? window.length : window.length - MAX_PAGE_BYTES;
    let offset = 0;
    while (offset < endOffset) {
      if (pageAt(window, offset)) {
        const { pieces, sizeBytes } = cutter(window.subarray(offset));
        yield* pieces;
        offset += sizeBytes;
      } else {
        offset = nextPage(window, offset + 1);
      }
    }
    position += offset;
  }
}

/** Cuts page after page into its packets, remembering for each logical stream how many packets have ended. */
function createPageCutter(): (page: Uint8Array) => { pieces: readonly PacketPiece[]; sizeBytes: number } {
  const packetBySerial = new Map<string, number>();
  return (page) => {
    const flags = page[5]!;
    const serial = textAt(page, 14, 4);
    let packet = (flags & FIRST_PAGE) !== 0 ? 0 : (packetBySerial.get(serial) ?? 0);
    let isStart = (flags & CONTINUED) === 0;
    const segmentCount = page[26]!;
    const pieces: PacketPiece[] = [];
    let at = PAGE_HEADER_BYTES + segmentCount;
    let length = 0;
    for (let segment = 0; segment < segmentCount; segment++) {
      const lace = page[PAGE_HEADER_BYTES + segment] ?? 0;
      const isEnd = lace < 255;
      length += lace;
      if (!isEnd && segment < segmentCount - 1) continue;
      pieces.push({ packet, isStart, bytes: page.subarray(at, at + length) });
      at += length;
      length = 0;
      isStart = isEnd;
      if (isEnd) packet++;
    }
    packetBySerial.set(serial, packet);
    return { pieces, sizeBytes: at };
  };
}

function pageAt(bytes: Uint8Array, offset: number): boolean {
  return offset + PAGE_HEADER_BYTES <= bytes.length && textAt(bytes, offset, 5) === 'OggS\0';
}

function nextPage(bytes: Uint8Array, startOffset: number): number {
  let offset = startOffset;
  while (offset < bytes.length && !(bytes[offset] === 0x4f && pageAt(bytes, offset))) offset++;
  return offset;
}
