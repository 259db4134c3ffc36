import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LearnerSamples, Trees } from '../../../../models/population/learners/fits.ts';
import { learnBoosting } from '../../../../models/population/learners/gradient-boosting.ts';
import { grownTrees, LEAF, leafOf, noTrees } from '../../../../models/population/learners/growing-trees.ts';
import { FOREST_SETTINGS, learnForest } from '../../../../models/population/learners/random-forest.ts';
import {
  createTreeGrower,
  type TreeSettings,
} from '../../../../models/population/learners/regression-tree.ts';
import {
  createRandom,
  drawnIndex,
  drawnSeed,
  shuffledIndices,
} from '../../../../models/population/learners/seeded-random.ts';
import { sortColumns } from '../../../../models/population/learners/sorted-columns.ts';
import { thresholdBetween } from '../../../../models/population/learners/split-search.ts';
import { predictTargets } from '../../../../models/population/predict-targets.ts';
import {
  bentSamples,
  largestDifference,
  matrixOf,
  pickSongs,
  rootMeanSquare,
  seeded,
} from './learner-fixtures.ts';

const WHOLE: TreeSettings = { minLeaf: 1, maxDepth: Number.POSITIVE_INFINITY, maxFeatures: 3 };
const SMALL_FOREST = { ...FOREST_SETTINGS, trees: 20 };

function oneTree({ z, targets, weights }: LearnerSamples, settings: TreeSettings): Trees {
  const growing = noTrees();
  createTreeGrower(sortColumns(z), targets, settings).grow(growing, weights, createRandom(1));
  return grownTrees(growing);
}
const asFit = (trees: Trees, targets: number) =>
  ({ kind: 'trees', trees, targets, intercepts: new Float64Array(targets), scale: 1 }) as const;

/** Songs in each leaf, by row of `leafValues`. */
function songsByLeaf(trees: Trees, { z }: LearnerSamples): number[][] {
  const columns = sortColumns(z);
  const byLeaf: number[][] = [];
  for (let song = 0; song < z.rows; song++) {
    const leaf = leafOf(trees, trees.roots[0]!, columns.values, song, z.rows);
    byLeaf[leaf] = [...(byLeaf[leaf] ?? []), song];
  }
  return byLeaf;
}

function depthOf(trees: Trees, node: number): number {
  if (trees.feature[node] === LEAF) return 0;
  return 1 + Math.max(depthOf(trees, trees.left[node]!), depthOf(trees, trees.right[node]!));
}

describe('a threshold', () => {
  test('lies strictly between two single-precision numbers where there is room, else on the lower', () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -4, max: 4 });
    fc.assert(
      fc.property(float, float, (a, b) => {
        fc.pre(a !== b);
        const [lower, upper] = [Math.min(a, b), Math.max(a, b)];
        const threshold = thresholdBetween(lower, upper);
        expect(threshold).toBe(Math.fround(threshold));
        expect(lower <= threshold && threshold < upper).toBe(true);
      }),
    );
    const next = 1 + 2 ** -23;
    expect(thresholdBetween(1, next)).toBe(1);
    expect(thresholdBetween(1, 1 + 2 ** -22)).toBe(next);
  });
});

