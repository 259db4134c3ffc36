/** A song's id is of its sound: tags, names and chunks around it change nothing, the sound changes everything. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../../../device/audio/decode.ts';
import { hashSong } from '../../../device/music/content-hash.ts';
import { writeVorbisComments } from '../../../device/music/starter/ogg-comments.ts';
import {
  aiffFile,
  apeTag,
  bytes,
  chunk,
  encodedFile,
  flacFile,
  id3v1,
  id3v2,
  mp4File,
  type Pcm16,
  tone,
  u32be,
  wavFile,
} from '../../support/sound-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function idOf(content: Uint8Array, name = 'song'): Promise<string> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return hashSong(path);
}

const music = tone(1.5);
const otherMusic: Pcm16 = music.map((channel) => channel.with(40_000, channel[40_000]! + 1));
const mp3 = await encodedFile('mp3', music);
const ogg = await encodedFile('ogg', music);
const manyComments = Array.from(
  { length: 3000 },
  (_, at) => `COMMENT=${at} and some words to fill more than a page`,
);
const junkBox = bytes(u32be(16), 'free', Buffer.alloc(8, 1));

const retagged: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
  ['mp3 with an ID3v2 tag', mp3, bytes(id3v2(Buffer.alloc(50_000, 7)), mp3)],
  [
    'mp3 with two ID3v2 tags and padding',
    mp3,
    bytes(id3v2(Buffer.alloc(9)), id3v2(Buffer.alloc(3)), Buffer.alloc(99), mp3),
  ],
  ['mp3 with an ID3v1 tag', mp3, bytes(mp3, id3v1('A title'))],
  ['mp3 with APE and ID3v1 tags', mp3, bytes(mp3, apeTag(Buffer.alloc(700, 1)), id3v1('A title'))],
  ['mp3 with Lyrics3', mp3, bytes(mp3, 'LYRICSBEGIN', 'la la la', '000019LYRICS200', id3v1('A title'))],
  ['flac with a picture', flacFile(music), flacFile(music, [[6, Buffer.alloc(80_000, 0xff)]])],
  ['flac behind an ID3v2 tag', flacFile(music), bytes(id3v2(Buffer.alloc(40)), flacFile(music))],
  ['ogg with comments over several pages', ogg, writeVorbisComments(ogg, manyComments)],
  [
    'mp4 with its index elsewhere',
    mp4File(music, { indexFirst: true }),
    mp4File(music, { indexFirst: false }),
  ],
  [
    'mp4 with another box',
    mp4File(music, { indexFirst: false }),
    bytes(mp4File(music, { indexFirst: false }), junkBox),
  ],
  ['wav with a list', wavFile(music), wavFile(music, { before: chunk('LIST', bytes('INFOIART')) })],
  [
    'wav with ID3 behind it',
    wavFile(music),
    wavFile(music, { after: chunk('id3 ', id3v2(Buffer.alloc(30))) }),
  ],
  ['aiff with a name', aiffFile(music), aiffFile(music, bytes('NAME', u32be(4), 'song'))],
];

const kinds: readonly (readonly [string, (pcm: Pcm16) => Uint8Array])[] = [
  ['flac', (pcm) => flacFile(pcm)],
  ['mp4', (pcm) => mp4File(pcm, { indexFirst: true })],
  ['wav', (pcm) => wavFile(pcm)],
  ['aiff', (pcm) => aiffFile(pcm)],
];

test('an id is 32 lower-case hex digits', async () => {
  expect(await idOf(mp3)).toMatch(/^[0-9a-f]{32}$/);
});

test('a renamed file keeps its id', async () => {
  expect(await idOf(mp3, 'other.wav')).toBe(await idOf(mp3, 'one.mp3'));
});

describe('tagging does not change the id', () => {
  test.each(retagged)('%s', async (_, plain, tagged) => {
    expect(Buffer.compare(plain, tagged)).not.toBe(0);
    expect(await idOf(tagged)).toBe(await idOf(plain));
  });
});

describe('one sample changed is another song', () => {
  test.each(kinds)('%s', async (_, write) => {
    expect(await idOf(write(otherMusic))).not.toBe(await idOf(write(music)));
  });

  test.each([
    ['mp3', mp3],
    ['ogg', ogg],
  ])('%s', async (_, file) => {
    const changed = Buffer.from(file);
    changed[Math.floor(file.length * 0.7)]! ^= 1;
    expect(await idOf(changed)).not.toBe(await idOf(file));
  });
});

test('the same samples at another rate are another song', async () => {
  expect(await idOf(wavFile(music, { sampleRateHz: 22_050 }))).not.toBe(await idOf(wavFile(music)));
});

test('files of unknown kind have ids by all their bytes, empty ones too', async () => {
  const ids = await Promise.all([idOf(bytes('hello')), idOf(bytes('hallo')), idOf(Buffer.of())]);
  expect(new Set(ids).size).toBe(3);
});

test('an mp4 without sound goes by all its bytes', async () => {
  const [first, second] = [music, otherMusic].map((pcm) => {
    const file = mp4File(
      pcm.map((channel) => channel.subarray(0, pcm === music ? 900 : 800)),
      { indexFirst: true },
    );
    return file.subarray(0, file.indexOf('mdat') + 4);
  });
  expect(await idOf(first!)).not.toBe(await idOf(second!));
});

test('progress is told while a long file is read', async () => {
  const path = join(temporaryFolder(), 'long.wav');
  writeFileSync(path, wavFile(tone(8)));
  let told = 0;
  await hashSong(path, () => {
    told++;
  });
  expect(told).toBeGreaterThan(5);
});

test('a file that is not there is refused in words', async () => {
  await expect(hashSong('/nowhere/song.mp3')).rejects.toThrow(DecodeError);
});

const TAGGED = '../shared/data/audio/odd-files';

test.skipIf(!existsSync(TAGGED))('two real files of one recording with other tags are one song', async () => {
  const [first, second] = await Promise.all([
    hashSong(join(TAGGED, 'flac.flac')),
    hashSong(join(TAGGED, 'MusicBrainz-Picard-tags.flac')),
  ]);
  expect(first).toBe(second);
});
