/**
 * Leaf values as small integers: exact where all are multiples of one power of two, which a trainer brings about by
 * rounding them before it judges the fit. What the file holds is what was judged.
 */
import type { PopulationFit } from '../learners/fits.ts';

export type LeafBits = 8 | 16;

export interface PackedLeaves {
  /** value = code * step. */
  readonly codes: Int8Array | Int16Array;
  /** A power of two. */
  readonly step: number;
}

const largestCode = (bits: LeafBits): number => 2 ** (bits - 1) - 1;

/** The finest power of two of which `bits` bits reach the largest value. */
function finestStep(values: Float32Array, bits: LeafBits): number {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0) return 1;
  let step = 2 ** Math.floor(Math.log2(largest / largestCode(bits)));
  while (largest / step > largestCode(bits)) step *= 2;
  return step;
}

/** The values as integers of 8, else 16 bits; undefined where neither holds them exactly. */
export function packLeaves(values: Float32Array): PackedLeaves | undefined {
  for (const bits of [8, 16] as const) {
    const step = finestStep(values, bits);
    if (values.every((value) => Number.isInteger(value / step))) {
      const codes = values.map((value) => value / step);
      return { codes: bits === 8 ? Int8Array.from(codes) : Int16Array.from(codes), step };
    }
  }
  return undefined;
}

/**
 * The fit with every forest's leaf values rounded so that they pack into `bits` bits: four, or eight, bytes a leaf and
 * target become one, or two. With 8 bits and values up to 1 a leaf moves by at most 1/128, a forest of hundreds by far less.
 */
export function roundLeaves(fit: PopulationFit, bits: LeafBits): PopulationFit {
  if (fit.kind === 'average') {
    return { ...fit, members: fit.members.map((member) => roundLeaves(member, bits)) };
  }
  if (fit.kind !== 'trees') return fit;
  const step = finestStep(fit.trees.leafValues, bits);
  const leafValues = fit.trees.leafValues.map((value) => Math.round(value / step) * step);
  return { ...fit, trees: { ...fit.trees, leafValues } };
}
