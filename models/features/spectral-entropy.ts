/** Spectral entropy (Misra et al. 2004): how evenly the magnitudes of a spectrum are spread over its bins. */
import { BIN_COUNT } from './frame-shape.ts';
import { weightedLog2Sum, wordsOf } from './table-log.ts';

/** Entropy of `magnitude` (of sum `sum`, above 0) over log2 of their number: 0 to 1. */
export type EntropyOf = (magnitude: Float64Array, sum: number) => number;

export function createEntropy(): EntropyOf {
  // Of the two arrays that magnitudes alternate between.
  const views = new WeakMap<Float64Array, Int32Array>();

  function knownWordsOf(magnitude: Float64Array): Int32Array {
    const known = views.get(magnitude);
    if (known !== undefined) return known;
    const words = wordsOf(magnitude);
    views.set(magnitude, words);
    return words;
  }

  return (magnitude, sum) => {
    // -sum p log2 p with p = m / sum.
    const bits = Math.log2(sum) - weightedLog2Sum(magnitude, knownWordsOf(magnitude)) / sum;
    return Math.min(1, Math.max(0, bits / Math.log2(BIN_COUNT)));
  };
}
