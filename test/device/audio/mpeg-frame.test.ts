/** Headers as encoders write them, and bytes that are none. Lengths: ISO/IEC 11172-3 §2.4.3.1, 144 x bit rate / rate. */
import { describe, expect, test } from 'vitest';
import { mpegFrameAt, sideLengthBytes } from '../../../device/audio/mpeg-frame.ts';

describe('an MPEG audio header', () => {
  // Header, version, layer, Hz, channels, bytes, samples, side information.
  test.each([
    ['44.1 kHz stereo, 128 kbit/s', [0xff, 0xfb, 0x90, 0x00], 1, 3, 44_100, 2, 417, 1152, 32],
    ['the same with padding', [0xff, 0xfb, 0x92, 0x00], 1, 3, 44_100, 2, 418, 1152, 32],
    ['48 kHz mono, 320 kbit/s', [0xff, 0xfb, 0xe4, 0xc0], 1, 3, 48_000, 1, 960, 1152, 17],
    ['MPEG-2, 22.05 kHz joint stereo, 64 kbit/s', [0xff, 0xf3, 0x80, 0x40], 2, 3, 22_050, 2, 208, 576, 17],
    ['MPEG-2.5, 8 kHz mono, 8 kbit/s', [0xff, 0xe3, 0x18, 0xc0], 2.5, 3, 8000, 1, 72, 576, 9],
    ['layer II, 48 kHz, 192 kbit/s', [0xff, 0xfd, 0xa4, 0x00], 1, 2, 48_000, 2, 576, 1152, 32],
    ['layer I, 32 kHz, 32 kbit/s', [0xff, 0xff, 0x18, 0x00], 1, 1, 32_000, 2, 48, 384, 32],
  ] as const)('of %s is read', (_, header, version, layer, sampleRateHz, channelCount, ...lengths) => {
    const frame = mpegFrameAt(Uint8Array.from([0, ...header]), 1)!;
    expect(frame).toMatchObject({ version, layer, sampleRateHz, channelCount, isProtected: false });
    expect([frame.lengthBytes, frame.sampleCount, sideLengthBytes(frame)]).toEqual(lengths);
  });

  test('says whether a CRC follows', () => {
    expect(mpegFrameAt(Uint8Array.of(0xff, 0xfa, 0x90, 0x00), 0)!.isProtected).toBe(true);
  });

  test.each([
    ['no sync word', [0xff, 0x1b, 0x90, 0x00]],
    ['a reserved version', [0xff, 0xeb, 0x90, 0x00]],
    ['a reserved layer', [0xff, 0xf9, 0x90, 0x00]],
    ['a reserved rate', [0xff, 0xfb, 0x9c, 0x00]],
    ['free format', [0xff, 0xfb, 0x00, 0x00]],
    ['a forbidden bit rate', [0xff, 0xfb, 0xf0, 0x00]],
    ['an end in the middle', [0xff, 0xfb, 0x90]],
  ])('is not seen in %s', (_, header) => {
    expect(mpegFrameAt(Uint8Array.from(header), 0)).toBeUndefined();
  });
});
