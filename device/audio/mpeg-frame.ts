/**
 * Reads the four-byte header of an MPEG audio frame (mp1/2/3): how long the frame is in bytes and samples, and where
 * its parts lie. Free-format frames (no bit rate given) and reserved values are no frame.
 * Source: ISO/IEC 11172-3 §2.4.1.3 and §2.4.2.3 (MPEG-1), 13818-3 §2.4.2.3 (MPEG-2); MPEG-2.5 halves the rates again.
 */

export interface MpegFrame {
  readonly version: 1 | 2 | 2.5;
  readonly layer: 1 | 2 | 3;
  readonly sampleRateHz: number;
  readonly channelCount: 1 | 2;
  /** From this header to the next. */
  readonly lengthBytes: number;
  /** Per channel. */
  readonly sampleCount: number;
  /** True when two bytes of CRC follow the header. */
  readonly isProtected: boolean;
  /** What must be equal in the next frame: version, layer and rate. */
  readonly signature: number;
}

export const MPEG_HEADER_BYTES = 4;

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
/** Of MPEG-1; the others have a half and a quarter of these. */
const RATES_HZ = [44_100, 48_000, 32_000];
/** By the header's two bits; 1 is reserved. */
const VERSIONS = [2.5, undefined, 2, 1] as const;
const RATE_DIVISORS = { 1: 1, 2: 2, 2.5: 4 } as const;
const LAYERS = [undefined, 3, 2, 1] as const;
const MONO = 3;

/** The frame whose header begins at `offset`, or undefined where none does. */
export function mpegFrameAt(bytes: Uint8Array, offset: number): MpegFrame | undefined {
  if (offset + MPEG_HEADER_BYTES > bytes.length || bytes[offset] !== 0xff) return undefined;
  const second = bytes[offset + 1]!;
  const third = bytes[offset + 2]!;
  if ((second & 0xe0) !== 0xe0) return undefined;
  const version = VERSIONS[(second >> 3) & 3];
  const layer = LAYERS[(second >> 1) & 3];
  const fullRateHz = RATES_HZ[(third >> 2) & 3];
  if (version === undefined || layer === undefined || fullRateHz === undefined) return undefined;
  const kbps = BITRATES_KBPS[version === 1 ? 0 : 1]![layer - 1]![(third >> 4) - 1];
  if (kbps === undefined) return undefined;
  const sampleRateHz = fullRateHz / RATE_DIVISORS[version];
  const sampleCount = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor((sampleCount * 125 * kbps) / (slotBytes * sampleRateHz)) + ((third >> 1) & 1);
  return {
    version,
    layer,
    sampleRateHz,
    channelCount: bytes[offset + 3]! >> 6 === MONO ? 1 : 2,
    lengthBytes: slots * slotBytes,
    sampleCount,
    isProtected: (second & 1) === 0,
    signature: ((second & 0xfe) << 8) | (third & 0x0c),
  };
}

/** Bytes of side information behind header and CRC of a layer III frame. */
export function sideLengthBytes({ version, channelCount }: MpegFrame): number {
  if (version === 1) return channelCount === 1 ? 17 : 32;
  return channelCount === 1 ? 9 : 17;
}
