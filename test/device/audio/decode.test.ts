/** Every kind of song file the box plays is decoded to the right samples; everything else is refused in plain words. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import decode from 'audio-decode';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { DecodeError, decodeFile, type PcmBlock } from '../../../device/audio/decode.ts';
import { mpegFrameAt } from '../../../device/audio/mpeg-frame.ts';
import { findMpegSync } from '../../../device/audio/mpeg-sync.ts';
import {
  aiffFile,
  apeTag,
  bytes,
  chunk,
  encodedFile,
  flacFile,
  floatWavFile,
  id3v1,
  id3v2,
  mp4File,
  type Pcm16,
  RATE_HZ,
  tone,
  wavFile,
} from '../../support/sound-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function fileOf(content: Uint8Array, name = 'song.bin'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

async function blocksOf(path: string): Promise<PcmBlock[]> {
  const blocks: PcmBlock[] = [];
  for await (const block of decodeFile(path)) blocks.push(block);
  return blocks;
}

/** All samples of one channel. */
function joined(blocks: readonly PcmBlock[], channel = 0): Float32Array {
  const parts = blocks.map(({ channels }) => channels[channel]!);
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Back to integers; wav scales positive samples by 32,767 and the others by 32,768, which rounds to the same. */
function asIntegers(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (value) => Math.round(value * 32_767.5));
}

async function refusalOf(path: string): Promise<DecodeError> {
  try {
    await blocksOf(path);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error(`${path} was decoded`);
}

const music = tone(2.5);

const lossless: readonly (readonly [string, (pcm: Pcm16) => Buffer])[] = [
  ['wav', (pcm) => wavFile(pcm)],
  ['aiff', (pcm) => aiffFile(pcm)],
  ['flac', (pcm) => flacFile(pcm)],
  ['mp4 with its index first', (pcm) => mp4File(pcm, { indexFirst: true })],
  ['mp4 with its index last', (pcm) => mp4File(pcm, { indexFirst: false })],
  [
    'wav with an odd-sized chunk before the sound',
    (pcm) => wavFile(pcm, { before: chunk('LIST', bytes('odd')) }),
  ],
  [
    'wav whose odd-sized chunk lacks its padding',
    (pcm) => wavFile(pcm, { before: chunk('LIST', bytes('odd'), false) }),
  ],
  [
    'wav with a chunk behind the sound',
    (pcm) => wavFile(pcm, { after: chunk('LIST', Buffer.alloc(999, 77)) }),
  ],
  ['wav that leaves its size open', (pcm) => wavFile(pcm, { claimedBytes: 0xffff_ffff })],
  ['wav that claims more than there is', (pcm) => wavFile(pcm, { claimedBytes: 50_000_000 })],
  ['aiff with a chunk behind the sound', (pcm) => aiffFile(pcm, Buffer.alloc(1000, 77))],
  ['flac behind an ID3v2 tag', (pcm) => bytes(id3v2(Buffer.alloc(300, 1)), flacFile(pcm))],
  ['flac with a large picture', (pcm) => flacFile(pcm, [[6, Buffer.alloc(200_000, 0xff)]])],
];

describe('lossless files give exactly the samples they hold', () => {
  test.each(lossless)('%s', async (_, write) => {
    const blocks = await blocksOf(fileOf(write(music)));
    expect(
      blocks.every(({ sampleRateHz, channels }) => sampleRateHz === RATE_HZ && channels.length === 2),
    ).toBe(true);
    // Equal lengths first: a difference of typed arrays of 100,000 elements is slow to print.
    for (const channel of [0, 1]) {
      const heard = asIntegers(joined(blocks, channel));
      expect(heard.length).toBe(music[channel]!.length);
      expect(Buffer.compare(Buffer.from(heard.buffer), Buffer.from(music[channel]!.buffer))).toBe(0);
    }
  });

  test('flac loses no frame wherever the pieces that are read happen to end', async () => {
    // Each tag length moves all frame headers against the 32 KB pieces; headers of 9 bytes are hit within a few.
    const pcm = tone(3, 1);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2400 }), async (shift) => {
        const blocks = await blocksOf(fileOf(flacFile(pcm, [[1, Buffer.alloc(shift)]])));
        expect(joined(blocks).length).toBe(pcm[0]!.length);
      }),
      {
        numRuns: 40,
        examples: Array.from({ length: 12 }, (_, at) => [(32_768 * 3 - at) % 2314] as [number]),
      },
    );
  });
});

