/**
 * Trains a child's forest with ml-random-forest and hands it over as plain numbers. The same rows and seed give the
 * same forest, on any machine. Takes up to seconds: the box trains in a worker, never on the loop's thread.
 */
import { RandomForestClassifier } from 'ml-random-forest';
import { CLASS_COUNT } from '../child/embedding.ts';
import type { ForestRows } from '../child/forest-rows.ts';
import { type Forest, LEAF } from '../child/forest-votes.ts';

/**
 * Bounded so that 500 songs take 2 s. On DEAM's raters 100 trees gain 0.01 nats over 25 and cost four times as much;
 * depths 3 to 6 and shares of columns of 0.2 to 0.5 a tree do not differ. `noOOB`: out-of-bag estimates throw on small sets.
 */
const FOREST_OPTIONS = {
  nEstimators: 25,
  treeOptions: { maxDepth: 6 },
  maxFeatures: 0.3,
  replacement: false,
  useSampleBagging: true,
  noOOB: true,
} as const;

/** A node as the library exports it: inner nodes have children, leaves one row of shares, as wide as the labels seen. */
interface ExportedNode {
  readonly splitColumn: number;
  readonly splitValue: number;
  readonly left?: ExportedNode;
  readonly right?: ExportedNode;
  readonly distribution: readonly (readonly number[])[];
}

interface ExportedForest {
  readonly baseModel: {
    /** Columns each tree was given, by its own numbering. */
    readonly indexes: readonly (readonly number[])[];
    readonly estimators: readonly { readonly root: ExportedNode }[];
  };
}

/**
 * The forest of these rows; `seed` is any 32-bit integer. Throws a RangeError without rows.
 * On one core of a desktop, 24 inputs: 25 rows 35 ms, 50 40 ms, 100 120 ms, 200 450 ms, 500 2.1 s.
 */
export function trainForest({ songs, inputs, labels }: ForestRows, seed: number): Forest {
  const inputCount = inputs[0]?.length;
  if (inputCount === undefined) throw new RangeError('forest: no rows to train on');
  const trained = new RandomForestClassifier({ ...FOREST_OPTIONS, seed });
  trained.train(
    inputs.map((row) => [...row]),
    [...labels],
  );
  // Its export holds class instances, which become plain only as text.
  const { baseModel } = JSON.parse(JSON.stringify(trained)) as ExportedForest;
  return { songs, inputCount, ...flatten(baseModel) };
}

/** The trees one after another, each node before its children. */
function flatten({ indexes, estimators }: ExportedForest['baseModel']): Omit<Forest, 'songs' | 'inputCount'> {
  const column: number[] = [];
  const threshold: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  const shares: number[] = [];

  function add(node: ExportedNode, columns: readonly number[]): number {
    const at = column.length;
    const { left, right, distribution } = node;
    if (left === undefined || right === undefined) {
      column.push(LEAF);
      threshold.push(0);
      lower.push(shares.length / CLASS_COUNT);
      upper.push(0);
      for (let k = 0; k < CLASS_COUNT; k++) shares.push(distribution[0]![k] ?? 0);
      return at;
    }
    column.push(columns[node.splitColumn]!);
    threshold.push(node.splitValue);
    lower.push(0);
    upper.push(0);
    lower[at] = add(left, columns);
    upper[at] = add(right, columns);
    return at;
  }

  const roots = estimators.map(({ root }, tree) => add(root, indexes[tree]!));
  return { roots, column, threshold, lower, upper, shares };
}
