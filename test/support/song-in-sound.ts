/**
 * Finds a song again in what was heard: where in the song a piece is from, and how alike both are. Nothing but a gain
 * may lie between them; alikeness is the normalised cross-correlation, 1 for the same waveform. Pure.
 */
import { createRealFft, type RealFft } from '../../models/features/real-fft.ts';

/** A place in the song, in frames, and the correlation there. */
export interface Match {
  readonly at: number;
  readonly correlation: number;
}

export interface SongFinder {
  /** The place in the whole song most like this piece. */
  find(piece: Float32Array): Match;
  /** The best place from `from` to `to`, both included. */
  findNear(piece: Float32Array, from: number, to: number): Match;
}

/** Sums of this many frames are compared first: 2.8 kHz, which leaves of any music enough to know it by. */
const DECIMATION = 16;

/** Two moving averages, so that what the lower rate cannot carry is gone. */
const REFINED_WITHIN = 2 * DECIMATION;

/** Prepares a song, one side of it, to be looked for. */
export function createSongFinder(song: Float32Array): SongFinder {
  const low = decimated(song);
  const fft = createRealFft(2 ** Math.ceil(Math.log2(2 * low.length)));
  const spectrum = transformed(fft, low);
  const energyBefore = runningEnergy(low);
  const re = new Float64Array(fft.size / 2 + 1);
  const im = new Float64Array(fft.size / 2 + 1);
  const products = new Float64Array(fft.size);

  function findNear(piece: Float32Array, from: number, to: number): Match {
    let best: Match = { at: 0, correlation: Number.NEGATIVE_INFINITY };
    for (let at = Math.max(0, from); at <= Math.min(to, song.length - piece.length); at += 1) {
      const here = correlation(piece, song, at);
      if (here > best.correlation) best = { at, correlation: here };
    }
    return best;
  }

  return {
    findNear,
    find(piece) {
      const lowPiece = decimated(piece);
      const other = transformed(fft, lowPiece);
      // Correlation theorem: the spectrum of all products is that of the song times the conjugate of the piece's.
      for (let k = 0; k < re.length; k += 1) {
        re[k] = spectrum.re[k]! * other.re[k]! + spectrum.im[k]! * other.im[k]!;
        im[k] = spectrum.im[k]! * other.re[k]! - spectrum.re[k]! * other.im[k]!;
      }
      fft.inverse(re, im, products);
      let coarse = 0;
      let best = Number.NEGATIVE_INFINITY;
      for (let at = 0; at + lowPiece.length <= low.length; at += 1) {
        const energy = energyBefore[at + lowPiece.length]! - energyBefore[at]!;
        const score = energy > 0 ? products[at]! / Math.sqrt(energy) : 0;
        if (score > best) [coarse, best] = [at, score];
      }
      const near = coarse * DECIMATION;
      return findNear(piece, near - REFINED_WITHIN, near + REFINED_WITHIN);
    },
  };
}

/** Normalised cross-correlation of a piece with what lies at `at` in the song; 0 where either is silent. */
export function correlation(piece: Float32Array, song: Float32Array, at: number): number {
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < piece.length; i += 1) {
    const a = piece[i]!;
    const b = song[at + i] ?? 0;
    aa += a * a;
    bb += b * b;
    ab += a * b;
  }
  return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

function decimated(samples: Float32Array): Float64Array {
  const low = new Float64Array(Math.ceil(samples.length / DECIMATION));
  // A triangle of two blocks' width: what two moving averages make.
  for (let i = 0; i < samples.length; i += 1) {
    const block = Math.floor(i / DECIMATION);
    const into = (i % DECIMATION) / DECIMATION;
    low[block]! += samples[i]! * (1 - into);
    if (block + 1 < low.length) low[block + 1]! += samples[i]! * into;
  }
  return low;
}

function transformed(fft: RealFft, samples: Float64Array): { re: Float64Array; im: Float64Array } {
  const padded = new Float64Array(fft.size);
  padded.set(samples);
  const re = new Float64Array(fft.size / 2 + 1);
  const im = new Float64Array(fft.size / 2 + 1);
  fft.forward(padded, re, im);
  return { re, im };
}

/** Energy of all samples before each place. */
function runningEnergy(samples: Float64Array): Float64Array {
  const before = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i += 1) before[i + 1] = before[i]! + samples[i]! ** 2;
  return before;
}
