/** Trees while they grow, nodes appended one by one; how they become the typed arrays of the contract; how one walks. */
import type { Trees } from './fits.ts';

/** Marks a leaf in `feature`. */
export const LEAF = -1;

/** As `Trees`, growing. */
export interface GrowingTrees {
  readonly roots: number[];
  readonly feature: number[];
  /** Numbers that float32 holds. */
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly leafValues: number[];
}

export function noTrees(): GrowingTrees {
  return { roots: [], feature: [], threshold: [], left: [], right: [], leafValues: [] };
}

/** Appends a node that is still to become a branch or a leaf; gives its number. */
export function addNode({ feature, threshold, left, right }: GrowingTrees): number {
  threshold.push(0);
  left.push(0);
  right.push(0);
  return feature.push(LEAF) - 1;
}

export function makeLeaf({ left, leafValues }: GrowingTrees, node: number, values: Float64Array): void {
  left[node] = leafValues.length / values.length;
  for (const value of values) leafValues.push(Math.fround(value));
}

/** The two children, new. */
export function makeBranch(
  trees: GrowingTrees,
  node: number,
  feature: number,
  threshold: number,
): readonly [left: number, right: number] {
  const children = [addNode(trees), addNode(trees)] as const;
  trees.feature[node] = feature;
  trees.threshold[node] = threshold;
  trees.left[node] = children[0];
  trees.right[node] = children[1];
  return children;
}

export function grownTrees(growing: GrowingTrees): Trees {
  return {
    roots: Int32Array.from(growing.roots),
    feature: Int16Array.from(growing.feature),
    threshold: Float32Array.from(growing.threshold),
    left: Int32Array.from(growing.left),
    right: Int32Array.from(growing.right),
    leafValues: Float32Array.from(growing.leafValues),
  };
}

/** The row of `leafValues` a song ends in; its features begin at `at` of `z` (single precision) and are `step` apart. */
export function leafOf(
  { feature, threshold, left, right }: Trees | GrowingTrees,
  root: number,
  z: Float32Array,
  at: number,
  step: number,
): number {
  let node = root;
  for (let column = feature[node]!; column !== LEAF; column = feature[node]!) {
    node = z[at + column * step]! <= threshold[node]! ? left[node]! : right[node]!;
  }
  return left[node]!;
}
