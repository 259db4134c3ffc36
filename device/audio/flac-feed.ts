/**
 * Cuts a flac stream into pieces that never end inside a frame header. The flac codec of audio-decode 3.12 looks
 * for a header only in the piece it begins in: one that is cut is missed, and its frame (0.1 s) is lost.
 */

/** Longest frame header: 2 sync, 2 fields, 7 frame number, 2 block size, 2 rate, 1 CRC-8 (RFC 9639 §9.1), and one more. */
const MAX_HEADER_BYTES = 17;

/** How many of these bytes to feed now: all, or up to the 0xFF that may begin a header cut off by the end. */
export function flacFeedLength(bytes: Uint8Array): number {
  for (let index = Math.max(1, bytes.length - MAX_HEADER_BYTES); index < bytes.length; index++) {
    if (bytes[index] !== 0xff) continue;
    const next = bytes[index + 1];
    if (next === undefined || (next & 0xfe) === 0xf8) return index;
  }
  return bytes.length;
}
