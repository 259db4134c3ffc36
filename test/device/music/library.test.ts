/** Each song is heard once in its life with the box, whatever becomes of its file, and no bad file spoils a scan. */
import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hashSong } from '../../../device/music/content-hash.ts';
import type { ExtractionPool } from '../../../device/music/extraction-pool.ts';
import {
  createLibrary,
  type Library,
  type ScanOutcome,
  type ScanProgress,
} from '../../../device/music/library.ts';
import { NO_TAGS, type SongTags } from '../../../device/music/song-tags.ts';
import type { HeardSong } from '../../../models/features/hear-song.ts';
import { createMemoryLibraryStore, type MemoryLibraryStore } from '../../support/memory-library-store.ts';
import { bytes, flacFile, floatWavFile, id3v2, tone, wavFile } from '../../support/sound-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Ears in this thread: the real id, made-up features; remembers what it was asked. */
interface FakeEars extends ExtractionPool {
  readonly heard: string[];
  readonly identified: string[];
  /** Awaited before a song of this name is heard. */
  hold(name: string): () => void;
  version: string;
  /** What the files say of themselves, by name. */
  readonly tags: Map<string, SongTags>;
}

function createFakeEars(): FakeEars {
  const held = new Map<string, Promise<void>>();
  const song = (version: string): HeardSong => ({
    featureVersion: version,
    features: Float64Array.of(1, 2, 3),
    durationMs: 1000,
    loudnessLufs: -14,
    samplePeakDb: -1.5,
    truePeakDb: -1,
    windowStartMs: 0,
    descriptors: { version: 'd1', names: ['one'], values: Float32Array.of(0.5) },
    song: { tempoBpm: 120, tempoConfidence: 0.5, keyClarity: 0.5, majorness: 0.1, dynamicRangeLu: 6 },
    overview: {
      waveform: { columnMs: 1000, low: Float32Array.of(-1), high: Float32Array.of(1) },
      curves: { columnMs: 500, names: [], values: new Float32Array(0), chroma: new Float32Array(0) },
    },
  });
  const ears: FakeEars = {
    version: 'v1',
    tags: new Map(),
    heard: [],
    identified: [],
    workerCount: 2,
    hold(name) {
      let release = (): void => {};
      held.set(
        name,
        new Promise((resolve) => {
          release = resolve;
        }),
      );
      return release;
    },
    async identify(path) {
      ears.identified.push(basename(path));
      return { kind: 'identified', songId: await hashSong(path) };
    },
    async readTags(path) {
      return ears.tags.get(basename(path)) ?? NO_TAGS;
    },
    async hear(path, signal) {
      ears.heard.push(basename(path));
      await held.get(basename(path));
      signal?.throwIfAborted();
      if (basename(path).startsWith('bad')) {
        const isLasting = !path.includes('unplugged');
        return { kind: 'refused', reason: 'the file is bad', hint: 'Take another.', isLasting };
      }
      const heard = song(ears.version);
      const isSilent = basename(path).startsWith('silent');
      return { kind: 'heard', song: isSilent ? { ...heard, loudnessLufs: -70 } : heard };
    },
    pause() {},
    resume() {},
    async close() {},
  };
  return ears;
}

interface Box {
  readonly folder: string;
  readonly ears: FakeEars;
  readonly store: MemoryLibraryStore;
  readonly library: Library;
  put(name: string, content?: Uint8Array): void;
  /** As after a new start of the box: nothing but the store is left. */
  restarted(version?: string): Library;
}

function newBox(): Box {
  const folder = temporaryFolder();
  const ears = createFakeEars();
  const store = createMemoryLibraryStore();
  const restarted = (featureVersion = 'v1'): Library =>
    createLibrary({ store, pool: ears, ears: { featureVersion, descriptorVersion: 'd1' } });
  const put = (name: string, content: Uint8Array = songNamed(name)): void =>
    writeFileSync(join(folder, name), content);
  return { folder, ears, store, library: restarted(), put, restarted };
}

/** A short song that differs for each name. */
function songNamed(name: string): Buffer {
  const seed = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return floatWavFile([new Float32Array(100).fill(seed / 4096)]);
}

function scanned(outcome: ScanOutcome): Extract<ScanOutcome, { kind: 'scanned' }> {
  if (outcome.kind !== 'scanned') throw new Error(`no songs: ${outcome.reason}`);
  return outcome;
}

