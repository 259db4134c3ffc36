/**
 * Repairs the beginning of an mp3 that was cut out of a longer one. Its first frames refer to main data of frames that
 * are gone (the bit reservoir). libmpg123 mutes every frame that lacks a byte; but in one of them, the frame whose
 * data straddle the cut, the second granule is often whole. It is made readable here, as ffmpeg reads it (and so the
 * decoder behind DEAM's table did), and the song begins 576 samples earlier.
 *
 * Decided as ffmpeg does: a granule is dropped in all its channels when its first byte is missing, and scale factors
 * that the second granule shares with a dropped first one are zero. Frames of MPEG-2 and 2.5 have one granule and
 * nothing to save. Source: ISO/IEC 11172-3 §2.4.1.7 and §2.4.2.7 (side information), §2.4.3.1 (CRC).
 */
import { textAt } from './byte-reader.ts';
import { MPEG_HEADER_BYTES, mpegFrameAt, sideLengthBytes } from './mpeg-frame.ts';

const CRC_BYTES = 2;
const MAIN_DATA_BEGIN_BITS = 9;
/** Which of four groups of scale factors the second granule shares with the first, a channel. */
const SCFSI_BITS = 4;
/** The rest of a channel's side information in a granule is part2_3_length and 47 bits on how to read that many. */
const PART_LENGTH_BITS = 12;
const GRANULE_SIDE_BITS = 59;
/** x^16 + x^15 + x^2 + 1, starting from all ones. */
const CRC_POLYNOMIAL = 0x8005;
const CRC_START = 0xffff;

/** A layer III frame of MPEG-1 and where its parts begin, as offsets into the stream. */
interface Mp3Frame {
  readonly offset: number;
  readonly crcByte: number;
  readonly sideByte: number;
  readonly mainByte: number;
  readonly endByte: number;
  readonly channelCount: number;
  readonly isProtected: boolean;
}

/**
 * The first bytes of an mp3 stream, from its first frame on, with the frame that straddles the cut made readable;
 * `bytes` itself (never changed) where nothing is missing or nothing can be saved. Of equal length.
 * Main data reach back at most 511 bytes: 4 KB are enough for the lowest bit rate.
 */
export function repairReservoir(bytes: Uint8Array): Uint8Array {
  let frame = mp3FrameAt(bytes, 0);
  if (frame !== undefined && isXingFrame(bytes, frame)) frame = mp3FrameAt(bytes, frame.endByte);
  /** The place in `bytes` of every byte of main data so far. */
  const places: number[] = [];
  for (; frame !== undefined; frame = mp3FrameAt(bytes, frame.endByte)) {
    const ownByte = places.length;
    const firstByte = ownByte - readBits(bytes, frame.sideByte * 8, MAIN_DATA_BEGIN_BITS);
    if (firstByte >= 0) return bytes;
    for (let place = frame.mainByte; place < frame.endByte; place++) places.push(place);
    const firstBit = firstByte * 8 + granuleBits(bytes, frame, 0);
    if (firstBit < 0) continue;
    const bitCount = granuleBits(bytes, frame, 1);
    if (firstBit + bitCount > places.length * 8) return bytes;
    // What lies before the second granule is the dropped one's: its bits may move there, to begin with a byte.
    const toByte = Math.min(firstBit >> 3, ownByte);
    const repaired = new Uint8Array(bytes);
    const bitPlace = (bit: number): number => places[bit >> 3]! * 8 + (bit & 7);
    for (let bit = 0; bit < bitCount; bit++) {
      writeBits(repaired, bitPlace(toByte * 8 + bit), 1, readBits(bytes, bitPlace(firstBit + bit), 1));
    }
    silenceFirstGranule(repaired, frame, ownByte - toByte);
    return repaired;
  }
  return bytes;
}

/** A granule whose side information is all zero has no main data and no sound. */
function silenceFirstGranule(bytes: Uint8Array, frame: Mp3Frame, mainDataBegin: number): void {
  writeBits(bytes, frame.sideByte * 8, MAIN_DATA_BEGIN_BITS, mainDataBegin);
  const start = granuleSideBit(frame, 0);
  for (let bit = start; bit < granuleSideBit(frame, 1); bit++) writeBits(bytes, bit, 1, 0);
  if (frame.isProtected) writeBits(bytes, frame.crcByte * 8, 16, crcOf(bytes, frame));
}

function mp3FrameAt(bytes: Uint8Array, offset: number): Mp3Frame | undefined {
  const frame = mpegFrameAt(bytes, offset);
  if (frame === undefined || frame.layer !== 3 || frame.version !== 1) return undefined;
  const { channelCount, isProtected } = frame;
  const crcByte = offset + MPEG_HEADER_BYTES;
  const sideByte = crcByte + (isProtected ? CRC_BYTES : 0);
  const mainByte = sideByte + sideLengthBytes(frame);
  const endByte = offset + frame.lengthBytes;
  if (endByte > bytes.length || mainByte > endByte) return undefined;
  return { offset, crcByte, sideByte, mainByte, endByte, channelCount, isProtected };
}

/** The frame that some encoders put first to describe the file: decoders play nothing of it and keep none of its bytes. */
function isXingFrame(bytes: Uint8Array, { offset, sideByte, mainByte }: Mp3Frame): boolean {
  // Its place is counted without the CRC.
  const place = offset + MPEG_HEADER_BYTES + (mainByte - sideByte);
  const word = textAt(bytes, place, 4);
  return word === 'Xing' || word === 'Info';
}

/** Where the side information of a granule (0 or 1; 2 is the end) begins, in bits. */
function granuleSideBit({ sideByte, channelCount }: Mp3Frame, granule: number): number {
  const privateBits = channelCount === 1 ? 5 : 3;
  const sharedBits = MAIN_DATA_BEGIN_BITS + privateBits + SCFSI_BITS * channelCount;
  return sideByte * 8 + sharedBits + granule * channelCount * GRANULE_SIDE_BITS;
}

/** How many bits of main data a granule has in all channels. */
function granuleBits(bytes: Uint8Array, frame: Mp3Frame, granule: number): number {
  const start = granuleSideBit(frame, granule);
  let sum = 0;
  for (let channel = 0; channel < frame.channelCount; channel++) {
    sum += readBits(bytes, start + channel * GRANULE_SIDE_BITS, PART_LENGTH_BITS);
  }
  return sum;
}

/** Over the last two bytes of the header and the side information. */
function crcOf(bytes: Uint8Array, { offset, crcByte, sideByte, mainByte }: Mp3Frame): number {
  let crc = CRC_START;
  for (let at = offset + 2; at < mainByte; at++) {
    if (at >= crcByte && at < sideByte) continue;
    crc ^= bytes[at]! << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ CRC_POLYNOMIAL) & 0xffff : crc << 1;
  }
  return crc;
}

/** At most 30 bits, the first one highest. */
function readBits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let bit = start; bit < start + count; bit++) {
    value = (value << 1) | ((bytes[bit >> 3]! >> (7 - (bit & 7))) & 1);
  }
  return value;
}

function writeBits(bytes: Uint8Array, start: number, count: number, value: number): void {
  for (let index = 0; index < count; index++) {
    const bit = start + index;
    const mask = 0x80 >> (bit & 7);
    const isSet = ((value >> (count - 1 - index)) & 1) === 1;
    bytes[bit >> 3] = isSet ? bytes[bit >> 3]! | mask : bytes[bit >> 3]! & ~mask;
  }
}
