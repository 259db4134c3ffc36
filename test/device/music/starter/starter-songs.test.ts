import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTags } from '../../../../device/music/read-tags.ts';
import {
  composeStarterSongs,
  STARTER_SONGS_VERSION,
  starterSongsReady,
} from '../../../../device/music/starter/starter-songs.ts';

// The two shortest: the whole set is made by the scenario tests and by hand.
const titles = ['Sunbeam Carousel', 'Stamping Boots'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amecs-starter-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the starter songs', { sequential: true }, () => {
  let firstBytes: Buffer;

  test('are not ready in an empty or missing folder', async () => {
    expect(await starterSongsReady(folder, titles)).toBeUndefined();
    expect(await starterSongsReady(join(folder, 'nowhere'), titles)).toBeUndefined();
  });

  test('are composed into a folder that is made for them, with progress, in playing order', async () => {
    const directory = join(folder, 'set');
    const progress: string[] = [];
    const songs = await composeStarterSongs({
      directory,
      titles,
      onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
    });
    expect(progress).toEqual(['1/2', '2/2']);
    expect(songs).toMatchObject([
      { file: join(directory, '09 Sunbeam Carousel.ogg'), title: 'Sunbeam Carousel', intended: 'happy' },
      { file: join(directory, '10 Stamping Boots.ogg'), title: 'Stamping Boots', intended: 'angry' },
    ]);
    for (const { file, title, intended, durationMs } of songs) {
      expect(await readTags(file)).toMatchObject({ title, artist: 'AMECS starter songs', mood: intended });
      expect(durationMs).toBeGreaterThan(40_000);
      expect(durationMs).toBeLessThan(90_000);
    }
    expect(await starterSongsReady(directory, titles)).toEqual(songs);
    expect((await readdir(directory)).filter((name) => name.includes('part'))).toEqual([]);
    firstBytes = await readFile(songs[1]!.file);
  });

  test('with one cut short and a leftover of a crash: only that one is made again, byte for byte', async () => {
    const directory = join(folder, 'set');
    const damaged = join(directory, '10 Stamping Boots.ogg');
    await truncate(damaged, 1000);
    await writeFile(join(directory, '.11 Far Lantern.ogg.starter-part'), 'half');
    expect(await starterSongsReady(directory, titles)).toBeUndefined();
    const made: string[] = [];
    await composeStarterSongs({ directory, titles, onProgress: ({ title }) => made.push(title) });
    expect(made).toEqual(['Sunbeam Carousel', 'Stamping Boots']);
    expect(Buffer.compare(await readFile(damaged), firstBytes)).toBe(0);
    expect((await readdir(directory)).filter((name) => name.includes('part'))).toEqual([]);
  });

  test('already there cost nothing: no song is rendered', async () => {
    const started = performance.now();
    await composeStarterSongs({ directory: join(folder, 'set'), titles });
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('of another version are cleared away, other files are left alone', async () => {
    const directory = join(folder, 'set');
    const list = join(directory, '.starter-songs.json');
    const text = await readFile(list, 'utf8');
    await writeFile(list, text.replace(`"version": ${STARTER_SONGS_VERSION}`, '"version": 0'));
    await writeFile(join(directory, 'my own.ogg'), 'mine');
    expect(await starterSongsReady(directory, titles)).toBeUndefined();
    await composeStarterSongs({ directory, titles: [] });
    expect((await readdir(directory)).filter((name) => name.endsWith('.ogg'))).toEqual(['my own.ogg']);
  });

  test('stopped in the middle leave no half song', async () => {
    const directory = join(folder, 'stopped');
    const stop = new AbortController();
    const composing = composeStarterSongs({ directory, titles, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(composing).rejects.toThrow('enough');
    expect(await readdir(directory).catch(() => [])).toEqual([]);
  });

  test('where a file lies in the way: one sentence with a hint', async () => {
    const directory = join(folder, 'a-file');
    await writeFile(directory, '');
    await expect(composeStarterSongs({ directory, titles })).rejects.toThrow(
      `compose starter songs in ${directory}: a file lies where the folder should be; move it away`,
    );
  });

  // Root may write everywhere.
  test.skipIf(process.getuid?.() === 0)(
    'in a folder nobody can write: one sentence with a hint',
    async () => {
      const directory = join(folder, 'locked');
      await mkdir(directory, { mode: 0o555 });
      await expect(composeStarterSongs({ directory, titles })).rejects.toThrow(
        `compose starter songs in ${directory}: the folder cannot be written; choose another`,
      );
    },
  );
});