const titles = (outcome: ScanOutcome): string[] => scanned(outcome).songs.map(({ title }) => title);

describe('a first scan', () => {
  test('hears every song and offers it with its gain, in the order of the paths', async () => {
    const { folder, library, put } = newBox();
    for (const name of ['c.wav', 'a.wav', 'b.wav']) put(name);
    const outcome = scanned(await library.scan(folder));
    expect(outcome).toMatchObject({ newlyHeard: 3, duplicates: 0, refused: [], notSaved: 0 });
    expect(titles(outcome)).toEqual(['a', 'b', 'c']);
    expect(outcome.songs[0]).toEqual({
      songId: expect.stringMatching(/^[0-9a-f]{32}$/),
      path: join(folder, 'a.wav'),
      title: 'a',
      durationMs: 1000,
      gainDb: -6,
      loudnessLufs: -14,
      featureVersion: 'v1',
      features: [1, 2, 3],
    });
  });

  test('tells its progress file by file, and each song as soon as it can be played', async () => {
    const { folder, ears, put } = newBox();
    for (let at = 0; at < 6; at++) put(`${at}.wav`);
    let nowMs = 0;
    const slow: ExtractionPool = {
      ...ears,
      workerCount: 1,
      hear: (path, signal) => {
        nowMs += 2000;
        return ears.hear(path, signal);
      },
    };
    const library = createLibrary({
      store: createMemoryLibraryStore(),
      pool: slow,
      ears: { featureVersion: 'v1', descriptorVersion: 'd1' },
      monotonicMs: () => nowMs,
    });
    const told: ScanProgress[] = [];
    const songs: string[] = [];
    await library.scan(folder, {
      onProgress: (progress) => told.push(progress),
      onSong: ({ title }) => songs.push(`${title} after ${told.length}`),
    });
    expect(told.map(({ done, total, fileName }) => `${done}/${total} ${fileName}`)).toEqual(
      [0, 1, 2, 3, 4, 5].map((at) => `${at + 1}/6 ${at}.wav`),
    );
    // 2 s a song, known from the third on.
    expect(told.map(({ secondsLeft }) => secondsLeft)).toEqual([undefined, undefined, 6, 4, 2, 0]);
    expect(songs).toEqual([0, 1, 2, 3, 4, 5].map((at) => `${at} after ${at}`));
  });

  test('one bad file is refused in words, the others play', async () => {
    const { folder, library, put } = newBox();
    for (const name of ['a.wav', 'bad.wav', 'c.wav']) put(name);
    const outcome = scanned(await library.scan(folder));
    expect(titles(outcome)).toEqual(['a', 'c']);
    expect(outcome.refused).toEqual([
      { path: join(folder, 'bad.wav'), reason: 'the file is bad', hint: 'Take another.' },
    ]);
  });

  test('the same song twice is one song, under the first path, heard once', async () => {
    const { folder, library, put, ears } = newBox();
    const [plain, tagged] = [flacFile(tone(0.1)), bytes(id3v2(Buffer.alloc(80)), flacFile(tone(0.1)))];
    put('b.flac', plain);
    put('a.flac', tagged);
    put('c.flac', plain);
    const songs: string[] = [];
    const outcome = scanned(await library.scan(folder, { onSong: ({ songId }) => songs.push(songId) }));
    expect(outcome).toMatchObject({ newlyHeard: 1, duplicates: 2 });
    expect(outcome.songs.map(({ path }) => path)).toEqual([join(folder, 'a.flac')]);
    expect(ears.heard).toHaveLength(1);
    expect(songs).toHaveLength(1);
  });

  test('the first path stands for a song even when a later file is heard sooner', async () => {
    const { folder, store, library, put, ears, restarted } = newBox();
    put('b.wav');
    await library.scan(folder);
    put('a.wav', songNamed('b.wav'));
    const outcome = scanned(await restarted().scan(folder));
    expect(outcome.songs.map(({ path }) => basename(path))).toEqual(['a.wav']);
    expect((await store.songs()).map(({ path }) => basename(path))).toEqual(['a.wav']);
    expect(ears.heard).toHaveLength(1);
  });
});