describe('lossy files', () => {
  test.each([
    ['ogg', 0],
    // LAME in memory writes no Xing tag, so its delay of 576 and the decoder's of 529 samples stay.
    ['mp3', 1105],
  ] as const)('%s gives the music back, %i samples late', async (format, lateSamples) => {
    const original = Float32Array.from(music[0]!, (value) => value / 32_768);
    const heard = joined(await blocksOf(fileOf(await encodedFile(format, music)))).subarray(lateSamples);
    expect(heard.length).toBeGreaterThanOrEqual(original.length);
    expect(heard.length - original.length).toBeLessThan(1152);
    expect(correlation(heard.subarray(0, original.length), original)).toBeGreaterThan(0.999);
  });

  test('an mp3 whose first frames lack nothing is given to libmpg123 as it is', async () => {
    const mp3 = await encodedFile('mp3', music);
    const { channelData } = await decode(mp3);
    const blocks = await blocksOf(fileOf(mp3));
    for (const channel of [0, 1]) expect(joined(blocks, channel)).toEqual(channelData[channel]);
  });

  test('an mp3 cut out of a longer one is heard from the first granule that is there', async () => {
    const mp3 = await encodedFile('mp3', music);
    const cut = mp3.subarray(mpegFrameAt(mp3, 0)!.lengthBytes * 40);
    const fromFrame = findMpegSync(cut, true)!.offset;
    const { channelData } = await decode(cut.subarray(fromFrame));
    const heard = joined(await blocksOf(fileOf(cut)));
    const isSound = (sample: number): boolean => Math.abs(sample) > 0.01;
    expect(heard.length).toBe(channelData[0]!.length);
    expect(channelData[0]!.findIndex(isSound) - heard.findIndex(isSound)).toBeGreaterThan(500);
    expect(heard.subarray(5 * 1152)).toEqual(channelData[0]!.subarray(5 * 1152));
  });

  test('tags before and behind an mp3 are not heard', async () => {
    const mp3 = await encodedFile('mp3', music);
    const tagged = bytes(
      id3v2(Buffer.alloc(70_000, 0xff)),
      mp3,
      apeTag(Buffer.alloc(500, 0xfb)),
      id3v1('A title'),
    );
    const plain = joined(await blocksOf(fileOf(mp3)));
    const heard = joined(await blocksOf(fileOf(tagged)));
    expect(heard.length).toBe(plain.length);
    expect(heard).toEqual(plain);
  });

  test('a mono mp3 has one channel, a stereo mp3 two even while both are equal', async () => {
    const mono = await blocksOf(fileOf(await encodedFile('mp3', tone(0.5, 1))));
    expect(new Set(mono.map(({ channels }) => channels.length))).toEqual(new Set([1]));
    const [left] = music;
    const silence = new Int16Array(left!.length);
    const half = left!.map((value, index) => (index < left!.length / 2 ? 0 : value));
    const stereo = await blocksOf(fileOf(await encodedFile('mp3', [silence, half])));
    expect(new Set(stereo.map(({ channels }) => channels.length))).toEqual(new Set([2]));
    expect(stereo[0]!.channels[0]!.buffer).not.toBe(stereo[0]!.channels[1]!.buffer);
  });

  test('a song glued together from two sampling rates is refused, a stray frame is not', async () => {
    const slower = await encodedFile('mp3', tone(6), 48_000);
    const [first, stray] = [await encodedFile('mp3', music), slower.subarray(0, 3000)];
    expect((await refusalOf(fileOf(bytes(first, slower)))).kind).toBe('changing');
    const heard = joined(await blocksOf(fileOf(bytes(first, stray, first))));
    expect(heard.length / RATE_HZ).toBeGreaterThan(4);
  });

  test('an mp3 cut off in the middle plays up to there', async () => {
    const mp3 = await encodedFile('mp3', music);
    const heard = joined(await blocksOf(fileOf(mp3.subarray(0, mp3.length / 2))));
    expect(heard.length / RATE_HZ).toBeGreaterThan(1);
    expect(heard.length / RATE_HZ).toBeLessThan(1.5);
  });
});

