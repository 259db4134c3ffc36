/**
 * Support vector regression with a Gaussian kernel, one machine a target, fitted by LIBSVM (Chang & Lin 2011) as
 * compiled to asm.js: its build that is there at once, where the WebAssembly one needs a promise.
 */
import { createRequire } from 'node:module';
import { learnCrossFitted } from './cross-fit.ts';
import type { LearnerResult, LearnerSamples, Matrix, SupportVectorsFit } from './fits.ts';
import { checkSamples, type LearnerOptions } from './learner.ts';
import { rowOf, rowsOf } from './matrix.ts';

export interface SupportVectorSettings {
  /** C: what an error beyond the tube costs. */
  readonly cost: number;
  /** Half the tube's width, in the targets' unit: smaller errors cost nothing. */
  readonly epsilon: number;
  /** Of exp(-gamma |z - z'|²), times the number of features. */
  readonly gammaTimesFeatures: number;
}

/** Best of five tried on DEAM, song-disjoint. */
export const SUPPORT_VECTOR_SETTINGS: SupportVectorSettings = {
  cost: 0.3,
  epsilon: 0.1,
  gammaTimesFeatures: 0.5,
};

/** What is used of libsvm-js, which ships no types. */
interface Libsvm {
  train(samples: readonly (readonly number[])[], labels: readonly number[]): void;
  predictOne(sample: readonly number[]): number;
  getSVIndices(): number[];
  serializeModel(): string;
  free(): void;
}
interface LibsvmConstructor {
  new (options: Readonly<Record<string, number | string | boolean>>): Libsvm;
  readonly SVM_TYPES: { readonly EPSILON_SVR: string };
  readonly KERNEL_TYPES: { readonly RBF: string };
}

let loaded: LibsvmConstructor | undefined;

/** Loads it on first use: 285 kB of asm.js that nobody else needs. */
function libsvm(): LibsvmConstructor {
  if (loaded === undefined) {
    const before = new Set(process.listeners('unhandledRejection'));
    loaded = createRequire(import.meta.url)('libsvm-js/asm') as LibsvmConstructor;
    // Emscripten's loader ends the process, without a word, at any unhandled rejection anywhere.
    for (const listener of process.listeners('unhandledRejection')) {
      if (!before.has(listener)) process.removeListener('unhandledRejection', listener);
    }
  }
  return loaded;
}

/** The coefficients of LIBSVM's text form: after the line `SV`, first in each line, to 16 digits. */
export function parseCoefficients(model: string): Float64Array {
  const [header, vectors] = model.split('\nSV\n');
  const lines = (vectors ?? '').split('\n').filter((line) => line.trim() !== '');
  const coefficients = Float64Array.from(lines, (line) => Number.parseFloat(line));
  const announced = Number(/^total_sv (\d+)$/m.exec(header ?? '')?.[1]);
  if (coefficients.length !== announced || !coefficients.every(Number.isFinite)) {
    throw new Error(`support vectors: LIBSVM's model announces ${announced} of them, holds ${lines.length}`);
  }
  return coefficients;
}

type Machine = SupportVectorsFit['machines'][number];

/**
 * LIBSVM writes vectors to 8 digits and rho to 6, so the vectors are taken from z by their numbers, and rho from one
 * prediction made at full precision.
 */
function fitMachine(
  z: Matrix,
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  gamma: number,
  { cost, epsilon }: SupportVectorSettings,
): Machine {
  const Svm = libsvm();
  const svm = new Svm({
    type: Svm.SVM_TYPES.EPSILON_SVR,
    kernel: Svm.KERNEL_TYPES.RBF,
    cost,
    epsilon,
    gamma,
    quiet: true,
  });
  try {
    svm.train(rows, labels);
    const coefficients = parseCoefficients(svm.serializeModel());
    const supportVectors = rowsOf(z, svm.getSVIndices());
    const first = rowOf(z, 0);
    let sum = 0;
    for (const [i, coefficient] of coefficients.entries()) {
      const distance = rowOf(supportVectors, i).reduce((d, x, j) => d + (x - first[j]!) ** 2, 0);
      sum += coefficient * Math.exp(-gamma * distance);
    }
    return { supportVectors, coefficients, rho: sum - svm.predictOne(rows[0]!) };
  } finally {
    svm.free();
  }
}

/** The fit alone. LIBSVM knows no weights of samples: every song counts the same. */
export function fitSupportVectors(
  samples: LearnerSamples,
  { onProgress }: LearnerOptions,
  settings = SUPPORT_VECTOR_SETTINGS,
): SupportVectorsFit {
  checkSamples(samples, 'support vectors');
  const { z, targets } = samples;
  const gamma = settings.gammaTimesFeatures / z.columns;
  const rows = Array.from({ length: z.rows }, (_, i) => [...rowOf(z, i)]);
  const machines = Array.from({ length: targets.columns }, (_, t) => {
    const labels = Array.from({ length: z.rows }, (_, i) => targets.values[i * targets.columns + t]!);
    const machine = fitMachine(z, rows, labels, gamma, settings);
    onProgress?.((t + 1) / targets.columns);
    return machine;
  });
  return { kind: 'supportVectors', gamma, machines };
}

/** Out of sample: cross-fitted. */
export function learnSupportVectors(
  samples: LearnerSamples,
  options: LearnerOptions,
  settings = SUPPORT_VECTOR_SETTINGS,
): LearnerResult & { readonly fit: SupportVectorsFit } {
  const plain = (part: LearnerSamples, own: LearnerOptions) => fitSupportVectors(part, own, settings);
  return learnCrossFitted('support vectors', plain, samples, options);
}