describe('a later scan', () => {
  test('reads nothing of unchanged files, refused ones included', async () => {
    const { folder, library, put, ears, restarted } = newBox();
    for (const name of ['a.wav', 'bad.wav', 'c.wav']) put(name);
    const first = scanned(await library.scan(folder));
    ears.identified.length = 0;
    const second = scanned(await restarted().scan(folder));
    expect(second).toEqual({ ...first, newlyHeard: 0 });
    expect(ears.identified).toEqual([]);
    expect(ears.heard).toHaveLength(3);
  });

  test('tries a file again whose trouble may be over', async () => {
    const { folder, library, put, ears, restarted } = newBox();
    put('bad unplugged.wav');
    await library.scan(folder);
    await restarted().scan(folder);
    expect(ears.heard).toHaveLength(2);
  });

  test('knows a song that was renamed, moved or touched, without hearing it again', async () => {
    const { folder, library, put, ears, restarted, store } = newBox();
    for (const name of ['a.wav', 'b.wav', 'c.wav']) put(name);
    const first = scanned(await library.scan(folder));
    mkdirSync(join(folder, 'sub'));
    renameSync(join(folder, 'a.wav'), join(folder, 'z new name.wav'));
    renameSync(join(folder, 'b.wav'), join(folder, 'sub/b.wav'));
    utimesSync(join(folder, 'c.wav'), 1000, 1000);
    const second = scanned(await restarted().scan(folder));
    expect(titles(second)).toEqual(['c', 'b', 'z new name']);
    expect(second.songs.map(({ songId }) => songId).sort()).toEqual(
      first.songs.map(({ songId }) => songId).sort(),
    );
    expect(ears.heard).toHaveLength(3);
    expect((await store.songs()).map(({ mtimeMs }) => mtimeMs)).toContain(1_000_000);
  });

  test('hears the new song of a file that was overwritten, and forgets neither', async () => {
    const { folder, library, put, restarted, store } = newBox();
    put('a.wav');
    const first = scanned(await library.scan(folder));
    put('a.wav', songNamed('another song'));
    const { mtimeMs } = statSync(join(folder, 'a.wav'));
    utimesSync(join(folder, 'a.wav'), mtimeMs / 1000, mtimeMs / 1000 + 5);
    const second = scanned(await restarted().scan(folder));
    expect(second.songs).toHaveLength(1);
    expect(second.songs[0]!.songId).not.toBe(first.songs[0]!.songId);
    expect(await store.songs()).toHaveLength(2);
    expect(scanned(await restarted().scan(folder)).songs).toEqual(second.songs);
  });

  test('does not offer a song whose file is gone, but knows it when it comes back', async () => {
    const { folder, library, put, ears, restarted } = newBox();
    put('a.wav');
    put('b.wav');
    await library.scan(folder);
    rmSync(join(folder, 'a.wav'));
    expect(titles(await restarted().scan(folder))).toEqual(['b']);
    put('a.wav');
    expect(titles(await restarted().scan(folder))).toEqual(['a', 'b']);
    expect(ears.heard).toHaveLength(2);
  });

  test('keeps the 1,040 descriptors of each song as they were heard, also when its file moves', async () => {
    const { folder, library, put, restarted, store } = newBox();
    put('a.wav');
    const { songs } = scanned(await library.scan(folder));
    renameSync(join(folder, 'a.wav'), join(folder, 'b.wav'));
    await restarted().scan(folder);
    expect(store.descriptors).toEqual(new Map([[songs[0]!.songId, Float32Array.of(0.5)]]));
  });

  test('hears everything again with new ears', async () => {
    const { folder, library, put, ears, restarted, store } = newBox();
    put('a.wav');
    put('bad.wav');
    await library.scan(folder);
    ears.version = 'v2';
    const outcome = scanned(await restarted('v2').scan(folder));
    expect(outcome.songs[0]!.featureVersion).toBe('v2');
    expect(ears.heard).toHaveLength(4);
    expect(await store.songs()).toHaveLength(1);
  });
});

