/** Mp3 streams cut in two are read back granule by granule, as a decoder reads them: nothing that is there may be lost. */
import decode from 'audio-decode';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { repairReservoir } from '../../../device/audio/mp3-reservoir.ts';
import { mpegFrameAt } from '../../../device/audio/mpeg-frame.ts';
import { bytes, encodedFile, tone } from '../../support/sound-files.ts';

/** The main data of one granule: the bits of each channel. */
type Granule = readonly string[];

interface Stream {
  readonly channelCount: 1 | 2;
  readonly isProtected: boolean;
  /** Two to a frame. */
  readonly granules: readonly Granule[];
}

/** 64 kbit/s at 48 kHz: every frame has 192 bytes. */
const FRAME_BYTES = 192;
const MOST_REACH_BYTES = 511;

function binary(value: number, width: number): string {
  return value.toString(2).padStart(width, '0');
}

function toBytes(bits: string): Buffer {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  return Buffer.from(
    Array.from({ length: padded.length / 8 }, (_, at) => parseInt(padded.slice(8 * at, 8 * at + 8), 2)),
  );
}

function toBits(from: Uint8Array): string {
  return Array.from(from, (byte) => binary(byte, 8)).join('');
}

function sideBytes(channelCount: number): number {
  return channelCount === 1 ? 17 : 32;
}

/** CRC-16 of MPEG audio, written down a second time and differently: bit by bit over a string. */
function crcOf(bits: string): number {
  let crc = 0xffff;
  for (const bit of bits) {
    const isOdd = crc >> 15 !== Number(bit);
    crc = ((crc << 1) & 0xffff) ^ (isOdd ? 0x8005 : 0);
  }
  return crc;
}

/** Frames as an encoder writes them: main data flow on through the frames, as late as the reach allows. */
function framesOf({ channelCount, isProtected, granules }: Stream): Buffer[] {
  const roomBytes = FRAME_BYTES - 4 - (isProtected ? 2 : 0) - sideBytes(channelCount);
  const sides: string[] = [];
  let mainData = '';
  for (let frame = 0; frame * 2 < granules.length; frame++) {
    const ownBit = frame * roomBytes * 8;
    const startBit = Math.max(mainData.length, ownBit - MOST_REACH_BYTES * 8);
    const pair = granules.slice(frame * 2, frame * 2 + 2);
    const mine = pair.map((granule) => granule.join('')).join('');
    mainData = mainData.padEnd(startBit, '1') + mine;
    mainData = mainData.padEnd(Math.ceil(mainData.length / 8) * 8, '1');
    expect(mainData.length).toBeLessThanOrEqual(ownBit + roomBytes * 8);
    // The other 47 bits of a granule's side information are marked, to see that they are kept or cleared.
    const parts = pair.flatMap((granule) =>
      granule.map((part) => [binary(part.length, 12), '10'.repeat(23), '1'].join('')),
    );
    const shared = '1010'.repeat(channelCount);
    const reach = (ownBit - startBit) / 8;
    const side = binary(reach, 9) + '0'.repeat(channelCount === 1 ? 5 : 3) + shared + parts.join('');
    sides.push(side);
  }
  const stream = toBytes(mainData.padEnd(sides.length * roomBytes * 8, '1'));
  return sides.map((side, frame) => {
    const header = Buffer.of(0xff, isProtected ? 0xfa : 0xfb, 0x54, channelCount === 1 ? 0xc0 : 0x00);
    const crc = toBytes(binary(crcOf(toBits(header.subarray(2)) + side), 16));
    const body = stream.subarray(frame * roomBytes, (frame + 1) * roomBytes);
    return bytes(header, isProtected ? crc : Buffer.of(), toBytes(side), body);
  });
}

interface ReadFrame {
  readonly granules: readonly Granule[];
  readonly side: string;
  readonly isCrcRight: boolean;
}

