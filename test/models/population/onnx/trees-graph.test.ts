import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Matrix, Trees, TreesFit } from '../../../../models/population/learners/fits.ts';
import { createRandom } from '../../../../models/population/learners/seeded-random.ts';
import { exportPopulation } from '../../../../models/population/onnx/export-population.ts';
import { packLeaves, roundLeaves } from '../../../../models/population/onnx/leaf-packing.ts';
import { openOnnxPopulation } from '../../../../models/population/onnx/onnx-population.ts';
import { cardOf, randomFit, randomPopulation, randomTrees } from './random-fits.ts';

type Tree =
  | number
  | { readonly feature: number; readonly at: number; readonly low: Tree; readonly high: Tree };

/** A leaf is the valence it stands for. */
function treesOf(...written: readonly Tree[]): Trees {
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const leafValues: number[] = [];
  const add = (tree: Tree): number => {
    const isLeaf = typeof tree === 'number';
    const node = feature.push(isLeaf ? -1 : tree.feature) - 1;
    threshold.push(isLeaf ? 0 : tree.at);
    left.push(leafValues.length / 6);
    right.push(0);
    if (isLeaf) leafValues.push(tree, 0, 0, 0, 0, 0);
    else {
      left[node] = add(tree.low);
      right[node] = add(tree.high);
    }
    return node;
  };
  const roots = Int32Array.from(written, add);
  return {
    roots,
    feature: Int16Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    leafValues: Float32Array.from(leafValues),
  };
}

const sumOf = (trees: Trees): TreesFit => ({
  kind: 'trees',
  trees,
  targets: 6,
  intercepts: new Float64Array(6),
  scale: 1,
});

/** Valences of songs whose features are their z-scores. */
async function valences(trees: Trees, songs: readonly (readonly number[])[]): Promise<number[]> {
  const columns = songs[0]!.length;
  const standardiser = { means: new Float32Array(columns), deviations: new Float32Array(columns).fill(1) };
  const result = await openOnnxPopulation(
    exportPopulation({ fit: sumOf(trees), standardiser, card: cardOf(columns) }),
  );
  if (result.kind !== 'open') throw new Error(result.reason);
  const opinions = await result.population.predict(songs);
  await result.population.close();
  return opinions.map(({ valenceArousal }) => valenceArousal[0]);
}

describe('trees as a graph', () => {
  test('send a song on the threshold to the low side and the next float32 to the high side', async () => {
    const at = Math.fround(0.1);
    const bits = new Int32Array(Float32Array.of(at).buffer)[0]!;
    const [below, above] = new Float32Array(Int32Array.of(bits - 1, bits + 1).buffer);
    const trees = treesOf({ feature: 0, at, low: 1, high: 2 });
    // 0.1 itself is no float32: it is rounded to one first, by the trainer and by the graph.
    expect(await valences(trees, [[below!], [at], [0.1], [above!]])).toEqual([1, 1, 1, 2]);
  });

  const split = { feature: 0, at: 0, low: 1, high: 2 };
  const inner = { feature: 1, at: 0, low: 10, high: 20 };
  test.each<[string, readonly Tree[], readonly number[]]>([
    ['a tree that never split, alone', [5], [5, 5, 5, 5]],
    ['one behind another tree', [split, 5], [6, 6, 7, 7]],
    ['one before another tree', [5, split], [6, 6, 7, 7]],
    // onnxruntime once took such a root for a leaf (its issue 24679): leaf 2 and branch 2 are its sides.
    ['a root whose leaf and branch have one index', [split, { ...split, high: inner }], [2, 2, 12, 22]],
    ['a root whose branch comes first', [split, { ...split, low: inner }], [11, 21, 4, 4]],
  ])('%s', async (_, trees, expected) => {
    const corners = [
      [-1, -1],
      [-1, 1],
      [1, -1],
      [1, 1],
    ];
    expect(await valences(treesOf(...trees), corners)).toEqual(expected);
  });
});

