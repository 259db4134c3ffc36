/** Adding songs loses nothing: no file is overwritten, no half copy is left, no song is there twice. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashSong } from '../../../../device/music/content-hash.ts';
import type { StoredSong } from '../../../../device/music/library-store.ts';
import { addSongs } from '../../../../provisioning/cli/library/add-songs.ts';
import { createRecordingTerminal, type RecordingTerminal } from '../../../support/recording-terminal.ts';
import { bytes, flacFile, id3v2, tone, wavFile } from '../../../support/sound-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface Bench {
  readonly from: string;
  readonly music: string;
  readonly terminal: RecordingTerminal;
  source(name: string, content?: Uint8Array): string;
  add(...sources: string[]): Promise<number>;
  known: StoredSong[];
  there(): string[];
}

function bench(): Bench {
  const folder = temporaryFolder();
  const [from, music] = [join(folder, 'from'), join(folder, 'data', 'music')];
  mkdirSync(from);
  const terminal = createRecordingTerminal();
  const self: Bench = {
    from,
    music,
    terminal,
    known: [],
    source(name, content = songOf(220)) {
      mkdirSync(join(from, name, '..'), { recursive: true });
      writeFileSync(join(from, name), content);
      return join(from, name);
    },
    add: (...sources) => addSongs({ sources, musicFolder: music, known: self.known, terminal }),
    there: () =>
      (readdirSync(music, { recursive: true }) as string[]).filter((name) => name.includes('.')).sort(),
  };
  return self;
}

const songOf = (hz: number): Buffer => wavFile(tone(0.1, 1, 44_100, hz));

describe('what is copied', () => {
  test('files under their names, folders with what is below them', async () => {
    const { source, add, there, from, music } = bench();
    const single = source('single.wav');
    source('Album/1 one.wav', songOf(330));
    source('Album/CD 2/two.wav', songOf(440));
    source('Album/cover.jpg', bytes('jpeg'));
    expect(await add(single, join(from, 'Album'))).toBe(0);
    expect(there()).toEqual(['Album/1 one.wav', 'Album/CD 2/two.wav', 'single.wav']);
    expect(readFileSync(join(music, 'single.wav'))).toEqual(songOf(220));
  });

  test('also from a read-only place', async () => {
    const { source, add, there } = bench();
    const path = source('locked.wav');
    chmodSync(path, 0o444);
    expect(await add(path)).toBe(0);
    expect(there()).toEqual(['locked.wav']);
  });

  test('beside another song of the same name, never over it', async () => {
    const { source, add, there, music } = bench();
    await add(source('a/song.wav', songOf(220)));
    await add(source('b/song.wav', songOf(330)));
    expect(there()).toEqual(['song (2).wav', 'song.wav']);
    expect(readFileSync(join(music, 'song.wav'))).toEqual(songOf(220));
  });
});

describe('a song that is there already is told and not copied', () => {
  test('under the same name with other tags', async () => {
    const { source, add, there, terminal } = bench();
    await add(source('a/song.flac', flacFile(tone(0.1))));
    expect(await add(source('b/song.flac', bytes(id3v2(Buffer.alloc(40)), flacFile(tone(0.1)))))).toBe(0);
    expect(there()).toEqual(['song.flac']);
    expect(terminal.outLines.join('\n')).toMatch(/has this song already, as song\.flac/);
  });

  test('under another name, which the box has heard', async () => {
    const self = bench();
    await self.add(self.source('song.wav'));
    const path = join(self.music, 'song.wav');
    self.known = [{ songId: await hashSong(path), path } as StoredSong];
    await self.add(self.source('renamed.wav'));
    expect(self.there()).toEqual(['song.wav']);
  });

  test('twice on one command line', async () => {
    const { source, add, there, terminal } = bench();
    await add(source('one.wav'), source('two.wav'));
    expect(there()).toEqual(['one.wav']);
    expect(terminal.outLines).toContainEqual(expect.stringMatching(/^1 song copied .*, 1 there already\.$/));
  });

  test('but one the box heard elsewhere, or whose file is gone, is copied', async () => {
    const self = bench();
    const source = self.source('song.wav');
    const songId = await hashSong(source);
    self.known = [{ songId, path: source } as StoredSong];
    expect(await self.add(source)).toBe(0);
    expect(self.there()).toEqual(['song.wav']);
  });
});

describe('what cannot be added is told in words, and the rest is copied', () => {
  test.each([
    ['is not there', (): string => '/nowhere/song.mp3', /not there or cannot be read/],
    [
      'is no music',
      ({ source }: Bench): string => source('text.mp3', bytes('only words')),
      /not a music file/,
    ],
    ['has a name the box does not look at', ({ source }: Bench): string => source('song.bak'), /Rename it/],
    [
      'is a folder without music',
      ({ source }: Bench): string => dirname(source('empty/notes.txt')),
      /holds no music/,
    ],
  ])('one that %s', async (_, broken, words) => {
    const self = bench();
    expect(await self.add(broken(self), self.source('good.wav'))).toBe(1);
    expect(self.there()).toEqual(['good.wav']);
    expect(self.terminal.errorLines).toContainEqual(expect.stringMatching(words));
    expect(self.terminal.outLines).toContainEqual(
      expect.stringMatching(/^1 song copied .*, 1 not copied\.$/),
    );
  });

  test('a music folder that cannot be made', async () => {
    const self = bench();
    writeFileSync(join(self.music, '..', '..', 'data'), 'a file in the way');
    expect(await self.add(self.source('good.wav'))).toBe(1);
    expect(self.terminal.errorLines[0]).toMatch(/not copied/);
  });
});
