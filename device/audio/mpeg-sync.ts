/**
 * Finds the first MPEG audio (mp1/2/3) or ADTS (aac) frame in a stretch of bytes: a header that is followed by a
 * second, matching one where its length points, so that text or a picture is not taken for music.
 * Source: ISO/IEC 11172-3 §2.4.1.3, 13818-3 §2.4.2.3; ADTS: ISO/IEC 14496-3 §1.A.2.
 */

export interface MpegSync {
  readonly format: 'mp3' | 'aac';
  readonly offset: number;
  /** True when an mp3 frame says it holds one channel; unknown (false) for aac. */
  readonly isMono: boolean;
}

/** kbit/s by [version 1 or 2/2.5][layer 1..3][index 1..14]. */
const BITRATES_KBPS: readonly (readonly (readonly number[])[])[] = [
  [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  [
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
];
const RATES_HZ = [44_100, 48_000, 32_000];
/** 'MPEG 2.5', reserved, 'MPEG 2', 'MPEG 1': divisor of the rates above; 0 is not allowed. */
const RATE_DIVISORS = [4, 0, 2, 1];

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
  const second = bytes[offset + 1]!;
  const third = bytes[offset + 2]!;
  const layer = 4 - ((second >> 1) & 3);
  const rateDivisor = RATE_DIVISORS[(second >> 3) & 3]!;
  const rate = RATES_HZ[(third >> 2) & 3];
  const bitrateIndex = third >> 4;
  if (layer === 4 || rateDivisor === 0 || rate === undefined) return undefined;
  const kbps = BITRATES_KBPS[rateDivisor === 1 ? 0 : 1]![layer - 1]![bitrateIndex - 1];
  if (kbps === undefined) return undefined;
  const sampleRateHz = rate / rateDivisor;
  const padding = (third >> 1) & 1;
  const frameSamples = layer === 3 && rateDivisor > 1 ? 576 : 1152;
  const lengthBytes =
    layer === 1
      ? (Math.floor((12_000 * kbps) / sampleRateHz) + padding) * 4
      : Math.floor((frameSamples * 125 * kbps) / sampleRateHz) + padding;
  const signature = ((second & 0xfe) << 8) | (third & 0x0c);
  return { format: 'mp3', lengthBytes, signature, isMono: bytes[offset + 3]! >> 6 === 3 };
}

function adtsFrame(bytes: Uint8Array, offset: number): Frame | undefined {
  const third = bytes[offset + 2]!;
  const lengthBytes =
    ((bytes[offset + 3]! & 3) << 11) | (bytes[offset + 4]! << 3) | (bytes[offset + 5]! >> 5);
  if (lengthBytes < 8 || ((third >> 2) & 15) > 12) return undefined;
  return { format: 'aac', lengthBytes, signature: 0x10000 | (third & 0xfc), isMono: false };
}