describe('leaf values', () => {
  const fits = fc
    .record({ seed: fc.nat(), bits: fc.constantFrom(8 as const, 16 as const) })
    .map(({ seed, bits }) => {
      const { trained } = randomPopulation('trees', { seed, columns: 3, count: 5 });
      return { fit: trained.fit as TreesFit, bits };
    });

  test('rounded to 8 or 16 bits are held exactly and lie within half a step', () => {
    fc.assert(
      fc.property(fits, ({ fit, bits }) => {
        const before = fit.trees.leafValues;
        const after = (roundLeaves(fit, bits) as TreesFit).trees.leafValues;
        const { codes, step } = packLeaves(after)!;
        expect(codes.BYTES_PER_ELEMENT).toBeLessThanOrEqual(bits / 8);
        expect(after.every((value, i) => value === codes[i]! * step)).toBe(true);
        const largest = Math.max(...before.map(Math.abs));
        const farthest = Math.max(...before.map((value, i) => Math.abs(value - after[i]!)));
        // The step is less than twice the largest value over the largest code.
        expect(farthest).toBeLessThanOrEqual(largest / (2 ** (bits - 1) - 1));
      }),
    );
  });

  test('not rounded stay as they are', () => {
    expect(packLeaves(Float32Array.of(0.1, 0.7))).toBeUndefined();
  });

  test.each([
    ['nothing but nought', [0, 0], [0, 0], 1],
    ['the largest code', [127, -127], [127, -127], 1],
    ['a share of 1 and halves', [1, -0.5, 0.25], [64, -32, 16], 1 / 64],
  ])('%s', (_, values, codes, step) => {
    expect(packLeaves(Float32Array.from(values))).toEqual({ codes: Int8Array.from(codes), step });
  });

  test('of a forest within an average are rounded too, and nothing else is', () => {
    const random = createRandom(5);
    const z: Matrix = { rows: 2, columns: 1, values: Float64Array.of(0, 1) };
    const ridge = randomFit('ridge', random, z);
    const forest = randomFit('trees', random, z);
    const rounded = roundLeaves({ kind: 'average', members: [ridge, forest] }, 8);
    expect(rounded).toEqual({ kind: 'average', members: [ridge, roundLeaves(forest, 8)] });
    expect(rounded).not.toEqual({ kind: 'average', members: [ridge, forest] });
  });
});

test('a Gaussian process on 1,737 songs and 300 trees of 224 leaves fit 2 MB, at 2 ms a song', async () => {
  const { trained, songs } = randomPopulation('ridge', { seed: 6, columns: 20, count: 40 });
  const random = createRandom(6);
  const single = (count: number) => Float64Array.from({ length: count }, () => Math.fround(random() - 0.5));
  // What 300 trees on DEAM come to: 67,000 leaves; here 262 full trees of 256.
  const z = { rows: 500, columns: 20, values: single(500 * 20) };
  const trees = randomTrees(random, z, 262, 8, 0);
  const bytes = exportPopulation({
    ...trained,
    fit: roundLeaves(
      {
        kind: 'average',
        members: [
          {
            kind: 'gaussianProcess',
            inputs: { rows: 1737, columns: 20, values: single(1737 * 20) },
            alphas: { rows: 1737, columns: 6, values: single(1737 * 6).map((x) => x / 3) },
            means: new Float64Array(6),
            squaredLength: 80,
            linearScale: 0.038,
          },
          { ...sumOf(trees), scale: 1 / 262 },
        ],
      },
      8,
    ),
  });
  expect(trees.leafValues.length / 6).toBe(67_072);
  expect(bytes.length).toBeLessThan(2_000_000);

  const result = await openOnnxPopulation(bytes);
  if (result.kind !== 'open') throw new Error(result.reason);
  await result.population.predict(songs);
  const startedAtMs = performance.now();
  await result.population.predict(songs);
  const perSongMs = (performance.now() - startedAtMs) / songs.length;
  await result.population.close();
  expect(perSongMs).toBeLessThan(2);
});