/** As libmpg123 reads: a frame whose main data begin before the stream is mute, in both granules. */
function readFrames(stream: Uint8Array, channelCount: 1 | 2, isProtected: boolean): ReadFrame[] {
  const frames: ReadFrame[] = [];
  let reservoir = '';
  for (let at = 0; at < stream.length; at += FRAME_BYTES) {
    const sideAt = at + (isProtected ? 6 : 4);
    const mainAt = sideAt + sideBytes(channelCount);
    const side = toBits(stream.subarray(sideAt, mainAt));
    const reachBits = 8 * parseInt(side.slice(0, 9), 2);
    const own = toBits(stream.subarray(mainAt, at + FRAME_BYTES));
    const isMute = reachBits > reservoir.length;
    let bit = reservoir.length - reachBits;
    reservoir += own;
    let field = 9 + (channelCount === 1 ? 5 : 3) + 4 * channelCount;
    const granules = [0, 1].map(() =>
      Array.from({ length: channelCount }, () => {
        const length = parseInt(side.slice(field, field + 12), 2);
        field += 59;
        bit += length;
        return isMute ? '' : reservoir.slice(bit - length, bit);
      }),
    );
    const crcBits = toBits(stream.subarray(at + 2, at + 4)) + side;
    const isCrcRight = !isProtected || crcOf(crcBits) === (stream[at + 4]! << 8) + stream[at + 5]!;
    frames.push({ granules, side, isCrcRight });
  }
  return frames;
}

/** Random bits from a seed: long enough that none is taken for another. */
function someBits(length: number, seed: number): string {
  let state = seed * 2 + 1;
  let bits = '';
  while (bits.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bits += binary(state >>> 16, 16);
  }
  return bits.slice(0, length);
}

const streams = fc
  .record({
    channelCount: fc.constantFrom(1, 2),
    isProtected: fc.boolean(),
    // Up to twice the room of half a frame and no less than a quarter, so that the reservoir fills and empties.
    fills: fc.array(fc.double({ min: 0.1, max: 1.1, noNaN: true }), { minLength: 24, maxLength: 24 }),
    seed: fc.nat(1e6),
    cut: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ channelCount, isProtected, fills, seed, cut }) => {
    const roomBits = 8 * (FRAME_BYTES - 4 - (isProtected ? 2 : 0) - sideBytes(channelCount));
    let spareBits = 0;
    const granules = fills.map((fill, at) => {
      if (at % 2 === 0) spareBits = Math.min(spareBits + roomBits, roomBits + MOST_REACH_BYTES * 8);
      // The last 7 bits are for filling up to a whole byte.
      const most = at % 2 === 0 ? spareBits / 2 : spareBits - 7;
      const length = Math.max(0, Math.floor(Math.min(most, (fill * roomBits) / 2)));
      spareBits -= length + (at % 2 === 1 ? 7 : 0);
      const first = Math.floor(length * (channelCount === 1 ? 1 : 0.3 + fill / 5));
      const parts = channelCount === 1 ? [length] : [first, length - first];
      return parts.map((bits, channel) => someBits(bits, seed + at * 2 + channel));
    });
    return { stream: { channelCount, isProtected, granules } as Stream, cut };
  });

/** Two frames; the second one's first granule begins 21 bytes before it, its second granule 4 bytes behind its start. */
const STRADDLING: readonly Granule[] = [600, 600, 200, 1200].map((length, seed) => [someBits(length, seed)]);