describe('a tree', () => {
  const samples = bentSamples(60, 2);

  test('grown to the end says of each song what was said of it', () => {
    const fitted = predictTargets(asFit(oneTree(samples, WHOLE), 2), samples.z);
    expect(largestDifference(fitted, samples.targets)).toBeLessThan(1e-6);
  });

  test.each([2, 4, 9])(
    'keeps %i songs or more in a leaf, and each leaf says their weighted mean',
    (minLeaf) => {
      const trees = oneTree(samples, { ...WHOLE, minLeaf });
      for (const [leaf, songs] of songsByLeaf(trees, samples).entries()) {
        expect(songs.length).toBeGreaterThanOrEqual(minLeaf);
        const weight = songs.reduce((sum, song) => sum + samples.weights[song]!, 0);
        const total = songs.reduce((sum, s) => sum + samples.weights[s]! * samples.targets.values[s * 2]!, 0);
        expect(trees.leafValues[leaf * 2]).toBeCloseTo(total / weight, 6);
      }
    },
  );

  test.each([0, 1, 3])('is no deeper than %i', (maxDepth) => {
    expect(depthOf(oneTree(samples, { ...WHOLE, maxDepth }), 0)).toBe(maxDepth);
  });

  test('a song of weight 2 counts as the same song twice', () => {
    const twice = { ...samples, weights: samples.weights.map((w, i) => (i < 9 ? 2 * w : w)) };
    const repeated = pickSongs(samples, [...Array(60).keys(), ...Array(9).keys()]);
    const [one, other] = [twice, repeated].map((own) => oneTree(own, { ...WHOLE, maxDepth: 4 }));
    expect(one!.threshold).toEqual(other!.threshold);
    for (const [at, value] of one!.leafValues.entries()) expect(other!.leafValues[at]).toBeCloseTo(value, 5);
  });

  test('never splits between songs that are alike in single precision', () => {
    const z = matrixOf([[1], [1 + 1e-9], [1 + 2e-9], [1 + 3e-9]]);
    const targets = matrixOf([[0], [1], [0], [1]]);
    expect(oneTree({ z, targets, weights: Float64Array.of(1, 1, 1, 1) }, WHOLE).feature).toEqual(
      Int16Array.of(LEAF),
    );
  });

  test('looks on where the column it drew is the same for all', () => {
    const z = matrixOf(Array.from({ length: 8 }, (_, i) => [5, 5, 5, 5, i]));
    const targets = matrixOf(Array.from({ length: 8 }, (_, i) => [i]));
    const trees = oneTree({ z, targets, weights: new Float64Array(8).fill(1) }, { ...WHOLE, maxFeatures: 1 });
    expect(trees.leafValues).toHaveLength(8);
  });

  test('that has nothing left to tell apart is one leaf', () => {
    const same = { ...samples, targets: matrixOf(Array.from({ length: 60 }, () => [0.1, 0.7])) };
    expect(oneTree(same, WHOLE).leafValues).toEqual(Float32Array.of(0.1, 0.7));
  });

  test.each([{ minLeaf: 0 }, { maxDepth: -1 }, { maxFeatures: 0 }])('refuses %j', (setting) => {
    expect(() => oneTree(samples, { ...WHOLE, ...setting })).toThrow('least are 1, 0 and 1');
  });

  test('refuses to grow from no song', () => {
    expect(() => oneTree({ ...samples, weights: new Float64Array(60) }, WHOLE)).toThrow('no song');
  });
});

