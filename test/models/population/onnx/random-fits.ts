/** Fits of every family with random numbers in them, and songs placed where they are hardest on a graph. */
import fc from 'fast-check';
import type { Matrix, PopulationFit, Trees, TreesFit } from '../../../../models/population/learners/fits.ts';
import {
  createRandom,
  drawnNormal,
  type Random,
} from '../../../../models/population/learners/seeded-random.ts';
import type { TrainedPopulation } from '../../../../models/population/onnx/export-population.ts';
import type { PopulationCard } from '../../../../models/population/onnx/onnx-card.ts';
import { type Standardiser, standardise } from '../../../../models/population/standardiser.ts';

const TARGETS = 6;

export const FAMILIES = [
  'ridge',
  'gaussianProcess',
  'trees',
  'supportVectors',
  'perceptron',
  'average',
] as const satisfies readonly PopulationFit['kind'][];
export type Family = (typeof FAMILIES)[number];

export interface RandomPopulation {
  readonly trained: TrainedPopulation;
  /** Raw features. */
  readonly songs: readonly (readonly number[])[];
}

export function cardOf(columns: number): PopulationCard {
  return {
    featureVersion: 'test-features/1',
    featureNames: Array.from({ length: columns }, (_, j) => `feature_${j}`),
    learner: 'gpForest',
    trainedOn: 'nobody',
    trainedOnSha256: '0'.repeat(64),
    seed: 7,
    licence: 'for tests',
    description: 'Random numbers; knows nothing of music.',
  };
}

const below = (random: Random, count: number): number => Math.floor(random() * count);
const normals = (random: Random, count: number, scale = 1): Float64Array =>
  Float64Array.from({ length: count }, () => scale * drawnNormal(random));
const normalMatrix = (random: Random, rows: number, columns: number, scale = 1): Matrix => ({
  rows,
  columns,
  values: normals(random, rows * columns, scale),
});

/** Trees that split on values the songs themselves have, so that songs lie on thresholds. */
export function randomTrees(random: Random, z: Matrix, count: number, depth: number, leafShare = 0.2): Trees {
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const leafValues: number[] = [];
  const grow = (deeper: number): number => {
    const at = feature.push(-1) - 1;
    threshold.push(0);
    right.push(0);
    if (deeper === 0 || random() < leafShare) {
      left.push(leafValues.length / TARGETS);
      leafValues.push(...normals(random, TARGETS, 0.4));
      return at;
    }
    const j = below(random, z.columns);
    left.push(0);
    feature[at] = j;
    threshold[at] = z.values[below(random, z.rows) * z.columns + j]!;
    left[at] = grow(deeper - 1);
    right[at] = grow(deeper - 1);
    return at;
  };
  const roots = Array.from({ length: count }, () => grow(depth));
  return {
    roots: Int32Array.from(roots),
    feature: Int16Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    leafValues: Float32Array.from(leafValues),
  };
}

function randomForest(random: Random, z: Matrix): TreesFit {
  const count = 1 + below(random, 140);
  return {
    kind: 'trees',
    trees: randomTrees(random, z, count, below(random, 5)),
    targets: TARGETS,
    intercepts: normals(random, TARGETS, 0.3),
    scale: 1 / count,
  };
}

export function randomFit(family: Family, random: Random, z: Matrix): PopulationFit {
  const { columns } = z;
  switch (family) {
    case 'ridge':
      return {
        kind: 'ridge',
        intercepts: normals(random, TARGETS, 0.3),
        weights: normalMatrix(random, TARGETS, columns, 0.1),
      };
    case 'gaussianProcess': {
      const rows = 1 + below(random, 300);
      return {
        kind: 'gaussianProcess',
        inputs: normalMatrix(random, rows, columns),
        alphas: normalMatrix(random, rows, TARGETS, 0.2),
        means: normals(random, TARGETS, 0.3),
        squaredLength: 4 * columns,
        linearScale: 0.76 / columns,
      };
    }
    case 'trees':
      return randomForest(random, z);
    case 'supportVectors': {
      // A few vectors that machines share, and machines that have none.
      const pool = normalMatrix(random, 40, columns);
      return {
        kind: 'supportVectors',
        gamma: 1 / columns,
        machines: Array.from({ length: TARGETS }, () => {
          const picked = Array.from({ length: below(random, 40) }, () => below(random, pool.rows));
          const values = picked.flatMap((i) => [...pool.values.subarray(i * columns, (i + 1) * columns)]);
          return {
            supportVectors: { rows: picked.length, columns, values: Float64Array.from(values) },
            coefficients: normals(random, picked.length, 3),
            rho: random() - 0.5,
          };
        }),
      };
    }
    case 'perceptron': {
      const widths = [
        columns,
        ...Array.from({ length: below(random, 3) }, () => 1 + below(random, 40)),
        TARGETS,
      ];
      return {
        kind: 'perceptron',
        layers: widths.slice(1).map((outputs, at) => ({
          weights: normalMatrix(random, outputs, widths[at]!, 1 / Math.sqrt(widths[at]!)),
          biases: normals(random, outputs, 0.3),
        })),
      };
    }
    case 'average':
      return {
        kind: 'average',
        members: Array.from({ length: 1 + below(random, 3) }, () =>
          randomFit(FAMILIES[below(random, FAMILIES.length)]!, random, z),
        ),
      };
  }
}

/** Songs about the mean, far beyond ±4 deviations, beyond float32's reach of the mean, and alike but for rounding. */
function randomSongs(random: Random, { means, deviations }: Standardiser, count: number): number[][] {
  return Array.from({ length: count }, () => {
    const reach = [1, 1, 1, 6, 1e30][below(random, 5)]!;
    return Array.from(means, (mean, j) => mean + drawnNormal(random) * Math.min(deviations[j]!, 1e4) * reach);
  });
}

function randomStandardiser(random: Random, columns: number): Standardiser {
  const means = Float32Array.from(normals(random, columns, 50));
  // The largest float32 is what standardiser.ts gives a column that never varied.
  const deviations = Float32Array.from(
    means,
    () => [0.01, 1, 1000, 3.4028234663852886e38][below(random, 4)]!,
  );
  return { means, deviations };
}

export function randomPopulation(family: Family, { seed, columns, count }: Recipe): RandomPopulation {
  const random = createRandom(seed);
  const standardiser = randomStandardiser(random, columns);
  const songs = randomSongs(random, standardiser, count);
  const fit = randomFit(family, random, standardise(standardiser, songs));
  return { trained: { fit, standardiser, card: cardOf(columns) }, songs };
}

/** What to draw a population from; small, so that a failing one can be read. */
export interface Recipe {
  readonly seed: number;
  readonly columns: number;
  readonly count: number;
}

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  seed: fc.nat(),
  columns: fc.integer({ min: 1, max: 24 }),
  count: fc.integer({ min: 1, max: 40 }),
});
