/** Workers hear songs, and one that dies, falls silent or is told to wait never takes the library down. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createExtractionPool,
  type ExtractionPool,
  type ExtractionPoolOptions,
} from '../../../device/music/extraction-pool.ts';
import { NO_TAGS } from '../../../device/music/song-tags.ts';
import { featureNames, featureVersion } from '../../../models/features/hear-song.ts';
import {
  bytes,
  flacFile,
  floatWavFile,
  id3v2,
  RATE_HZ,
  tone,
  u32be,
  wavFile,
} from '../../support/sound-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function pool(options: ExtractionPoolOptions = {}): ExtractionPool {
  const created = createExtractionPool({ workerCount: 1, ...options });
  onTestFinished(() => created.close());
  return created;
}

afterAll(() => rmSync(dirname(fileURLToPath(OBEDIENT)), { recursive: true }));

/** This process's timers stand still; the workers' go on. */
function holdTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** After everything that is already on its way has arrived. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise.then(() => true), Promise.resolve(false)]);
}

/** A worker that does what the path it is given says. */
const OBEDIENT = (() => {
  const path = join(mkdtempSync(join(tmpdir(), 'amecs-test-')), 'obedient.mjs');
  writeFileSync(
    path,
    `process.on('disconnect', () => process.exit());
    process.on('message', ({ path }) => {
      if (path === 'crash') throw new Error('crash');
      if (path === 'exit') process.exit(3);
      if (path === 'hang') for (;;);
      if (path === 'grow') for (const all = []; ; ) all.push(new Array(10_000).fill(path));
      if (path === 'shot') process.kill(process.pid, 'SIGKILL');
      let beats = path === 'slow' ? 20 : 0;
      const beat = setInterval(() => {
        if (beats-- > 0) return process.send({ kind: 'progress' });
        clearInterval(beat);
        process.send({ kind: 'identified', songId: path + ' by process ' + process.pid });
      }, 60);
    });`,
  );
  return pathToFileURL(path);
})();

function fileOf(content: Uint8Array): string {
  const path = join(temporaryFolder(), 'song');
  writeFileSync(path, content);
  return path;
}

/** Workers of the lowest priority get little time beside other tests. */
const PATIENCE = { timeout: 60_000 };

describe('with real workers', PATIENCE, () => {
  test('a song is identified and heard', async () => {
    const workers = pool({ workerCount: 2 });
    const [wav, flac] = [fileOf(wavFile(tone(3))), fileOf(flacFile(tone(3)))];
    const [identified, heard, sameHeard] = await Promise.all([
      workers.identify(wav),
      workers.hear(wav),
      workers.hear(flac),
    ]);
    expect(identified).toEqual({ kind: 'identified', songId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(heard).toMatchObject({ kind: 'heard', song: { featureVersion, durationMs: 3000 } });
    if (heard.kind !== 'heard' || sameHeard.kind !== 'heard') throw new Error('refused');
    expect(heard.song.features).toHaveLength(featureNames.length);
    expect(sameHeard.song.loudnessLufs).toBeCloseTo(heard.song.loudnessLufs, 2);
  });

  test('what cannot be decoded is refused in words, and remembered unless it may pass', async () => {
    const workers = pool();
    expect(await workers.hear(fileOf(bytes('not a song at all')))).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('not a music file'),
      hint: expect.any(String),
      isLasting: true,
    });
    expect(await workers.hear('/nowhere/song.mp3')).toMatchObject({ kind: 'refused', isLasting: false });
  });

  test('tags are read, and a file without any has none', async () => {
    const workers = pool();
    const tagged = fileOf(bytes(id3v2(bytes('TIT2', u32be(6), 0, 0, 3, 'Title')), wavFile(tone(0.1))));
    expect(await workers.readTags(fileOf(wavFile(tone(0.1))))).toEqual(NO_TAGS);
    expect(await workers.readTags(tagged)).toMatchObject({ hasCover: false });
  });

  test('silence, NaN and a single sample are heard like any song', async () => {
    const workers = pool();
    for (const samples of [
      new Float32Array(RATE_HZ),
      new Float32Array(5000).fill(Number.NaN),
      Float32Array.of(1),
    ]) {
      const heard = await workers.hear(fileOf(floatWavFile([samples])));
      expect(heard.kind).toBe('heard');
      if (heard.kind === 'heard') expect(heard.song.features.every(Number.isFinite)).toBe(true);
    }
  });

  test.skipIf(process.platform !== 'linux')('they work at the lowest priority, and only they', async () => {
    const workers = pool();
    const own = getPriority();
    await workers.identify(fileOf(bytes('some file')));
    expect(children().map(({ nice }) => nice)).toEqual([19]);
    expect(getPriority()).toBe(own);
  });
});