describe('a forest', () => {
  const samples = bentSamples(80, 3);

  test('learns what bends, and says as much of songs it has not seen', () => {
    const { fit, outOfSample } = learnForest(samples, seeded(1), { ...SMALL_FOREST, trees: 100 });
    const fresh = bentSamples(200, 9);
    const spread = rootMeanSquare(fresh.targets, matrixOf(Array.from({ length: 200 }, () => [0, 0])));
    const error = rootMeanSquare(predictTargets(fit, fresh.z), fresh.targets);
    expect(error).toBeLessThan(0.7 * spread);
    expect(rootMeanSquare(outOfSample, samples.targets) / error).toBeGreaterThan(0.8);
    expect(rootMeanSquare(outOfSample, samples.targets) / error).toBeLessThan(1.25);
  });

  test('out of bag is the mean of the trees that did not draw the song', () => {
    const { fit, outOfSample } = learnForest(samples, seeded(6), SMALL_FOREST);
    const seed = drawnSeed(createRandom(6));
    const columns = sortColumns(samples.z);
    for (let song = 0; song < 80; song++) {
      const votes: number[] = [];
      for (let tree = 0; tree < 20; tree++) {
        const own = createRandom(seed, tree);
        const bag = new Set(Array.from({ length: 80 }, () => drawnIndex(own, 80)));
        if (bag.has(song)) continue;
        const leaf = leafOf(fit.trees, fit.trees.roots[tree]!, columns.values, song, 80);
        votes.push(fit.trees.leafValues[leaf * 2]!);
      }
      const mean = votes.reduce((sum, vote) => sum + vote, 0) / votes.length;
      if (votes.length > 0) expect(outOfSample.values[song * 2]).toBeCloseTo(mean, 10);
    }
  });

  test('what is said of a song does not reach its own out-of-bag prediction', () => {
    fc.assert(
      fc.property(fc.nat(79), fc.double({ min: -50, max: 50, noNaN: true }), (song, value) => {
        const changed = {
          ...samples,
          targets: { ...samples.targets, values: samples.targets.values.slice() },
        };
        changed.targets.values[song * 2] = value;
        const [was, is] = [samples, changed].map(
          (own) => learnForest(own, seeded(6), SMALL_FOREST).outOfSample,
        );
        expect(is!.values[song * 2]).toBe(was!.values[song * 2]!);
      }),
      { numRuns: 20 },
    );
  });

  test('a song that every tree saw gets the mean of the others', () => {
    const three = { ...pickSongs(samples, [0, 1, 2]), weights: Float64Array.of(1, 1, 3) };
    const { outOfSample } = learnForest(three, seeded(2), { ...SMALL_FOREST, trees: 1, minLeaf: 1 });
    const y = three.targets.values;
    const alone = [(y[2]! + 3 * y[4]!) / 4, (y[0]! + 3 * y[4]!) / 4, (y[0]! + y[2]!) / 2];
    const own = createRandom(drawnSeed(createRandom(2)), 0);
    const bag = new Set([0, 1, 2].map(() => drawnIndex(own, 3)));
    for (const song of bag) expect(outOfSample.values[song * 2]).toBeCloseTo(alone[song]!, 12);
  });

  test('more trees leave the first ones as they are', () => {
    const few = learnForest(samples, seeded(1), SMALL_FOREST).fit.trees;
    const many = learnForest(samples, seeded(1), { ...SMALL_FOREST, trees: 30 }).fit.trees;
    expect(many.threshold.subarray(0, few.threshold.length)).toEqual(few.threshold);
  });
});

describe('boosting', () => {
  test('more trees come closer to the songs learnt from', () => {
    const samples = bentSamples(80, 3);
    const settings = {
      trees: 5,
      learningRate: 0.1,
      maxDepth: 3,
      minLeaf: 3,
      subsample: 0.5,
      featureShare: 1,
    };
    const errors = [5, 20, 80].map((trees) =>
      rootMeanSquare(
        predictTargets(learnBoosting(samples, seeded(1), { ...settings, trees }).fit, samples.z),
        samples.targets,
      ),
    );
    expect(errors[1]).toBeLessThan(errors[0]! * 0.9);
    expect(errors[2]).toBeLessThan(errors[1]! * 0.9);
  });
});

describe('random numbers', () => {
  test('a seed gives its own stream, each of its branches another', () => {
    const first = (seed: number, branch?: number) => createRandom(seed, branch)();
    const firsts = [1, 2, 2 ** 32 + 1].flatMap((seed) => [0, 1, 2].map((branch) => first(seed, branch)));
    expect(new Set(firsts).size).toBe(9);
    expect(first(1)).toBe(first(1, 0));
  });

  // Outputs 13 to 15 of C's uint32_t: t = a + b + n++; a = b ^ b >> 9; b = c + (c << 3); c = rotl(c, 21) + t,
  // from a = 1, b = 0, c = 2, n = 1.
  test('are sfc32’s', () => {
    const random = createRandom(1, 2);
    expect([random(), random(), random()].map((x) => x * 2 ** 32)).toEqual([
      606404981, 1081094180, 3618035551,
    ]);
  });

  test('shuffling keeps every index once', () => {
    expect([...shuffledIndices(createRandom(3), 50)].sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  });
});
