/**
 * Runs a population's .onnx file through onnxruntime on one thread. The runtime is native code loaded on first use;
 * where it cannot be, that is an answer, not an exception, so that the box can go on with what it knows.
 */
import { readFile } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import type { PerEmotion } from '../../emotions.ts';
import type { PopulationModel, PopulationOpinion } from '../population-model.ts';
import { type OnnxCard, readOnnxCard } from './onnx-card.ts';
import { FEATURES_INPUT, PROBABILITIES_OUTPUT, VALENCE_AROUSAL_OUTPUT } from './population-graph.ts';

/** Rows to `predict` are float32, in the order of `card.featureNames`. */
export interface OnnxPopulation extends PopulationModel {
  readonly card: OnnxCard;
  /** Frees the native memory; nothing may be predicted after. */
  close(): Promise<void>;
}

export interface RuntimeUnavailable {
  readonly kind: 'unavailable';
  readonly reason: string;
  /** For whoever looks after the machine: what to do. */
  readonly hint: string;
}

export type OpenedPopulation =
  | { readonly kind: 'open'; readonly population: OnnxPopulation }
  | RuntimeUnavailable;

type Runtime = typeof import('onnxruntime-node');

/** One thread, as the box has others to serve; without arena and patterns, which keep the largest run's memory. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  enableCpuMemArena: false,
  enableMemPattern: false,
  // Fatal only: what goes wrong comes as an exception, and standard error is not read by machines.
  logSeverityLevel: 4,
};

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** @throws RangeError on another number of features, or one that float32 does not hold */
function checkedFeatures(features: ArrayLike<number>, { id, featureNames }: OnnxCard): Float32Array {
  if (features.length !== featureNames.length) {
    throw new RangeError(
      `population ${id}: expected ${featureNames.length} features, got ${features.length}`,
    );
  }
  const single = Float32Array.from(features);
  const at = single.findIndex((feature) => !Number.isFinite(feature));
  if (at >= 0) throw new RangeError(`population ${id}: feature ${featureNames[at]} is ${features[at]}`);
  return single;
}

function createPopulation(session: InferenceSession, card: OnnxCard, runtime: Runtime): OnnxPopulation {
  async function opinionOf(features: Float32Array): Promise<PopulationOpinion> {
    const input = new runtime.Tensor('float32', features, [1, features.length]);
    const outputs = await session.run({ [FEATURES_INPUT]: input });
    const numbersOf = (name: string) => [...(outputs[name]!.data as Float64Array)] as unknown;
    return {
      probabilities: numbersOf(PROBABILITIES_OUTPUT) as PerEmotion,
      valenceArousal: numbersOf(VALENCE_AROUSAL_OUTPUT) as [number, number],
    };
  }

  return {
    id: card.id,
    featureVersion: card.featureVersion,
    card,
    async predict(songs) {
      const rows = songs.map((features) => checkedFeatures(features, card));
      const opinions: PopulationOpinion[] = [];
      // One at a time. The runtime's run is synchronous (its promise waits for a turn of the loop, then for nothing), so
      // this is what holds the thread; and in a larger batch a song's last bits depend on the songs around it.
      for (const row of rows) opinions.push(await opinionOf(row));
      return opinions;
    },
    close: () => session.release(),
  };
}

async function read(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`read population model: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * A population from its file or the file's bytes. Native code and graph load at one stretch (a tenth of a second and
 * 50 MB for a large forest), so open before anybody waits. Rejects with an Error where the file cannot be read, is
 * damaged or is not one of ours. `loadRuntime` is for tests.
 */
export async function openOnnxPopulation(
  source: Uint8Array | string | URL,
  loadRuntime: () => Promise<Runtime> = () => import('onnxruntime-node'),
): Promise<OpenedPopulation> {
  const bytes = source instanceof Uint8Array ? source : await read(source);
  const card = readOnnxCard(bytes);
  let runtime: Runtime;
  try {
    runtime = await loadRuntime();
  } catch (cause) {
    return {
      kind: 'unavailable',
      reason: `onnxruntime does not load on ${process.platform}-${process.arch}: ${reasonOf(cause)}`,
      hint: 'It needs 64-bit Linux with glibc 2.27 or later, macOS or Windows; install the packages again on such a system.',
    };
  }
  // Else it warns of every graphics card it cannot ask, before any session's own level counts.
  runtime.env.logLevel = 'fatal';
  try {
    const session = await runtime.InferenceSession.create(bytes, SESSION_OPTIONS);
    return { kind: 'open', population: createPopulation(session, card, runtime) };
  } catch (cause) {
    throw new Error(`open population model ${card.id}: ${reasonOf(cause)}`, { cause });
  }
}