describe('blocks', () => {
  test('none is longer than a second', async () => {
    const slow = tone(3, 1, 8000);
    const blocks = await blocksOf(fileOf(wavFile(slow, { sampleRateHz: 8000 })));
    expect(Math.max(...blocks.map(({ channels }) => channels[0]!.length))).toBeLessThanOrEqual(8000);
    expect(joined(blocks).length).toBe(24_000);
  });

  test('NaN and infinite samples are silence, the others stay', async () => {
    const odd = Float32Array.of(0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.25);
    expect([...joined(await blocksOf(fileOf(floatWavFile([odd]))))]).toEqual([0.5, 0, 0, 0, -0.25]);
  });

  test('the name of a file does not matter, its content does', async () => {
    const path = fileOf(flacFile(tone(0.2)), 'song.mp3');
    expect(joined(await blocksOf(path)).length).toBe(8820);
  });

  test('stopping early closes the file', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const path = fileOf(wavFile(music));
    const before = open();
    for await (const _ of decodeFile(path)) break;
    await vi.waitFor(() => expect(open()).toBeLessThanOrEqual(before));
  });

  test('an abort ends the stream with the signal’s reason', async () => {
    const stop = new AbortController();
    const stream = decodeFile(fileOf(wavFile(music)), { signal: stop.signal });
    await stream.next();
    stop.abort(new Error('the child pressed another button'));
    await expect(stream.next()).rejects.toThrow('the child pressed another button');
    await expect(decodeFile('anything', { signal: stop.signal }).next()).rejects.toThrow('another button');
  });
});

