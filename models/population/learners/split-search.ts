/** Looks for the split of one node's songs that takes most from their squared error, all targets together. */
import type { Matrix } from './fits.ts';
import type { SortedColumns } from './sorted-columns.ts';

/** The songs of a range of one column's order: the first `leftSongs` go left. */
export interface Split {
  readonly feature: number;
  readonly leftSongs: number;
  /** float32; a song goes left where z <= threshold. */
  readonly threshold: number;
}

export interface SplitSearch {
  /** Begins with the node whose songs are order[column * songs + start .. end - 1]; gives their squared error. */
  enter(weights: Float64Array, column: number, start: number, end: number): number;
  /** The weighted means of the node's targets; overwritten by the next `enter`. */
  means(): Float64Array;
  /** Looks at every split by a feature; false where all the node's songs are alike in it. */
  look(feature: number, start: number, end: number): boolean;
  /** The best of all looked at, the first among equals; null where none takes anything away. */
  best(): Split | null;
}

/** Between the two: the middle where float32 has one, else the lower, which itself goes left. */
export function thresholdBetween(lower: number, upper: number): number {
  const middle = Math.fround(lower / 2 + upper / 2);
  return middle > lower && middle < upper ? middle : lower;
}

/** A split that takes less than this share of the node's error away takes nothing: the rest is rounding. */
const ROUNDING = 1e-12;

/** `order` [columns, songs] is the grower's, read as it stands. */
export function createSplitSearch(
  { songs, values }: SortedColumns,
  order: Int32Array,
  targets: Matrix,
  minLeaf: number,
): SplitSearch {
  const count = targets.columns;
  const y = targets.values;
  const means = new Float64Array(count);
  const sums = new Float64Array(count);
  // w (y - mean) of each song of the node, so that they sum to 0.
  const centred = new Float64Array(songs * count);
  let ownWeights: Float64Array = new Float64Array(0);
  let weight = 0;
  let most = 0;
  let found: Split | null = null;

  return {
    enter(weights, column, start, end) {
      ownWeights = weights;
      const first = column * songs;
      weight = 0;
      means.fill(0);
      for (let at = first + start; at < first + end; at++) {
        const song = order[at]!;
        const w = weights[song]!;
        weight += w;
        for (let t = 0; t < count; t++) means[t] = means[t]! + w * y[song * count + t]!;
      }
      for (let t = 0; t < count; t++) means[t] = means[t]! / weight;
      let error = 0;
      for (let at = first + start; at < first + end; at++) {
        const song = order[at]!;
        const w = weights[song]!;
        for (let t = 0; t < count; t++) {
          const away = y[song * count + t]! - means[t]!;
          centred[song * count + t] = w * away;
          error += w * away * away;
        }
      }
      found = null;
      most = ROUNDING * error;
      return error;
    },

    means: () => means,

    look(feature, start, end) {
      const first = feature * songs;
      const lowest = values[first + order[first + start]!]!;
      if (lowest === values[first + order[first + end - 1]!]!) return false;
      let leftWeight = 0;
      let bestAt = -1;
      sums.fill(0);
      // The error taken away is |Σ_left w (y - mean)|² (1 / w_left + 1 / w_right).
      for (let at = start; at < end - minLeaf; at++) {
        const song = order[first + at]!;
        leftWeight += ownWeights[song]!;
        let squares = 0;
        for (let t = 0; t < count; t++) {
          const sum = sums[t]! + centred[song * count + t]!;
          sums[t] = sum;
          squares += sum * sum;
        }
        const taken = (squares * weight) / (leftWeight * (weight - leftWeight));
        if (
          taken > most &&
          at + 1 - start >= minLeaf &&
          values[first + song]! !== values[first + order[first + at + 1]!]!
        ) {
          most = taken;
          bestAt = at;
        }
      }
      if (bestAt >= 0) {
        const [last, next] = [order[first + bestAt]!, order[first + bestAt + 1]!];
        found = {
          feature,
          leftSongs: bestAt + 1 - start,
          threshold: thresholdBetween(values[first + last]!, values[first + next]!),
        };
      }
      return true;
    },

    best: () => found,
  };
}
