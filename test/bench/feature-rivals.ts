/**
 * What our features are raced against: Meyda (installed), and Essentia compiled to WebAssembly (AGPL: installed into a
 * temporary folder for the race, never a dependency). Each computes, frame by frame, the descriptors it shares with us.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Meyda from 'meyda';

/** All that Meyda has of our 65; its flux throws. */
export const MEYDA_EXTRACTORS = [
  'rms',
  'zcr',
  'spectralCentroid',
  'spectralSpread',
  'spectralRolloff',
  'spectralFlatness',
  'spectralSlope',
  'spectralSkewness',
  'spectralKurtosis',
  'spectralCrest',
  'loudness',
  'perceptualSharpness',
  'perceptualSpread',
  'mfcc',
  'chroma',
] as const;

/** The part of Meyda used here, which its declarations describe as a namespace. */
interface MeydaInstance {
  bufferSize: number;
  sampleRate: number;
  numberOfMFCCCoefficients: number;
  extract(names: readonly string[], frame: Float32Array): unknown;
}
const meyda = Meyda as unknown as MeydaInstance;

const MEYDA_FRAME = 1024;
const ESSENTIA_FRAME = 2048;
const HOP = 512;
const RATE_HZ = 22_050;

const ESSENTIA_VERSION = '0.1.3';
const INSTALL_LIMIT_MS = 60_000;

/** A frame every 512 samples of a signal at 22,050 Hz, as ours. */
export function runMeyda(signal: Float32Array): void {
  meyda.bufferSize = MEYDA_FRAME;
  meyda.sampleRate = RATE_HZ;
  meyda.numberOfMFCCCoefficients = 20;
  for (let start = 0; start + MEYDA_FRAME <= signal.length; start += HOP) {
    meyda.extract(MEYDA_EXTRACTORS, signal.subarray(start, start + MEYDA_FRAME));
  }
}

/** A vector on Essentia's heap. */
interface Vector {
  size(): number;
  get(index: number): unknown;
  delete(): void;
}

type Algorithm = (...input: readonly unknown[]) => Readonly<Record<string, unknown>>;
type Essentia = Readonly<Record<string, Algorithm>> & {
  FrameGenerator(signal: Float32Array, frame: number, hop: number): Vector;
};

interface EssentiaPackage {
  readonly Essentia: new (wasm: unknown) => Essentia;
  readonly EssentiaWASM: unknown;
}

export interface EssentiaRival {
  run(signal: Float32Array): void;
  remove(): Promise<void>;
}

/** Undefined where npm or its registry is out of reach. */
export async function installEssentia(): Promise<EssentiaRival | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'amecs-essentia-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    await promisify(execFile)('npm', [...args, `essentia.js@${ESSENTIA_VERSION}`], {
      timeout: INSTALL_LIMIT_MS,
    });
    const load = createRequire(join(folder, 'package.json'));
    const { Essentia, EssentiaWASM } = load('essentia.js') as EssentiaPackage;
    const essentia = new Essentia(EssentiaWASM);
    return { run: (signal) => runEssentia(essentia, signal), remove };
  } catch {
    await remove();
    return undefined;
  }
}

/** Its spectrum, 13 MFCC, contrast, moments and nine scalars; no chroma, tonnetz, Bark loudness, deltas or rhythm. */
function runEssentia(essentia: Essentia, signal: Float32Array): void {
  const frames = essentia.FrameGenerator(signal, ESSENTIA_FRAME, HOP);
  for (let i = 0; i < frames.size(); i++) {
    const frame = frames.get(i);
    const windowed = essentia.Windowing!(frame, true, ESSENTIA_FRAME, 'hann').frame as Vector;
    const spectrum = essentia.Spectrum!(windowed, ESSENTIA_FRAME).spectrum as Vector;
    const outputs = [
      essentia.RMS!(frame),
      essentia.ZeroCrossingRate!(frame),
      essentia.MFCC!(spectrum, 2, RATE_HZ / 2, ESSENTIA_FRAME / 2 + 1),
      essentia.SpectralContrast!(spectrum, ESSENTIA_FRAME, RATE_HZ / 2),
      essentia.Centroid!(spectrum, RATE_HZ / 2),
      essentia.CentralMoments!(spectrum),
      essentia.RollOff!(spectrum, 0.85, RATE_HZ),
      essentia.Flatness!(spectrum),
      essentia.Flux!(spectrum),
      essentia.Entropy!(spectrum),
      essentia.HFC!(spectrum, RATE_HZ),
      essentia.Crest!(spectrum),
    ];
    for (const output of outputs) for (const value of Object.values(output)) freeVector(value);
    windowed.delete();
    spectrum.delete();
  }
  frames.delete();
}

/** Its heap is not garbage collected. */
function freeVector(value: unknown): void {
  if (typeof value === 'object' && value !== null && 'delete' in value) (value as Vector).delete();
}
