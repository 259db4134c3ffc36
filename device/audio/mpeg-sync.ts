/**
 * Finds the first MPEG audio (mp1/2/3) or ADTS (aac) frame in a stretch of bytes: a header that is followed by a
 * second, matching one where its length points, so that text or a picture is not taken for music.
 * Source of the ADTS header: ISO/IEC 14496-3 §1.A.2.
 */
import { mpegFrameAt } from './mpeg-frame.ts';

export interface MpegSync {
  readonly format: 'mp3' | 'aac';
  readonly offset: number;
  /** True when an mp3 frame says it holds one channel; unknown (false) for aac. */
  readonly isMono: boolean;
}

interface Frame {
  readonly format: 'mp3' | 'aac';
  readonly lengthBytes: number;
  /** What must be equal in the next frame: version, layer and rate. */
  readonly signature: number;
  readonly isMono: boolean;
}

/** First frame that a second one confirms. `isWholeStream` says the bytes end where the stream ends. */
export function findMpegSync(bytes: Uint8Array, isWholeStream: boolean): MpegSync | undefined {
  for (let offset = 0; offset + 7 <= bytes.length; offset++) {
    if (bytes[offset] !== 0xff) continue;
    const frame = frameAt(bytes, offset);
    if (frame === undefined) continue;
    const next = offset + frame.lengthBytes;
    const isLast = next + 7 > bytes.length && (isWholeStream ? offset === 0 : true);
    const follower = frameAt(bytes, next);
    if (isLast || (follower !== undefined && follower.signature === frame.signature)) {
      return { format: frame.format, offset, isMono: frame.isMono };
    }
  }
  return undefined;
}

function frameAt(bytes: Uint8Array, offset: number): Frame | undefined {
  if (offset + 7 > bytes.length || bytes[offset] !== 0xff) return undefined;
  const second = bytes[offset + 1]!;
  if ((second & 0xf6) === 0xf0) return adtsFrame(bytes, offset);
  return (second & 0xe0) === 0xe0 ? mpegFrame(bytes, offset) : undefined;
}

function mpegFrame(bytes: Uint8Array, offset: number): Frame | undefined {
  const frame = mpegFrameAt(bytes, offset);
  if (frame === undefined) return undefined;
  const { lengthBytes, signature, channelCount } = frame;
  return { format: 'mp3', lengthBytes, signature, isMono: channelCount === 1 };
}

function adtsFrame(bytes: Uint8Array, offset: number): Frame | undefined {
  const third = bytes[offset + 2]!;
  const lengthBytes =
    ((bytes[offset + 3]! & 3) << 11) | (bytes[offset + 4]! << 3) | (bytes[offset + 5]! >> 5);
  if (lengthBytes < 8 || ((third >> 2) & 15) > 12) return undefined;
  return { format: 'aac', lengthBytes, signature: 0x10000 | (third & 0xfc), isMono: false };
}
