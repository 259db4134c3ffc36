/** The real kernel tells of real files: songs that come, grow, go, and whole folders pulled out and put back. */
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scanFolder } from '../../../device/music/scan-folder.ts';
import { type WatchFolderOptions, watchFolder } from '../../../device/music/watch-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

interface Watched {
  readonly folder: string;
  put(name: string, content?: string): void;
  /** The files read at each change: all but the unsettled. */
  readonly changes: string[][];
  /** Resolves once the last reading holds exactly these. */
  reads(...names: string[]): Promise<void>;
}

async function watched(options: Partial<WatchFolderOptions> = {}): Promise<Watched> {
  const folder = join(temporaryFolder(), 'music');
  mkdirSync(folder);
  writeFileSync(join(folder, 'first.mp3'), 'first');
  const changes: string[][] = [];
  const watch = watchFolder({
    folder,
    settleMs: 25,
    replugMs: 40,
    async onChange(unsettled) {
      const found = await scanFolder(folder);
      const files = found.kind === 'found' ? found.files : [];
      changes.push(files.filter(({ path }) => !unsettled.has(path)).map(({ path }) => basename(path)));
    },
    ...options,
  });
  onTestFinished(() => watch.close());
  await watch.started;
  return {
    folder,
    changes,
    put: (name, content = name) => writeFileSync(join(folder, name), content),
    async reads(...names) {
      const wanted = JSON.stringify(names.sort());
      await until(`a change to ${wanted}`, () =>
        JSON.stringify(changes.at(-1)?.toSorted()) === wanted ? true : undefined,
      );
    },
  };
}

describe('it tells of', () => {
  test('a song dropped in, changed, renamed and taken out', async () => {
    const { folder, put, reads, changes } = await watched();
    put('second.mp3');
    await reads('first.mp3', 'second.mp3');
    renameSync(join(folder, 'second.mp3'), join(folder, 'third.mp3'));
    await reads('first.mp3', 'third.mp3');
    const before = changes.length;
    put('third.mp3', 'another song');
    await until('a change', () => (changes.length > before ? true : undefined));
    rmSync(join(folder, 'third.mp3'));
    await reads('first.mp3');
  });

  test('songs in folders that come later, however deep', async () => {
    const { folder, reads, put } = await watched();
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    put('a/b/deep.mp3');
    await reads('deep.mp3', 'first.mp3');
    put('a/b/deeper.mp3');
    await reads('deep.mp3', 'deeper.mp3', 'first.mp3');
  });

  test('a stick that is pulled out and put back, or another in its place', async () => {
    const { folder, reads, put } = await watched();
    renameSync(folder, `${folder} unplugged`);
    await reads();
    renameSync(`${folder} unplugged`, folder);
    await reads('first.mp3');
    put('after.mp3');
    await reads('after.mp3', 'first.mp3');
    renameSync(folder, `${folder} unplugged`);
    mkdirSync(folder);
    put('other.mp3');
    await reads('other.mp3');
  });

  test('a folder that is not there at first', async () => {
    const folder = join(temporaryFolder(), 'stick');
    const changes: string[] = [];
    const watch = watchFolder({
      folder,
      settleMs: 20,
      replugMs: 20,
      async onChange() {
        changes.push((await scanFolder(folder)).kind);
      },
    });
    onTestFinished(() => watch.close());
    await watch.started;
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.mp3'), 'a');
    await until('the songs', () => (changes.at(-1) === 'found' ? true : undefined));
  });
});

test('a song that is being copied waits until it is whole, one beside it does not', async () => {
  const { folder, put, reads, changes } = await watched();
  const growing = join(folder, 'growing.mp3');
  put('done.mp3');
  const copying = setInterval(() => appendFileSync(growing, 'more '), 3);
  await reads('done.mp3', 'first.mp3');
  clearInterval(copying);
  await reads('done.mp3', 'first.mp3', 'growing.mp3');
  expect(changes.filter((names) => names.includes('growing.mp3'))).toHaveLength(1);
});

test('files that are no songs and a folder that stays as it is are not worth a word', async () => {
  let looks = 0;
  const { put, changes, reads } = await watched({
    watchOneFolder: (_path, onEvent) => {
      const timer = setInterval(() => {
        looks++;
        onEvent();
      }, 10);
      return () => clearInterval(timer);
    },
  });
  put('notes.txt');
  await until('twenty events', () => (looks >= 20 ? true : undefined));
  expect(changes).toEqual([]);
  put('song.mp3');
  await reads('first.mp3', 'song.mp3');
});

test('no two changes are told at once', async () => {
  let running = 0;
  let most = 0;
  let told = 0;
  const { put } = await watched({
    async onChange() {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 60));
      running--;
      told++;
    },
  });
  put('a.mp3');
  await until('the first change', () => (running === 1 ? true : undefined));
  put('b.mp3');
  await until('both changes', () => (told === 2 ? true : undefined));
  expect(most).toBe(1);
});

test('after closing nothing is told and nothing is watched', async () => {
  const stopped: string[] = [];
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'sub'));
  const changes: unknown[] = [];
  const watch = watchFolder({
    folder,
    settleMs: 5,
    onChange: async (unsettled) => void changes.push(unsettled),
    watchOneFolder: (path) => () => void stopped.push(basename(path)),
  });
  await watch.started;
  watch.close();
  expect(stopped.sort()).toEqual([basename(folder), 'sub'].sort());
  expect(changes).toEqual([]);
});