describe('a worker that fails', () => {
  test.each(['crash', 'exit', 'grow'])('by "%s" is replaced, its file refused for good', async (failure) => {
    const workers = pool({ entry: OBEDIENT, maxHeapMb: 24 });
    // Its tags are then none, and refuse nothing.
    expect(await workers.readTags(failure)).toEqual(NO_TAGS);
    const [refused, next] = await Promise.all([workers.identify(failure), workers.identify('next')]);
    expect(refused).toMatchObject({
      kind: 'refused',
      isLasting: true,
      reason: expect.stringContaining('fail'),
    });
    expect(next).toMatchObject({ kind: 'identified' });
  });

  test('because somebody ended it is replaced, its file refused for now', async () => {
    const workers = pool({ entry: OBEDIENT });
    const [refused, next] = await Promise.all([workers.identify('shot'), workers.identify('next')]);
    expect(refused).toMatchObject({ kind: 'refused', isLasting: false });
    expect(next).toMatchObject({ kind: 'identified' });
  });

  test('by silence of 20 s is ended, its file refused for now', async () => {
    holdTime();
    const workers = pool({ entry: OBEDIENT });
    const jobs = Promise.all([workers.identify('hang'), workers.identify('next')]);
    vi.advanceTimersByTime(19_000);
    expect(await isSettled(jobs)).toBe(false);
    vi.advanceTimersByTime(1000);
    const [refused, next] = await jobs;
    const reason = expect.stringContaining('no progress for 20 seconds');
    expect(refused).toMatchObject({ kind: 'refused', isLasting: false, reason });
    expect(next).toMatchObject({ kind: 'identified' });
  });

  test('only seemingly, while it says that it goes on, is left alone', async () => {
    const workers = pool({ entry: OBEDIENT, stallLimitMs: 1000 });
    // Beats every 60 ms: longer than the limit in all, never between two.
    expect(await workers.identify('slow')).toMatchObject({ kind: 'identified' });
  });
});

describe('the queue', PATIENCE, () => {
  test('no more workers than asked for, each used again', async () => {
    const workers = pool({ entry: OBEDIENT, workerCount: 2 });
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((path) => workers.identify(path)));
    const processes = answers.map((answer) =>
      answer.kind === 'identified' ? answer.songId.split(' ').pop() : '',
    );
    expect(new Set(processes).size).toBe(2);
  });

  test.skipIf(process.platform !== 'linux')(
    'a paused song waits, however long, and goes on when resumed',
    async () => {
      holdTime();
      const workers = pool({ entry: OBEDIENT });
      await workers.identify('warm');
      const song = workers.identify('slow');
      workers.pause();
      while (children()[0]?.state !== 'T') await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(3_600_000);
      expect(await isSettled(song)).toBe(false);
      workers.resume();
      expect(await song).toMatchObject({ kind: 'identified' });
    },
  );

  test('an abort rejects what waits and what is under way, and the next job is done', async () => {
    const workers = pool({ entry: OBEDIENT });
    const stop = new AbortController();
    const jobs = ['hang', 'waiting'].map((path) => workers.identify(path, stop.signal));
    stop.abort(new Error('the folder changed'));
    for (const job of jobs) await expect(job).rejects.toThrow('the folder changed');
    await expect(workers.identify('later', stop.signal)).rejects.toThrow('the folder changed');
    expect(await workers.identify('next')).toMatchObject({ kind: 'identified' });
  });

  test('closing ends workers at once, even paused or hanging ones, and rejects their jobs', async () => {
    const workers = pool({ entry: OBEDIENT, workerCount: 2 });
    workers.pause();
    const jobs = ['slow', 'hang', 'queued'].map((path) => workers.identify(path));
    const refusals = Promise.all(jobs.map((job) => expect(job).rejects.toThrow('closed')));
    await workers.close();
    await refusals;
    await expect(workers.hear('late')).rejects.toThrow('closed');
  });

  test.skipIf(process.platform !== 'linux')('workers without work are let go after a while', async () => {
    holdTime();
    const workers = pool();
    const file = fileOf(bytes('some file'));
    await workers.identify(file);
    expect(children()).toHaveLength(1);
    vi.advanceTimersByTime(4900);
    await workers.identify(file);
    vi.advanceTimersByTime(4900);
    expect(children()).toHaveLength(1);
    vi.advanceTimersByTime(100);
    while (children().length > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await workers.identify(file)).toMatchObject({ kind: 'identified' });
  });
});

/** Processes this one has started and that are still there, with their state (`T`: stopped). */
function children(): { readonly state: string; readonly nice: number }[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      // The name in field 2 may hold spaces but ends with the last bracket: state is field 3, nice 19. proc_pid_stat(5)
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(fields[1]) === process.pid ? [{ state: fields[0]!, nice: Number(fields[16]) }] : [];
    } catch {
      // It ended between the listing and the look at it.
      return [];
    }
  });
}
