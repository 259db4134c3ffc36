/**
 * Sound files made by code: wav, aiff, flac, mp4 (PCM) byte by byte, mp3 and ogg by the encoder the box itself uses.
 * Samples are 16-bit integers, one array a channel, so that lossless decoders can be compared exactly.
 */
import { createMp3Encoder, createOggEncoder } from 'wasm-media-encoders';

export type Pcm16 = readonly Int16Array[];

export const RATE_HZ = 44_100;

/** A tone of its own pitch in each channel, with a swell so that no two stretches are equal. */
export function tone(seconds: number, channelCount = 2, sampleRateHz = RATE_HZ, hz = 220): Pcm16 {
  const length = Math.round(seconds * sampleRateHz);
  return Array.from({ length: channelCount }, (_, channel) =>
    Int16Array.from({ length }, (_, index) => {
      const time = index / sampleRateHz;
      const swell = 0.4 + 0.2 * Math.sin(2 * Math.PI * 0.7 * time);
      return Math.round(32_767 * swell * Math.sin(2 * Math.PI * hz * (1 + channel / 2) * time));
    }),
  );
}

export function bytes(...parts: readonly (string | number | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'string'
        ? Buffer.from(part, 'latin1')
        : typeof part === 'number'
          ? Buffer.of(part)
          : part,
    ),
  );
}

export function u16le(value: number): Buffer {
  return Buffer.of(value & 0xff, (value >> 8) & 0xff);
}

