/**
 * The part of the curvature that one song gives, with the song's own offsets u eliminated in closed form.
 * Decides nothing about steps; posterior.ts walks, this is the ground it walks on.
 */
import { CLASS_COUNT, EMBEDDING_SIZE, WEIGHT_COUNT } from './embedding.ts';
import type { HeardSongs } from './heard-songs.ts';

/** K classes (k) and J numbers in φ (j), short as in the equations. */
const K = CLASS_COUNT;
const J = EMBEDDING_SIZE;
const ROW_PAIRS = (K * (K + 1)) / 2;
const BLOCK = J * J;

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

/**
 * [20, 20] Σ_s (reduced block of s) ⊗ φφᵀ + S⁻¹: the Hessian over W with all u eliminated. Lower triangle only.
 * φφᵀ is symmetric, so each pair of classes sums 15 numbers a song.
 */
export function reducedHessian(
  precision: Float64Array,
  songs: HeardSongs,
  p: Float64Array,
  variance: number,
): Float64Array {
  const pairs = new Float64Array(ROW_PAIRS * BLOCK);
  const block = createSongBlock();
  const { embeddings } = songs;
  for (let s = 0; s < songs.ids.length; s++) {
    readSongBlock(block, songs, p, s, variance);
    const { q, qSum, presses } = block;
    const start = s * J;
    let pair = 0;
    for (let k = 0; k < K; k++) {
      for (let other = 0; other <= k; other++, pair += BLOCK) {
        const curvature = presses * ((k === other ? q[k]! : 0) - (q[k]! * q[other]!) / qSum);
        for (let i = 0; i < J; i++) {
          const scaled = curvature * embeddings[start + i]!;
          for (let j = 0; j <= i; j++) {
            const cell = pair + i * J + j;
            pairs[cell] = pairs[cell]! + scaled * embeddings[start + j]!;
          }
        }
      }
    }
  }
  const hessian = precision.slice();
  let pair = 0;
  for (let k = 0; k < K; k++) {
    for (let other = 0; other <= k; other++, pair += BLOCK) {
      for (let i = 0; i < J; i++) {
        for (let j = 0; j < J; j++) {
          const cell = (k * J + i) * WEIGHT_COUNT + other * J + j;
          hessian[cell] = hessian[cell]! + pairs[pair + Math.max(i, j) * J + Math.min(i, j)]!;
        }
      }
    }
  }
  return hessian;
}
