/**
 * Grows regression trees to several targets (Breiman et al. 1984): each split is the one, of the columns drawn, that
 * takes most from the squared error summed over targets. Songs are sorted once; a split parts every column's order.
 */
import type { Matrix } from './fits.ts';
import { addNode, type GrowingTrees, makeBranch, makeLeaf } from './growing-trees.ts';
import { drawnIndex, type Random } from './seeded-random.ts';
import type { SortedColumns } from './sorted-columns.ts';
import { createSplitSearch, type Split } from './split-search.ts';

export interface TreeSettings {
  /** Different songs that a leaf holds at least. */
  readonly minLeaf: number;
  /** Branches from root to leaf at most. */
  readonly maxDepth: number;
  /** Columns looked at for a split, drawn anew each time; those that do not vary among the node's songs do not count. */
  readonly maxFeatures: number;
}

/** A node whose squared error is this share of the tree's squared targets, or less, is a leaf: the rest is rounding. */
const NO_ERROR_LEFT = 1e-12;

/** What all trees to the same songs share; scratch is used again from tree to tree. */
export interface TreeGrower {
  /**
   * Appends a tree and gives its root. `weights` [songs]: 0 keeps a song out of this tree.
   * O(features · songs · depth). @throws RangeError where every weight is 0.
   */
  grow(trees: GrowingTrees, weights: Float64Array, random: Random): number;
}

/**
 * `targets` [songs, targets] are read anew for each tree: boosting changes them in between.
 * @throws RangeError on settings that allow no tree.
 */
export function createTreeGrower(
  columns: SortedColumns,
  targets: Matrix,
  { minLeaf, maxDepth, maxFeatures }: TreeSettings,
): TreeGrower {
  if (!(minLeaf >= 1 && maxDepth >= 0 && maxFeatures >= 1)) {
    throw new RangeError(
      `tree: leaves of ${minLeaf} songs, depth ${maxDepth}, ${maxFeatures} features; least are 1, 0 and 1`,
    );
  }
  const { songs, columns: featureCount } = columns;
  // The songs of this tree in the order of column j: order[j * songs ...]; a node is one and the same range of each.
  const order = new Int32Array(featureCount * songs);
  const parted = new Int32Array(songs);
  const goesLeft = new Uint8Array(songs);
  const drawn = new Int32Array(featureCount);
  const search = createSplitSearch(columns, order, targets, minLeaf);

  /** Puts the songs of weight above 0 into every column's order; gives their number. */
  function fillBag(weights: Float64Array): number {
    let bag = 0;
    for (let j = 0; j < featureCount; j++) {
      bag = 0;
      for (let at = j * songs; at < (j + 1) * songs; at++) {
        const song = columns.order[at]!;
        if (weights[song]! > 0) order[j * songs + bag++] = song;
      }
    }
    return bag;
  }

  /** Looks through drawn columns until enough of them varied. */
  function bestSplit(random: Random, start: number, end: number): Split | null {
    let looked = 0;
    for (let left = featureCount; left > 0 && looked < maxFeatures; left--) {
      const at = drawnIndex(random, left);
      const feature = drawn[at]!;
      drawn[at] = drawn[left - 1]!;
      drawn[left - 1] = feature;
      if (search.look(feature, start, end)) looked++;
    }
    return search.best();
  }

  /** Parts every column's range in two, each part in its old order. */
  function part({ feature, leftSongs }: Split, start: number, end: number): void {
    const first = feature * songs;
    for (let at = start; at < end; at++) goesLeft[order[first + at]!] = at < start + leftSongs ? 1 : 0;
    for (let j = 0; j < featureCount; j++) {
      if (j === feature) continue;
      let left = j * songs + start;
      let right = 0;
      for (let at = left; at < j * songs + end; at++) {
        const song = order[at]!;
        // Written to both, kept in one: cheaper than a branch that nothing predicts.
        order[left] = song;
        parted[right] = song;
        left += goesLeft[song]!;
        right += 1 - goesLeft[song]!;
      }
      for (let k = 0; k < right; k++) order[left + k] = parted[k]!;
    }
  }

  return {
    grow(trees, weights, random) {
      const bag = fillBag(weights);
      if (bag === 0) throw new RangeError('tree: no song to grow it from');
      // In the same order for each tree, or it would depend on what the trees before it saw.
      for (let j = 0; j < featureCount; j++) drawn[j] = j;
      const leastError = NO_ERROR_LEFT * sumOfSquares(targets, weights);

      function growNode(node: number, column: number, start: number, end: number, depth: number): void {
        const mayBranch = end - start >= 2 * minLeaf && depth < maxDepth;
        const error = search.enter(weights, column, start, end);
        const split = mayBranch && error > leastError ? bestSplit(random, start, end) : null;
        if (split === null) {
          makeLeaf(trees, node, search.means());
          return;
        }
        const middle = start + split.leftSongs;
        // Children too small to branch need only the splitting column's order, which is parted as it stands.
        const largest = Math.max(middle - start, end - middle);
        if (largest >= 2 * minLeaf && depth + 1 < maxDepth) part(split, start, end);
        const [left, right] = makeBranch(trees, node, split.feature, split.threshold);
        growNode(left, split.feature, start, middle, depth + 1);
        growNode(right, split.feature, middle, end, depth + 1);
      }

      const root = addNode(trees);
      trees.roots.push(root);
      growNode(root, 0, 0, bag, 0);
      return root;
    },
  };
}

/** Σ w |y|². */
function sumOfSquares(targets: Matrix, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < targets.values.length; at++) {
    sum += weights[Math.floor(at / targets.columns)]! * targets.values[at]! ** 2;
  }
  return sum;
}