export function u32le(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

export function u32be(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

/** Interleaved 16-bit samples, little or big endian. */
export function interleave(pcm: Pcm16, endian: 'LE' | 'BE' = 'LE'): Buffer {
  const length = pcm[0]?.length ?? 0;
  const buffer = Buffer.alloc(length * pcm.length * 2);
  for (let index = 0; index < length; index++) {
    pcm.forEach((channel, at) => {
      const offset = (index * pcm.length + at) * 2;
      if (endian === 'LE') buffer.writeInt16LE(channel[index]!, offset);
      else buffer.writeInt16BE(channel[index]!, offset);
    });
  }
  return buffer;
}

export interface WavOptions {
  readonly sampleRateHz?: number;
  /** Whole chunks (name, size, body) to stand before and after the sound. */
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  /** What the header claims as the size of the sound. */
  readonly claimedBytes?: number;
}

export function chunk(name: string, body: Uint8Array, isPadded = true): Buffer {
  return bytes(
    name,
    u32le(body.length),
    body,
    isPadded && body.length % 2 === 1 ? Buffer.of(0) : Buffer.of(),
  );
}

export function wavFile(pcm: Pcm16, options: WavOptions = {}): Buffer {
  const rate = options.sampleRateHz ?? RATE_HZ;
  const frameBytes = pcm.length * 2;
  const format = bytes(
    u16le(1),
    u16le(pcm.length),
    u32le(rate),
    u32le(rate * frameBytes),
    u16le(frameBytes),
    u16le(16),
  );
  return riff(format, interleave(pcm), options);
}

/** 32-bit float wav with exactly these samples, NaN and infinities included. */
export function floatWavFile(channels: readonly Float32Array[], sampleRateHz = RATE_HZ): Buffer {
  const frameBytes = channels.length * 4;
  const format = bytes(
    u16le(3),
    u16le(channels.length),
    u32le(sampleRateHz),
    u32le(sampleRateHz * frameBytes),
    u16le(frameBytes),
    u16le(32),
  );
  const sound = Buffer.alloc(channels[0]!.length * frameBytes);
  channels.forEach((channel, at) => {
    channel.forEach((value, index) => {
      sound.writeFloatLE(value, index * frameBytes + at * 4);
    });
  });
  return riff(format, sound, {});
}

function riff(format: Uint8Array, sound: Buffer, options: WavOptions): Buffer {
  const body = bytes(
    'WAVE',
    chunk('fmt ', format),
    options.before ?? Buffer.of(),
    'data',
    u32le(options.claimedBytes ?? sound.length),
    sound,
    sound.length % 2 === 1 ? Buffer.of(0) : Buffer.of(),
    options.after ?? Buffer.of(),
  );
  return bytes('RIFF', u32le(body.length), body);
}

export function aiffFile(pcm: Pcm16, after: Uint8Array = Buffer.of()): Buffer {
  const rate = Buffer.alloc(10);
  // 80-bit extended float of 44,100: exponent 16383 + 15, mantissa 44,100 shifted to its top bit.
  rate.writeUInt16BE(16_383 + 15, 0);
  rate.writeUInt32BE(RATE_HZ * 65_536, 2);
  const sound = interleave(pcm, 'BE');
  const common = bytes(0, pcm.length, u32be(pcm[0]!.length), 0, 16, rate);
  const body = bytes(
    'AIFFCOMM',
    u32be(common.length),
    common,
    'SSND',
    u32be(8 + sound.length),
    u32be(0),
    u32be(0),
    sound,
    after,
  );
  return bytes('FORM', u32be(body.length), body);
}

/** An mp4 file of 16-bit PCM in chunks of 1,000 frames, its index before or behind the sound. */
export function mp4File(
  pcm: Pcm16,
  options: { readonly indexFirst: boolean; readonly entry?: string },
): Buffer {
  const frameBytes = pcm.length * 2;
  const sound = interleave(pcm);
  const frameCount = pcm[0]!.length;
  const perChunk = 1000;
  const chunkCount = Math.ceil(frameCount / perChunk);
  const box = (type: string, ...parts: (string | number | Uint8Array)[]): Buffer => {
    const body = bytes(...parts);
    return bytes(u32be(body.length + 8), type, body);
  };
  const zeros = (count: number): Buffer => Buffer.alloc(count);
  const fileType = box('ftyp', 'M4A ', u32be(0), 'M4A isom');
  const index = (firstByte: number): Buffer => {
    const entry = box(
      options.entry ?? 'sowt',
      zeros(6),
      0,
      1,
      zeros(8),
      0,
      pcm.length,
      0,
      16,
      zeros(4),
      (RATE_HZ >> 8) & 0xff,
      RATE_HZ & 0xff,
      zeros(2),
    );
    const offsets = Array.from({ length: chunkCount }, (_, at) =>
      u32be(firstByte + at * perChunk * frameBytes),
    );
    const tables = box(
      'stbl',
      box('stsd', u32be(0), u32be(1), entry),
      box('stsc', u32be(0), u32be(1), u32be(1), u32be(perChunk), u32be(1)),
      box('stsz', u32be(0), u32be(frameBytes), u32be(frameCount)),
      box('stco', u32be(0), u32be(chunkCount), ...offsets),
    );
    const media = box(
      'mdia',
      box('mdhd', zeros(12), u32be(RATE_HZ), u32be(frameCount), zeros(4)),
      box('hdlr', zeros(8), 'soun', zeros(13)),
      box('minf', tables),
    );
    return box('moov', box('trak', box('tkhd', zeros(12), u32be(1), zeros(68)), media));
  };
  const mediaBox = box('mdat', sound);
  if (!options.indexFirst) return bytes(fileType, mediaBox, index(fileType.length + 8));
  return bytes(fileType, index(fileType.length + index(0).length + 8), mediaBox);
}

/** A flac file of verbatim subframes, 16 bit, blocks of 1,152 samples (RFC 9639). */
export function flacFile(
  pcm: Pcm16,
  metadata: readonly (readonly [type: number, body: Uint8Array])[] = [],
): Buffer {
  const blockSize = 1152;
  const frameCount = pcm[0]!.length;
  const info = Buffer.alloc(34);
  info.writeUInt16BE(blockSize, 0);
  info.writeUInt16BE(blockSize, 2);
  const packed =
    (BigInt(RATE_HZ) << 44n) | (BigInt(pcm.length - 1) << 41n) | (15n << 36n) | BigInt(frameCount);
  info.writeBigUInt64BE(packed, 10);
  const blocks = [[0, info] as const, ...metadata].map(([type, body], at, all) =>
    bytes(type | (at === all.length - 1 ? 0x80 : 0), u32be(body.length).subarray(1), body),
  );
  const frames: Buffer[] = [];
  for (let start = 0; start < frameCount; start += blockSize) {
    frames.push(
      flacFrame(
        pcm.map((channel) => channel.subarray(start, start + blockSize)),
        start / blockSize,
      ),
    );
  }
  return bytes('fLaC', ...blocks, ...frames);
}

function flacFrame(pcm: Pcm16, frameNumber: number): Buffer {
  const length = pcm[0]!.length;
  const number = Buffer.from(String.fromCodePoint(frameNumber), 'utf8');
  // Block size as 16 bits at the end of the header, 44.1 kHz, channels independent, 16 bit.
  const fields = bytes(
    0xff,
    0xf8,
    0x79,
    ((pcm.length - 1) << 4) | 0x08,
    number,
    ((length - 1) >> 8) & 0xff,
    (length - 1) & 0xff,
  );
  const header = bytes(fields, crc(fields, 8, 0x07));
  const subframes = pcm.map((channel) => bytes(0x02, interleave([channel], 'BE')));
  const frame = bytes(header, ...subframes);
  const check = crc(frame, 16, 0x8005);
  return bytes(frame, check >> 8, check & 0xff);
}

function crc(data: Uint8Array, width: 8 | 16, polynomial: number): number {
  const top = 1 << (width - 1);
  const mask = (1 << width) - 1;
  let value = 0;
  for (const byte of data) {
    value ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++)
      value = ((value & top ? (value << 1) ^ polynomial : value << 1) & mask) >>> 0;
  }
  return value;
}

/** Encoded by LAME (128 kbit/s, no Xing tag) or libvorbis, both WebAssembly. */
export async function encodedFile(
  format: 'mp3' | 'ogg',
  pcm: Pcm16,
  sampleRateHz = RATE_HZ,
): Promise<Buffer> {
  const channels = pcm.length === 1 ? 1 : 2;
  const samples = pcm.map((channel) => Float32Array.from(channel, (value) => value / 32_768));
  const parts: Uint8Array[] = [];
  if (format === 'mp3') {
    const encoder = await createMp3Encoder();
    encoder.configure({ sampleRate: sampleRateHz, channels, bitrate: 128 });
    parts.push(encoder.encode(samples).slice(), encoder.finalize().slice());
  } else {
    const encoder = await createOggEncoder();
    encoder.configure({ sampleRate: sampleRateHz, channels, vbrQuality: 3 });
    parts.push(encoder.encode(samples).slice(), encoder.finalize().slice());
  }
  return bytes(...parts);
}

/** An ID3v2.4 tag with this many bytes of content. */
export function id3v2(content: Uint8Array): Buffer {
  const size = content.length;
  return bytes(
    'ID3',
    4,
    0,
    0,
    (size >> 21) & 127,
    (size >> 14) & 127,
    (size >> 7) & 127,
    size & 127,
    content,
  );
}

export function id3v1(title: string): Buffer {
  return bytes('TAG', title.padEnd(125, '\0').slice(0, 125));
}

/** An APEv2 tag with header and footer around `items`. */
export function apeTag(items: Uint8Array): Buffer {
  const edge = (flags: number): Buffer =>
    bytes('APETAGEX', u32le(2000), u32le(items.length + 32), u32le(1), u32le(flags), Buffer.alloc(8));
  return bytes(edge(0xa000_0000), items, edge(0x8000_0000));
}
