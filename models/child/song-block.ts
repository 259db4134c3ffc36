/**
 * The part of the curvature that one song gives, with the song's own offsets u eliminated in closed form.
 * Decides nothing about steps; posterior.ts walks, this is the ground it walks on.
 */
import { CLASS_COUNT } from './embedding.ts';
import type { HeardSongs } from './heard-songs.ts';

/** K classes (k), short as in the equations. */
const K = CLASS_COUNT;

/**
 * One song's 4 x 4 block after eliminating u. With B = n (diag p - p pᵀ) and D = B + I/τ²:
 *   e_k = 1 / (1 + n τ² p_k),  q = p ∘ e,  Q = Σ q      (Sherman-Morrison on D)
 *   B - B D⁻¹ B = n (diag q - q qᵀ / Q),   D⁻¹ t = τ² (e ∘ t + n τ² q (qᵀt) / Q)
 * So no 4 x 4 system is ever solved, and τ² = 0 gives e = 1, q = p: plain multinomial regression.
 */
export interface SongBlock {
  readonly e: Float64Array;
  readonly q: Float64Array;
  presses: number;
  qSum: number;
}

/** A block to be filled, once per pass over the songs. */
export function createSongBlock(): SongBlock {
  return { e: new Float64Array(K), q: new Float64Array(K), presses: 0, qSum: 0 };
}

/** Fills `block` for one song; `p` is [songs, 4], `variance` is τ². */
export function readSongBlock(
  block: SongBlock,
  songs: HeardSongs,
  p: Float64Array,
  song: number,
  variance: number,
): void {
  const at = song * K;
  block.presses = 0;
  block.qSum = 0;
  for (let k = 0; k < K; k++) block.presses += songs.counts[at + k]!;
  for (let k = 0; k < K; k++) {
    block.e[k] = 1 / (1 + block.presses * variance * p[at + k]!);
    block.q[k] = p[at + k]! * block.e[k]!;
    block.qSum += block.q[k]!;
  }
}

/** The pairs of different classes, in the order of `CLASS_PAIRS`. */
const PAIRS = (K * (K - 1)) / 2;
const CLASS_PAIRS: readonly (readonly [number, number])[] = [
  [1, 0],
  [2, 0],
  [2, 1],
  [3, 0],
  [3, 1],
  [3, 2],
];

/**
 * [4 * J, 4 * J] Σ_s (reduced block of s) ⊗ φφᵀ + S⁻¹: the Hessian over W with all u eliminated, φ the first J numbers.
 * Lower triangle only. A block's rows sum to 0 (n (q_k - q_k Q / Q)), so its six numbers off the diagonal are all there
 * is to add up: the diagonal is minus their sums. φφᵀ is symmetric: J (J + 1) / 2 products a song.
 */
export function reducedHessian(
  precision: Float64Array,
  songs: HeardSongs,
  p: Float64Array,
  variance: number,
): Float64Array {
  const size = Math.sqrt(precision.length);
  const J = size / K;
  const sums = new Float64Array(PAIRS * ((J * (J + 1)) / 2));
  const block = createSongBlock();
  const { embeddings, width } = songs;
  for (let s = 0; s < songs.ids.length; s++) {
    readSongBlock(block, songs, p, s, variance);
    const [q0, q1, q2, q3] = block.q as unknown as [number, number, number, number];
    const scale = -block.presses / block.qSum;
    // Written out: this is where nearly all the time of a fit goes.
    const c10 = scale * q1 * q0;
    const c20 = scale * q2 * q0;
    const c21 = scale * q2 * q1;
    const c30 = scale * q3 * q0;
    const c31 = scale * q3 * q1;
    const c32 = scale * q3 * q2;
    const start = s * width;
    let at = 0;
    for (let i = 0; i < J; i++) {
      const feature = embeddings[start + i]!;
      for (let j = 0; j <= i; j++, at += PAIRS) {
        const product = feature * embeddings[start + j]!;
        sums[at] = sums[at]! + c10 * product;
        sums[at + 1] = sums[at + 1]! + c20 * product;
        sums[at + 2] = sums[at + 2]! + c21 * product;
        sums[at + 3] = sums[at + 3]! + c30 * product;
        sums[at + 4] = sums[at + 4]! + c31 * product;
        sums[at + 5] = sums[at + 5]! + c32 * product;
      }
    }
  }
  return spread(sums, precision, J);
}

/** S⁻¹ and, on it, each pair's sums in both of its blocks and off both of its diagonal ones. */
function spread(sums: Float64Array, precision: Float64Array, J: number): Float64Array {
  const size = K * J;
  const hessian = precision.slice();
  const add = (k: number, i: number, other: number, j: number, sum: number): void => {
    const cell = (k * J + i) * size + other * J + j;
    hessian[cell] = hessian[cell]! + sum;
  };
  let at = 0;
  for (let i = 0; i < J; i++) {
    for (let j = 0; j <= i; j++) {
      for (const [k, other] of CLASS_PAIRS) {
        const sum = sums[at++]!;
        add(k, i, other, j, sum);
        if (i !== j) add(k, j, other, i, sum);
        add(k, i, k, j, -sum);
        add(other, i, other, j, -sum);
      }
    }
  }
  return hessian;
}