describe('what the files say', () => {
  test('is what people see, with the name of the file where a tag is missing', async () => {
    const { folder, library, put, ears, store } = newBox();
    for (const name of ['01 a.wav', 'b.wav']) put(name);
    ears.tags.set('01 a.wav', { title: 'Für Elise', artist: 'Ludwig', hasCover: true });
    expect(titles(await library.scan(folder))).toEqual(['Für Elise', 'b']);
    const [first, second] = (await store.songs()).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(first).toMatchObject({ title: 'Für Elise', artist: 'Ludwig', hasCover: true });
    expect(second).toMatchObject({ title: 'b', hasCover: false });
    expect(second).not.toHaveProperty('artist');
  });

  test('is read again when the file was tagged anew, without hearing the song again', async () => {
    const { folder, library, put, ears, restarted, store } = newBox();
    put('a.flac', flacFile(tone(0.1)));
    ears.tags.set('a.flac', { title: 'Old', artist: 'Somebody', album: 'Gone', hasCover: true });
    await library.scan(folder);
    put('a.flac', bytes(id3v2(Buffer.alloc(80)), flacFile(tone(0.1))));
    ears.tags.set('a.flac', { title: 'New', hasCover: false });
    expect(titles(await restarted().scan(folder))).toEqual(['New']);
    expect(ears.heard).toHaveLength(1);
    const [song] = await store.songs();
    expect(song).toMatchObject({ title: 'New', hasCover: false, loudnessLufs: -14 });
    expect(song).not.toHaveProperty('artist');
    expect(song).not.toHaveProperty('album');
  });
});

describe('while the box runs', () => {
  test('the second file of a song is not read again at every scan', async () => {
    const { folder, library, put, ears } = newBox();
    put('a.wav');
    put('b.wav', songNamed('a.wav'));
    await library.scan(folder);
    ears.identified.length = 0;
    expect(scanned(await library.scan(folder))).toMatchObject({ duplicates: 1, newlyHeard: 0 });
    expect(ears.identified).toEqual([]);
  });

  test('a file that is still being copied is left out', async () => {
    const { folder, library, put, ears } = newBox();
    put('a.wav');
    put('growing.wav');
    const leaveOut = new Set([join(folder, 'growing.wav')]);
    expect(titles(await library.scan(folder, { leaveOut }))).toEqual(['a']);
    expect(ears.identified).toEqual(['a.wav']);
  });
});

test('a song that is silent from beginning to end is refused in words, once', async () => {
  const { folder, library, put, ears, restarted } = newBox();
  put('silent.wav');
  put('a.wav');
  const outcome = scanned(await library.scan(folder));
  expect(outcome.songs.map(({ title }) => title)).toEqual(['a']);
  expect(outcome.refused[0]).toMatchObject({ reason: expect.stringContaining('silent') });
  expect(scanned(await restarted().scan(folder)).refused).toEqual(outcome.refused);
  expect(ears.heard).toHaveLength(2);
});

describe('interruptions', () => {
  test('an aborted scan rejects with the reason and keeps what was heard; the next goes on there', async () => {
    const { folder, library, put, ears, restarted, store } = newBox();
    for (const name of ['a.wav', 'b.wav', 'c.wav', 'd.wav']) put(name);
    const stop = new AbortController();
    const release = ears.hold('c.wav');
    const scan = library.scan(folder, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done !== 2) return;
        stop.abort(new Error('the box is switched off'));
        release();
      },
    });
    await expect(scan).rejects.toThrow('switched off');
    const kept = (await store.songs()).length;
    expect(kept).toBeGreaterThanOrEqual(2);
    expect(kept).toBeLessThan(4);
    expect(scanned(await restarted().scan(folder))).toMatchObject({ newlyHeard: 4 - kept });
  });

  test('a full disk costs the memory, not the music', async () => {
    const { folder, library, put, store } = newBox();
    put('a.wav');
    put('bad.wav');
    store.failSaves = true;
    expect(scanned(await library.scan(folder))).toMatchObject({ songs: [{ title: 'a' }], notSaved: 1 });
  });

  test.each([
    ['missing', 'nowhere'],
    ['empty', '.'],
    ['unreadable', 'a file'],
  ])('a folder that is %s is told in words', async (kind, name) => {
    const { folder, library, put } = newBox();
    put('a file', bytes('x'));
    expect(await library.scan(join(folder, name))).toEqual({
      kind,
      folder: join(folder, name),
      reason: expect.stringMatching(/^[A-Z].*\.$/),
      hint: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });
});

test('with its own workers and ears a tone is levelled and described', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '01 - A tone.wav'), wavFile(tone(2)));
  const store = createMemoryLibraryStore();
  const library = createLibrary({ store });
  onTestFinished(() => library.close());
  const [song] = scanned(await library.scan(folder)).songs;
  expect(song).toMatchObject({ title: 'A tone', durationMs: 2000 });
  expect(song!.loudnessLufs + song!.gainDb).toBeCloseTo(-20, 1);
  expect((await store.songs())[0]!.truePeakDb).toBeLessThan(-3);
});