describe('what cannot be played is refused with a reason and a hint', () => {
  const text = 'This is a shopping list, not a song. '.repeat(500);
  const refusals: readonly (readonly [string, string, Uint8Array])[] = [
    ['an empty file', 'empty', Buffer.of()],
    ['a text', 'notAudio', bytes(text)],
    ['a text behind an ID3 tag', 'notAudio', bytes(id3v2(Buffer.alloc(50)), text)],
    ['only a tag', 'notAudio', id3v2(Buffer.alloc(5000))],
    [
      'noise bytes',
      'notAudio',
      Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * at * 31 + at) & 0x7f)),
    ],
    ['a single byte', 'notAudio', Buffer.of(0xff)],
    ['Windows Media', 'unsupported', bytes('\x30\x26\xb2\x75\x8e\x66\xcf\x11', Buffer.alloc(500))],
    ['a video', 'unsupported', bytes('\x1a\x45\xdf\xa3', Buffer.alloc(500))],
    ['a protected m4a', 'protected', mp4File(music, { indexFirst: true, entry: 'drms' })],
    [
      'an m4a cut off before its index',
      'damaged',
      mp4File(music, { indexFirst: false }).subarray(0, 200_000),
    ],
    ['an m4a cut off behind its index', 'silent', cutBehind(mp4File(music, { indexFirst: true }), 'mdat')],
    ['a wav without sound', 'silent', wavFile([new Int16Array(0)])],
    ['a wav cut off in its header', 'damaged', wavFile(music).subarray(0, 30)],
    ['a wav without channels', 'damaged', wavFile([])],
    ['a wav of 3 Hz', 'damaged', wavFile(music, { sampleRateHz: 3 })],
    ['an aiff cut off in its header', 'damaged', aiffFile(music).subarray(0, 40)],
    ['a flac cut off in its header', 'silent', flacFile(music).subarray(0, 50)],
    [
      'an ogg page and nothing more',
      'silent',
      bytes('OggS', Buffer.alloc(22), 1, 30, '\x01vorbis', Buffer.alloc(23)),
    ],
  ];

  test.each(refusals)('%s is "%s"', async (_, kind, content) => {
    const refusal = await refusalOf(fileOf(content, 'song.mp3'));
    expect(refusal.kind).toBe(kind);
    expect(refusal.reason).toMatch(/^[a-z].{10,}$/);
    expect(refusal.hint).toMatch(/^[A-Z].{20,}\.$/);
  });

  test('a file that is not there, a folder, and a link to nowhere are "unreadable"', async () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, 'gone'), join(folder, 'link.mp3'));
    for (const path of [join(folder, 'no.mp3'), folder, join(folder, 'link.mp3')]) {
      expect((await refusalOf(path)).kind).toBe('unreadable');
    }
  });

  test('any damage to a song is played or refused, never anything else', async () => {
    const originals = [
      wavFile(tone(0.3)),
      flacFile(tone(0.3)),
      mp4File(tone(0.3), { indexFirst: true }),
      aiffFile(tone(0.3)),
    ];
    originals.push(await encodedFile('mp3', tone(0.3)), await encodedFile('ogg', tone(0.3)));
    const damage = fc.record({
      which: fc.nat(originals.length - 1),
      keep: fc.double({ min: 0, max: 1, noNaN: true }),
      places: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 20 }),
      headPlaces: fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ which, keep, places, headPlaces }) => {
        const broken = Buffer.from(originals[which]!.subarray(0, Math.ceil(keep * originals[which]!.length)));
        for (const [place, value] of places) broken[Math.floor(place * (broken.length - 1))] = value;
        for (const [place, value] of headPlaces) if (place < broken.length) broken[place] = value;
        try {
          const blocks = await blocksOf(fileOf(broken));
          const samples = blocks.flatMap(({ channels }) => channels);
          expect(samples.every((channel) => channel.every(Number.isFinite))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the codecs’ chatter stays off the console', async () => {
    const voices = (['error', 'warn', 'log'] as const).map((name) => vi.spyOn(console, name));
    const mp3 = await encodedFile('mp3', music);
    for (let at = 3000; at < mp3.length; at += 700) mp3.fill(0xff, at, at + 40);
    await blocksOf(fileOf(mp3));
    for (const voice of voices) expect(voice).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

const CLIPS = '../shared/data/audio/one-clip-many-formats';

test.skipIf(!existsSync(CLIPS))('the same clip is heard in every format the box plays', async () => {
  const names = ['01.mp3', '02.wav', '03.aac', '04.flac', '06.ogg', '07.m4a', '08.aiff'];
  for (const name of names) {
    const blocks = await blocksOf(join(CLIPS, `audiofiletype${name}`));
    expect(joined(blocks).length / RATE_HZ, name).toBeCloseTo(3.7, 0);
  }
});

const DEAM_CLIPS = '../shared/data/deam/audio';
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

test.skipIf(!existsSync(DEAM_CLIPS) || !hasFfmpeg)('the cut mp3s of DEAM give ffmpeg’s samples', async () => {
  const names = readdirSync(DEAM_CLIPS);
  expect(names).toHaveLength(10);
  for (const name of names) {
    const path = join(DEAM_CLIPS, name);
    const command = ['-v', 'error', '-i', path, '-f', 'f32le', '-ac', '1', '-'];
    const raw = execFileSync('ffmpeg', command, { maxBuffer: 2 ** 26 });
    const reference = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
    const heard = joined(await blocksOf(path));
    expect(heard.length, name).toBe(reference.length);
    const worst = heard.reduce((most, sample, at) => Math.max(most, Math.abs(sample - reference[at]!)), 0);
    // A third of the last of 16 bits; 3e-6 was measured.
    expect(worst, name).toBeLessThan(1e-5);
  }
});

function cutBehind(file: Buffer, word: string): Buffer {
  return file.subarray(0, file.indexOf(word) + word.length);
}

function correlation(a: Float32Array, b: Float32Array): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let index = 0; index < a.length; index++) {
    ab += a[index]! * b[index]!;
    aa += a[index]! ** 2;
    bb += b[index]! ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