describe('a cut mp3', () => {
  test('is heard from the first granule whose bits are all there', () => {
    let repairs = 0;
    fc.assert(
      fc.property(streams, ({ stream, cut }) => {
        const whole = framesOf(stream);
        const kept = bytes(...whole.slice(cut));
        const { channelCount, isProtected } = stream;
        const repaired = repairReservoir(kept);
        const before = readFrames(kept, channelCount, isProtected);
        const after = readFrames(repaired, channelCount, isProtected);
        const original = readFrames(bytes(...whole), channelCount, isProtected).slice(cut);
        const changed = after.flatMap(({ side }, frame) => (side === before[frame]!.side ? [] : [frame]));
        expect(changed.length).toBeLessThanOrEqual(1);
        expect(repaired.length).toBe(kept.length);
        expect(after.every(({ isCrcRight }) => isCrcRight)).toBe(true);
        after.forEach(({ granules }, frame) => {
          const nothing = Array.from({ length: channelCount }, () => '');
          const saved = [nothing, original[frame]!.granules[1]];
          expect(granules).toEqual(changed.includes(frame) ? saved : before[frame]!.granules);
        });
        if (changed.length === 0) expect(repaired).toBe(kept);
        else repairs++;
        // Nothing more could have been saved: a frame that is mute now lacks the first bit of its second granule.
        original.forEach(({ granules, side }, frame) => {
          if (after[frame]!.granules[1]!.join('') !== '') return;
          const ownBit = frame * 8 * (FRAME_BYTES - 4 - (isProtected ? 2 : 0) - sideBytes(channelCount));
          const secondBit = ownBit - 8 * parseInt(side.slice(0, 9), 2) + granules[0]!.join('').length;
          if (granules[1]!.join('') !== '') expect(secondBit).toBeLessThan(0);
        });
      }),
      { numRuns: 200 },
    );
    expect(repairs).toBeGreaterThan(20);
  });

  test('keeps the side information of the granule that is saved, and clears that of the one that is dropped', () => {
    const stream: Stream = { channelCount: 1, isProtected: true, granules: STRADDLING };
    const [first, second] = framesOf(stream);
    const [frame] = readFrames(repairReservoir(second!), 1, true);
    const [reference] = readFrames(second!, 1, true);
    expect(readFrames(bytes(first!, second!), 1, true)[1]!.granules).toEqual(STRADDLING.slice(2));
    expect(frame!.granules).toEqual([[''], STRADDLING[3]]);
    expect(frame!.side.slice(9, 18)).toBe(reference!.side.slice(9, 18));
    expect(frame!.side.slice(18, 77)).toBe('0'.repeat(59));
    expect(frame!.side.slice(77)).toBe(reference!.side.slice(77));
  });

  test('a Xing frame before the cut is passed over and lends no bytes', () => {
    const [, second] = framesOf({ channelCount: 1, isProtected: false, granules: STRADDLING });
    const xing = bytes(0xff, 0xfb, 0x54, 0xc0, Buffer.alloc(17), 'Info', Buffer.alloc(FRAME_BYTES - 25));
    expect(Buffer.compare(repairReservoir(bytes(xing, second!)), bytes(xing, repairReservoir(second!)))).toBe(
      0,
    );
    expect(repairReservoir(second!)).not.toBe(second);
  });
});

describe('bytes are left alone', () => {
  const [first, second] = framesOf({ channelCount: 1, isProtected: false, granules: STRADDLING });
  const claimsTooMuch = Buffer.from(second!);
  // part2_3_length of the second granule: at least 2,040 bits, more than there are.
  claimsTooMuch[4 + 10] = 0xff;
  const layer2 = Buffer.from(second!);
  layer2[1] = 0xfd;
  test.each([
    ['a stream that begins where its music begins', bytes(first!, second!)],
    ['nothing', Buffer.of()],
    ['a frame cut off', second!.subarray(0, 100)],
    ['a granule that claims more bits than there are', claimsTooMuch],
    ['layer II, which has no reservoir', layer2],
  ])('of %s', (_, stream) => {
    const copy = Buffer.from(stream);
    expect(repairReservoir(stream)).toBe(stream);
    expect(Buffer.compare(stream, copy)).toBe(0);
  });

  test('that are given: the repair is a copy', () => {
    const copy = Buffer.from(second!);
    repairReservoir(second!);
    expect(Buffer.compare(second!, copy)).toBe(0);
  });
});

test('libmpg123 hears a cut LAME stream one granule earlier for it, and is right', async () => {
  const mp3 = await encodedFile('mp3', tone(2));
  const starts: number[] = [];
  for (let at = 0; at < mp3.length; at += mpegFrameAt(mp3, at)!.lengthBytes) starts.push(at);
  const whole = (await decode(mp3)).channelData[0]!;
  const gains = new Set<number>();
  for (const frame of [10, 20, 30, 40]) {
    const cut = mp3.subarray(starts[frame]);
    const original = whole.subarray(frame * 1152);
    const [without, repaired] = [cut, repairReservoir(cut)].map((stream) =>
      decode(stream).then(({ channelData }) => lastDifference(channelData[0]!, original)),
    );
    gains.add((await without!) - (await repaired!));
    expect(await repaired).toBeLessThan(5 * 576);
  }
  // 0 where the cut falls on the border of two granules.
  expect([...gains].every((gain) => gain === 0 || Math.abs(gain - 576) < 40)).toBe(true);
  expect(Math.max(...gains)).toBeGreaterThan(500);
});

function lastDifference(heard: Float32Array, original: Float32Array): number {
  return heard.findLastIndex((sample, at) => Math.abs(sample - original[at]!) > 1e-6);
}
