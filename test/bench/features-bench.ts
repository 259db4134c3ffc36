/**
 * How fast a song's features come: all 65 descriptors, their 1,040 functionals, the 20 aggregates, tempo and key, of a
 * 45 s clip on one core, beside Meyda and Essentia in the same run; and what an extraction worker takes and adds.
 * Ours and Meyda take turns, so that whatever else the machine does falls on both; figures are of the best round of each.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { decodeFile, type PcmBlock } from '../../device/audio/decode.ts';
import { compiledEntry } from '../../device/compiled-entry.ts';
import { createExtractionPool } from '../../device/music/extraction-pool.ts';
import { describeWindow } from '../../models/features/describe-window.ts';
import { createEar } from '../../models/features/hear-song.ts';
import { createResampler } from '../../models/features/resample.ts';
import { floatWavFile } from '../support/sound-files.ts';
import { benchSong } from './bench-song.ts';
import { type Benchmark, type BenchResult, percentile } from './benchmark.ts';
import { installEssentia, MEYDA_EXTRACTORS } from './feature-rivals.ts';

const CLIP_S = 45;
const WARM_UP_ROUNDS = 10;
const ROUNDS = 20;
/** The rivals take seconds. */
const RIVAL_ROUNDS = 6;
/** Files each worker hears in the scaling test, and in the memory test. */
const FILES_A_WORKER = 10;
const MEMORY_FILES = 6;
const PLAYED_RATE_HZ = 44_100;
const ANALYSIS_RATE_HZ = 22_050;

/** DEAM clips, where a checkout has them beside it. */
const DEAM = new URL('../../../../shared/data/deam/audio/', import.meta.url);
const DEAM_CLIPS = [2, 7, 13];

type Row = BenchResult['rows'][number];

