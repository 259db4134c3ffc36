/**
 * Puts comments (title, artist) into an Ogg Vorbis file whose encoder cannot: takes the header packets apart
 * (RFC 3533 pages, Vorbis I section 5 comments), swaps the comment packet, and numbers the pages anew.
 */

const HEADER_BYTES = 27;
const LONGEST_SEGMENT = 255;
const SEGMENTS_A_PAGE = 255;

interface Page {
  readonly flags: number;
  readonly granule: bigint;
  readonly serial: number;
  readonly segments: Uint8Array;
  readonly body: Uint8Array;
}

/** The same stream with `comments` (`NAME=value`) in place of its own. Throws if it is not a Vorbis stream. */
export function writeVorbisComments(file: Uint8Array, comments: readonly string[]): Uint8Array<ArrayBuffer> {
  const pages = readPages(file);
  const [identification] = pages;
  if (!identification) throw new Error('write comments: no Ogg page in this file');
  // The comment and the set-up packet share the pages after the first; audio begins on a page of its own.
  const headerPages: Page[] = [];
  let packets = 0;
  for (const page of pages.slice(1)) {
    headerPages.push(page);
    packets += page.segments.filter((size) => size < LONGEST_SEGMENT).length;
    if (packets >= 2) break;
  }
  const [comment, setup] = splitPackets(headerPages);
  if (!comment || !setup || comment[0] !== 3 || setup[0] !== 5) {
    throw new Error('write comments: the Vorbis headers are not where they should be');
  }
  const { serial } = identification;
  const headers = paginate([commentPacket(comment, comments), setup], serial);
  const all = [identification, ...headers, ...pages.slice(1 + headerPages.length)];
  return concatenated(all.map((page, index) => writePage(page, index)));
}

function readPages(file: Uint8Array): readonly Page[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const pages: Page[] = [];
  for (let at = 0; at + HEADER_BYTES <= file.length; ) {
    if (view.getUint32(at) !== 0x4f676753) throw new Error(`write comments: no Ogg page at byte ${at}`);
    const segments = file.subarray(at + HEADER_BYTES, at + HEADER_BYTES + file[at + 26]!);
    const bodyAt = at + HEADER_BYTES + segments.length;
    const size = segments.reduce((sum, segment) => sum + segment, 0);
    pages.push({
      flags: file[at + 5]!,
      granule: view.getBigUint64(at + 6, true),
      serial: view.getUint32(at + 14, true),
      segments,
      body: file.subarray(bodyAt, bodyAt + size),
    });
    at = bodyAt + size;
  }
  return pages;
}

/** Whole packets that lie in these pages, in order. */
function splitPackets(pages: readonly Page[]): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  for (const { segments, body } of pages) {
    let at = 0;
    for (const size of segments) {
      parts.push(body.subarray(at, at + size));
      at += size;
      if (size < LONGEST_SEGMENT) {
        packets.push(concatenated(parts));
        parts = [];
      }
    }
  }
  return packets;
}

/** The vendor string of the old packet is kept: it says which encoder made the file. */
function commentPacket(old: Uint8Array, comments: readonly string[]): Uint8Array {
  const vendorBytes = new DataView(old.buffer, old.byteOffset).getUint32(7, true);
  const parts: Uint8Array[] = [old.subarray(0, 11 + vendorBytes), littleEndian(comments.length)];
  for (const comment of comments) {
    const text = Buffer.from(comment, 'utf8');
    parts.push(littleEndian(text.length), text);
  }
  parts.push(Uint8Array.of(1));
  return concatenated(parts);
}

/** Pages that carry these packets back to back; none ends an audio frame, so their granule is 0. */
function paginate(packets: readonly Uint8Array[], serial: number): readonly Page[] {
  const segments = packets.flatMap((packet) => {
    const full = Math.floor(packet.length / LONGEST_SEGMENT);
    return [...Array<number>(full).fill(LONGEST_SEGMENT), packet.length % LONGEST_SEGMENT];
  });
  const body = concatenated(packets);
  const pages: Page[] = [];
  let bodyAt = 0;
  for (let at = 0; at < segments.length; at += SEGMENTS_A_PAGE) {
    const here = Uint8Array.from(segments.slice(at, at + SEGMENTS_A_PAGE));
    const size = here.reduce((sum, segment) => sum + segment, 0);
    const isContinued = at > 0 && segments[at - 1] === LONGEST_SEGMENT;
    const hasEnd = here.some((segment) => segment < LONGEST_SEGMENT);
    // A page on which no packet ends has granule -1 (RFC 3533, section 6).
    const granule = hasEnd ? 0n : 0xffff_ffff_ffff_ffffn;
    pages.push({
      flags: isContinued ? 1 : 0,
      granule,
      serial,
      segments: here,
      body: body.subarray(bodyAt, bodyAt + size),
    });
    bodyAt += size;
  }
  return pages;
}

function writePage(page: Page, sequence: number): Uint8Array {
  const bytes = Buffer.alloc(HEADER_BYTES + page.segments.length + page.body.length);
  bytes.write('OggS', 0, 'latin1');
  bytes[5] = page.flags;
  bytes.writeBigUInt64LE(page.granule, 6);
  bytes.writeUInt32LE(page.serial, 14);
  bytes.writeUInt32LE(sequence, 18);
  bytes[26] = page.segments.length;
  bytes.set(page.segments, HEADER_BYTES);
  bytes.set(page.body, HEADER_BYTES + page.segments.length);
  bytes.writeUInt32LE(checksum(bytes), 22);
  return bytes;
}

/** CRC-32 of Ogg: polynomial 0x04c11db7, not reflected, from 0, checksum field taken as 0. */
function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ byte) & 0xff]!) >>> 0;
  return crc;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

function littleEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Not `Buffer.concat`: its result may share its memory, and the whole file is to be handed to another thread. */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
