/**
 * A trained forest as plain numbers, and what its trees say of a song. How forests are trained is decided elsewhere
 * (models/forest): here one is only asked.
 */
import { normalised, type PerEmotion } from '../emotions.ts';
import { CLASS_COUNT, EMBEDDING_SIZE } from './embedding.ts';

/**
 * Binary trees in one set of arrays. At node i a song goes to `lower[i]` where its input `column[i]` is below
 * `threshold[i]`, else to `upper[i]`; children come after their parent. Where `column[i]` is `LEAF` the node is a leaf
 * and `lower[i]` its row of `shares`.
 */
export interface Forest {
  /** Songs it was trained on. */
  readonly songs: number;
  /** Length of the inputs: the song's features, then its centred log-probabilities. */
  readonly inputCount: number;
  /** [trees] first node of each tree. */
  readonly roots: readonly number[];
  readonly column: readonly number[];
  readonly threshold: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** [leaves, 4] share of each emotion among the rows of training that ended here. */
  readonly shares: readonly number[];
}

/** In `Forest.column`: no question is asked here. */
export const LEAF = -1;

/**
 * A song as a forest sees it: its features, then φ without its constant and timbre (which are features again). Trees
 * only compare, so features may be scaled in any way that keeps their order, as long as it is the same way always.
 */
export function forestInputs(features: ArrayLike<number>, embedding: Float64Array): Float64Array {
  const inputs = new Float64Array(features.length + EMBEDDING_SIZE - 1);
  inputs.set(features);
  inputs.set(embedding.subarray(1, EMBEDDING_SIZE), features.length);
  return inputs;
}

/** Mean over the trees of the shares in the leaf this song falls into; sums to 1, may hold zeros. About 1 µs. */
export function forestVotes(forest: Forest, inputs: Float64Array): PerEmotion {
  const { roots, column, threshold, lower, upper, shares } = forest;
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  for (const root of roots) {
    let node = root;
    while (column[node] !== LEAF) {
      node = inputs[column[node]!]! < threshold[node]! ? lower[node]! : upper[node]!;
    }
    const leaf = lower[node]! * CLASS_COUNT;
    for (let k = 0; k < CLASS_COUNT; k++) sums[k] = sums[k]! + shares[leaf + k]!;
  }
  return normalised(sums);
}