export const featuresBench: Benchmark = async (progress) => {
  const folder = await mkdtemp(join(tmpdir(), 'amecs-bench-'));
  try {
    const rows: Row[] = [
      {
        what: 'load average before',
        value: loadavg()
          .map((x) => x.toFixed(2))
          .join(' '),
      },
    ];
    const song = benchSong(PLAYED_RATE_HZ, CLIP_S);
    const path = join(folder, 'song.wav');
    await writeFile(path, floatWavFile([song, song.map((x) => 0.9 * x)]));
    const signal = benchSong(ANALYSIS_RATE_HZ, CLIP_S);

    const { oursMs, meydaMs, essentiaMs } = await race(signal, progress);
    rows.push({ what: `65 descriptors and all functionals, ${CLIP_S} s`, value: timesOf(oursMs) });
    rows.push({ what: `Meyda, its ${MEYDA_EXTRACTORS.length}, frames of 1,024`, value: timesOf(meydaMs) });
    rows.push({
      what: 'Essentia (wasm), its 12, frames of 2,048',
      value:
        essentiaMs.length > 0 ? timesOf(essentiaMs) : 'not measured: the package registry is out of reach',
    });
    for (const id of DEAM_CLIPS) {
      const file = fileURLToPath(new URL(`${id}.mp3`, DEAM));
      if (!existsSync(file)) continue;
      progress(`DEAM clip ${id}`);
      rows.push(await rowOfFile(`DEAM clip ${id}`, file));
    }
    rows.push(await rowOfFile('the same as wav', path));

    progress('memory of a worker');
    const workerRssMb = await memoryOfAWorker(path);
    rows.push({ what: `memory of a worker, ${MEMORY_FILES} songs`, value: `${workerRssMb.toFixed(0)} MB` });
    const { oneMs, twoMs } = await scale(path, progress);
    const twoWorkerScaling = (2 * best(oneMs)) / best(twoMs);
    rows.push({
      what: `${FILES_A_WORKER} songs each: one worker, two workers`,
      value: `${timesOf(oneMs)}; ${timesOf(twoMs)}`,
    });
    rows.push({
      what: 'load average after',
      value: loadavg()
        .map((x) => x.toFixed(2))
        .join(' '),
    });

    return {
      name: 'features',
      figures: {
        realTimeFactor: round((1000 * CLIP_S) / best(oursMs)),
        meydaRatio: round(best(meydaMs) / best(oursMs)),
        essentiaRatio: essentiaMs.length > 0 ? round(best(essentiaMs) / best(oursMs)) : null,
        workerRssMb: round(workerRssMb),
        twoWorkerScaling: round(twoWorkerScaling),
      },
      rows,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function race(signal: Float32Array, progress: (line: string) => void) {
  const oursMs: number[] = [];
  const meydaMs: number[] = [];
  const essentiaMs: number[] = [];
  // Compiled by then: V8 is still at it in the sixth song.
  for (let i = 0; i < WARM_UP_ROUNDS; i++) describeWindow(signal);
  const meyda = new Worker(compiledEntry(import.meta.url, './meyda-worker.ts'), { workerData: { signal } });
  for (let i = 0; i < ROUNDS; i++) {
    progress(`round ${i + 1}/${ROUNDS}`);
    oursMs.push(timeOf(() => describeWindow(signal)));
    if (i >= RIVAL_ROUNDS) continue;
    meyda.postMessage('run');
    const [ms] = await once(meyda, 'message');
    meydaMs.push(ms as number);
  }
  await meyda.terminate();
  // Last, because its heap makes everything after it in this process slower.
  progress('installing essentia.js into a temporary folder');
  const essentia = await installEssentia();
  if (essentia !== undefined) {
    for (let i = 0; i < RIVAL_ROUNDS; i++) {
      progress(`essentia, round ${i + 1}/${RIVAL_ROUNDS}`);
      essentiaMs.push(timeOf(() => essentia.run(signal)));
    }
    await essentia.remove();
  }
  return { oursMs, meydaMs, essentiaMs };
}

/** Decoding, the stream's share (resampling, loudness, peaks) and the features of one file, each by itself. */
async function rowOfFile(what: string, path: string): Promise<Row> {
  const started = performance.now();
  const blocks: PcmBlock[] = [];
  for await (const block of decodeFile(path)) blocks.push(block);
  const decodedMs = performance.now() - started;
  const { sampleRateHz, channels } = blocks[0]!;
  const frames = blocks.reduce((sum, block) => sum + block.channels[0]!.length, 0);

  const ear = createEar({ sampleRateHz, channels: channels.length });
  const streamMs = timeOf(() => {
    for (const block of blocks) ear.write(block.channels);
  });
  const resampler = createResampler({ fromHz: sampleRateHz, toHz: ANALYSIS_RATE_HZ, quality: 'analysis' });
  const pieces = [...blocks.map((block) => resampler.write(block.channels[0]!).slice()), resampler.finish()];
  const signal = joined(pieces);
  const featuresMs = Array.from({ length: 5 }, () => timeOf(() => describeWindow(signal)));
  const seconds = frames / sampleRateHz;
  return {
    what: `${what}, ${seconds.toFixed(1)} s`,
    value: `decode ${decodedMs.toFixed(0)} ms, stream ${streamMs.toFixed(0)} ms, features ${timesOf(featuresMs)}`,
  };
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}

async function memoryOfAWorker(path: string): Promise<number> {
  const entry = compiledEntry(import.meta.url, './features-memory.ts');
  const child = fork(entry, [path, String(MEMORY_FILES)], { execArgv: [] });
  return await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { grownMb: number }).grownMb));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`bench: the memory process ended with code ${code}`)));
  });
}

/** Time in which one worker hears its files, and two workers twice as many. */
async function scale(path: string, progress: (line: string) => void) {
  const one = createExtractionPool({ workerCount: 1 });
  const two = createExtractionPool({ workerCount: 2 });
  const hearMs = async (pool: typeof one, files: number): Promise<number> => {
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: files }, () => pool.hear(path)));
    if (answers.some(({ kind }) => kind === 'refused')) throw new Error(`bench: ${path} was refused`);
    return performance.now() - started;
  };
  const oneMs: number[] = [];
  const twoMs: number[] = [];
  try {
    await Promise.all([hearMs(one, 2), hearMs(two, 4)]);
    for (let i = 0; i < 3; i++) {
      progress(`scaling ${i + 1}/3`);
      oneMs.push(await hearMs(one, FILES_A_WORKER));
      twoMs.push(await hearMs(two, 2 * FILES_A_WORKER));
    }
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
  return { oneMs, twoMs };
}

function timeOf(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

function best(timesMs: readonly number[]): number {
  return Math.min(...timesMs);
}

function timesOf(timesMs: readonly number[]): string {
  return `best ${best(timesMs).toFixed(0)} ms, median ${percentile(timesMs, 0.5).toFixed(0)} ms`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
