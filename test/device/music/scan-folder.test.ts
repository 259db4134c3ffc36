/** A folder's songs are found in one order everywhere, and whatever else lies there does no harm. */
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanFolder } from '../../../device/music/scan-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function folderOf(...names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  return folder;
}

async function namesIn(folder: string): Promise<string[]> {
  const found = await scanFolder(folder);
  return found.kind === 'found' ? found.files.map(({ path }) => relative(folder, path)) : [];
}

describe('what is found', () => {
  test('songs of every ending, in any case, and nothing else', async () => {
    const songs = [
      'A.MP3',
      'b.m4a',
      'c.aac',
      'd.flac',
      'e.ogg',
      'f.opus',
      'g.wav',
      'h.aiff',
      'i.aif',
      'j.oga',
    ];
    const folder = folderOf(...songs, 'cover.jpg', 'notes.txt', 'list.m3u', 'mp3', 'noending');
    expect(await namesIn(folder)).toEqual(songs);
  });

  test('music the box cannot play too, so that the caregiver is told', async () => {
    expect(await namesIn(folderOf('a.wma', 'b.ape'))).toEqual(['a.wma', 'b.ape']);
  });

  test('folder by folder, by name, however they were created', async () => {
    const folder = folderOf('z.mp3', 'b/2.mp3', 'a/1.mp3', 'b/10.mp3', 'Ä.mp3', 'a/sub/0.mp3', 'B.mp3');
    expect(await namesIn(folder)).toEqual([
      'B.mp3',
      'a/1.mp3',
      'a/sub/0.mp3',
      'b/10.mp3',
      'b/2.mp3',
      'z.mp3',
      'Ä.mp3',
    ]);
  });

  test('size and time of change of each', async () => {
    const found = await scanFolder(folderOf('four.mp3'));
    expect(found).toMatchObject({ kind: 'found', files: [{ sizeBytes: 8, mtimeMs: expect.any(Number) }] });
  });
});

describe('what is passed over', () => {
  test('hidden files and folders, and the shadows macOS leaves on sticks', async () => {
    expect(await namesIn(folderOf('a.mp3', '._a.mp3', '.hidden.mp3', '.Trashes/b.mp3'))).toEqual(['a.mp3']);
  });

  test('folders named like songs are folders', async () => {
    expect(await namesIn(folderOf('best of.mp3/a.mp3'))).toEqual(['best of.mp3/a.mp3']);
  });

  test('links in a circle, and a folder reached by two ways', async () => {
    const folder = folderOf('a/song.mp3');
    symlinkSync(folder, join(folder, 'a/up'));
    symlinkSync(join(folder, 'a'), join(folder, 'again'));
    symlinkSync(join(folder, 'b2'), join(folder, 'b1'));
    symlinkSync(join(folder, 'b1'), join(folder, 'b2'));
    expect(await namesIn(folder)).toEqual(['a/song.mp3']);
  });

  test('a linked song is a song; a link to nowhere is told', async () => {
    const folder = folderOf('a.mp3');
    symlinkSync(join(folder, 'a.mp3'), join(folder, 'b.mp3'));
    symlinkSync(join(folder, 'gone.mp3'), join(folder, 'c.mp3'));
    const found = await scanFolder(folder);
    expect(found).toMatchObject({ kind: 'found', unreadablePaths: [join(folder, 'c.mp3')] });
    expect(await namesIn(folder)).toEqual(['a.mp3', 'b.mp3']);
  });
});

describe('folders without songs', () => {
  test('one that is not there is missing', async () => {
    const folder = join(temporaryFolder(), 'none');
    expect(await scanFolder(folder)).toEqual({ kind: 'missing', folder, folders: new Map() });
  });

  test('one with nothing to play is empty', async () => {
    const folder = folderOf('readme.txt', 'pictures/cat.jpg');
    const found = await scanFolder(folder);
    expect(found).toMatchObject({ kind: 'empty', folder });
    expect([...found.folders.keys()]).toEqual([folder, join(folder, 'pictures')]);
  });

  test('a file instead of a folder is unreadable', async () => {
    const folder = join(folderOf('song.mp3'), 'song.mp3');
    expect(await scanFolder(folder)).toEqual({ kind: 'unreadable', folder, folders: new Map() });
  });

  test.skipIf(process.getuid?.() === 0)('one without permission is unreadable', async () => {
    const folder = folderOf('a.mp3');
    chmodSync(folder, 0);
    expect(await scanFolder(folder)).toEqual({ kind: 'unreadable', folder, folders: new Map() });
    chmodSync(folder, 0o700);
  });
});

test('a folder put in the place of another has another identity', async () => {
  const folder = folderOf('album/a.mp3');
  const before = await scanFolder(folder);
  // Kept, so that the disk cannot give its number to the new one.
  renameSync(join(folder, 'album'), join(folder, 'old'));
  mkdirSync(join(folder, 'album'));
  const after = await scanFolder(folder);
  expect(after.folders.get(folder)).toBe(before.folders.get(folder));
  expect(after.folders.get(join(folder, 'album'))).not.toBe(before.folders.get(join(folder, 'album')));
});

test('an aborted scan rejects with the signal’s reason', async () => {
  await expect(scanFolder(folderOf('a.mp3'), AbortSignal.abort(new Error('enough')))).rejects.toThrow(
    'enough',
  );
});
