/** Tags and covers are read where they are sound; whatever else a file says of itself never does harm. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pngOf } from '../../../device/music/portrait/png.ts';
import { readCover, readTags } from '../../../device/music/read-tags.ts';
import { NO_TAGS } from '../../../device/music/song-tags.ts';
import {
  bytes,
  encodedFile,
  flacFile,
  id3v2,
  tone,
  u32be,
  u32le,
  wavFile,
} from '../../support/sound-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PICTURE = pngOf(2, 2, () => [200, 100, 0]);
const mp3 = await encodedFile('mp3', tone(0.3));

/** An ID3v2.4 frame (sizes below 128 are the same with and without sync-safety, larger ones are not). */
function frame(id: string, body: Uint8Array): Buffer {
  const size = Buffer.of(
    (body.length >> 21) & 127,
    (body.length >> 14) & 127,
    (body.length >> 7) & 127,
    body.length & 127,
  );
  return bytes(id, size, 0, 0, body);
}

const text = (id: string, words: string): Buffer => frame(id, bytes(3, Buffer.from(words, 'utf8')));
const picture = (image: Uint8Array, type = 'image/png'): Buffer =>
  frame('APIC', bytes(0, type, 0, 3, 0, image));

function mp3With(...frames: Uint8Array[]): Buffer {
  return bytes(id3v2(bytes(...frames)), mp3);
}

function vorbisComments(...comments: string[]): readonly [number, Uint8Array] {
  const lengthed = (words: string): Buffer =>
    bytes(u32le(Buffer.byteLength(words)), Buffer.from(words, 'utf8'));
  return [4, bytes(lengthed('test'), u32le(comments.length), ...comments.map(lengthed))];
}

function flacPicture(image: Uint8Array): readonly [number, Uint8Array] {
  const type = 'image/png';
  return [
    6,
    bytes(
      u32be(3),
      u32be(type.length),
      type,
      u32be(0),
      u32be(2),
      u32be(2),
      u32be(24),
      u32be(0),
      u32be(image.length),
      image,
    ),
  ];
}

function fileOf(content: Uint8Array, name: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const full = { title: 'Für Elise', artist: 'Ludwig', album: 'Bagatelles', hasCover: true };

describe('a tagged file', () => {
  test.each([
    [
      'mp3',
      mp3With(
        text('TIT2', 'Für Elise'),
        text('TPE1', 'Ludwig'),
        text('TALB', 'Bagatelles'),
        picture(PICTURE),
      ),
    ],
    [
      'flac',
      flacFile(tone(0.1), [
        vorbisComments('TITLE=Für Elise', 'ARTIST=Ludwig', 'ALBUM=Bagatelles'),
        flacPicture(PICTURE),
      ]),
    ],
  ])('%s tells title, artist, album and cover', async (ending, content) => {
    const path = fileOf(content, `song.${ending}`);
    expect(await readTags(path)).toEqual(full);
    expect(await readCover(path)).toEqual({ mimeType: 'image/png', bytes: new Uint8Array(PICTURE) });
  });

  test('is read by what it is where its name says otherwise', async () => {
    const path = fileOf(mp3With(text('TIT2', 'An mp3 after all')), 'song.mp3.bak');
    expect((await readTags(path)).title).toBe('An mp3 after all');
  });

  test.each([
    ['nothing but spaces', '  \t ', undefined],
    ['letters that were lost', 'Caf\ufffd', undefined],
    ['line breaks and control characters', 'one\ntwo\u0007three\u202e', 'one two three'],
    ['decomposed accents', 'Ame\u0301lie', 'Amélie'],
    ['a novel', 'la '.repeat(500), `${'la '.repeat(66)}la`],
  ])('with %s as its title', async (_, words, title) => {
    const path = fileOf(mp3With(text('TIT2', words)), 'song.mp3');
    expect((await readTags(path)).title).toBe(title);
  });

  test('with a cover that is no picture has none', async () => {
    const path = fileOf(mp3With(text('TIT2', 'x'), picture(bytes('<script>'), 'image/png')), 'song.mp3');
    expect(await readTags(path)).toEqual({ title: 'x', hasCover: false });
    expect(await readCover(path)).toBeUndefined();
  });
});

describe('no tag is no harm', () => {
  test.each([
    ['a file without tags', fileNamed('plain.wav', wavFile(tone(0.1)))],
    ['a file that is not there', () => '/nowhere/song.mp3'],
    ['a folder', () => temporaryFolder()],
    ['an empty file', fileNamed('empty.flac', Buffer.of())],
  ])('%s', async (_, path) => {
    expect(await readTags(path())).toEqual(NO_TAGS);
    expect(await readCover(path())).toBeUndefined();
  });

  test('whatever the tag is damaged to', async () => {
    const folder = temporaryFolder();
    const sound = mp3With(text('TIT2', 'Title'), text('TPE1', 'Artist'), picture(PICTURE));
    const damage = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const content = Buffer.from(sound);
        for (const [at, value] of changes) content[at] = value;
        const path = join(folder, 'song.mp3');
        writeFileSync(path, content);
        const tags = await readTags(path);
        for (const words of [tags.title, tags.artist, tags.album]) {
          expect(words ?? 'x').toMatch(/^[^\p{Cc}\n]{1,200}$/u);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function fileNamed(name: string, content: Uint8Array): () => string {
  return () => fileOf(content, name);
}

const ODD = '../shared/data/audio/odd-files';

test.skipIf(!existsSync(ODD))(
  'of real odd files the tags are one plain line each or absent',
  { timeout: 30_000 },
  async () => {
    let titled = 0;
    let covered = 0;
    for (const entry of readdirSync(ODD, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const tags = await readTags(path);
      expect(tags.title ?? 'x', path).toMatch(/^[^\p{Cc}]{1,200}$/u);
      expect((await readCover(path)) !== undefined, path).toBe(tags.hasCover);
      if (tags.title !== undefined) titled++;
      if (tags.hasCover) covered++;
    }
    expect(titled).toBeGreaterThan(80);
    expect(covered).toBeGreaterThan(20);
  },
);
