/**
 * Which 45 s of a long song are described, and how they are kept while its end is not yet known.
 * The window begins a little before the middle of the song less the window, on a grid that coarsens with the song
 * (0, 5, 10, ... 40, 50, ... 80, 100 s), so a stream of any length needs no more than six windows of memory (24 MB).
 * DEAM's clips, which the population model learnt from, are 45 s from anywhere in a song; its middle avoids
 * introductions and endings. Songs under 50 s are taken whole, as DEAM's clips of slightly more than 45 s were.
 */
import { ANALYSIS_RATE_HZ } from './frame-shape.ts';

/** Seconds: the step of the finest grid, and of what is kept and dropped. */
const BLOCK_S = 5;
const BLOCK_LENGTH = BLOCK_S * ANALYSIS_RATE_HZ;
/** Blocks of a window: DEAM's 45 s. */
const WINDOW_BLOCKS = 9;

export interface ListeningWindow {
  /** Seconds from the start of the stream. */
  readonly startS: number;
  /** The window's samples at 22,050 Hz. */
  readonly samples: Float32Array;
}

export interface WindowKeeper {
  /** The next samples of the stream at 22,050 Hz, in pieces of any length. */
  write(samples: Float32Array): void;
  /** Call once, at the end of the stream. */
  finish(): ListeningWindow;
}

/** The block at which the window of a stream of this many samples begins. */
export function windowStartBlock(sampleCount: number): number {
  const blocks = sampleCount / BLOCK_LENGTH;
  if (blocks < WINDOW_BLOCKS + 1) return 0;
  const middle = Math.floor((blocks - WINDOW_BLOCKS) / 2);
  // Four steps an octave above eight blocks: keep the three leading binary digits.
  const step = middle < 8 ? 1 : 2 ** (Math.floor(Math.log2(middle)) - 2);
  return middle - (middle % step);
}

export function createWindowKeeper(): WindowKeeper {
  /** Blocks by their number; the last one is being filled. */
  const kept = new Map<number, Float32Array>();
  /** Forgotten blocks, to be filled again: a long song leaves no garbage. */
  const spare: Float32Array[] = [];
  let received = 0;

  /** Forget blocks that no window can still begin at or reach over, now that the stream is `received` long. */
  function forget(): void {
    const earliestStart = windowStartBlock(received);
    for (const [number, block] of kept) {
      if (isInLiveWindow(number, earliestStart)) continue;
      kept.delete(number);
      spare.push(block);
    }
  }

  return {
    write(samples) {
      for (let taken = 0; taken < samples.length; ) {
        const number = Math.floor(received / BLOCK_LENGTH);
        const at = received % BLOCK_LENGTH;
        if (at === 0) {
          forget();
          kept.set(number, spare.pop() ?? new Float32Array(BLOCK_LENGTH));
        }
        const piece = samples.subarray(taken, taken + BLOCK_LENGTH - at);
        kept.get(number)!.set(piece, at);
        received += piece.length;
        taken += piece.length;
      }
    },
    finish() {
      const start = windowStartBlock(received);
      const isWhole = received < (WINDOW_BLOCKS + 1) * BLOCK_LENGTH;
      const samples = new Float32Array(isWhole ? received : WINDOW_BLOCKS * BLOCK_LENGTH);
      for (let filled = 0; filled < samples.length; filled += BLOCK_LENGTH) {
        const block = kept.get(start + filled / BLOCK_LENGTH)!;
        samples.set(block.subarray(0, samples.length - filled), filled);
      }
      return { startS: start * BLOCK_S, samples };
    },
  };
}

/** Whether a block lies in a window that begins at `earliestStart` or at a later place of the grid. */
function isInLiveWindow(block: number, earliestStart: number): boolean {
  for (let start = Math.max(earliestStart, block - WINDOW_BLOCKS + 1); start <= block; start++) {
    const step = start < 8 ? 1 : 2 ** (Math.floor(Math.log2(start)) - 2);
    if (start % step === 0) return true;
  }
  return false;
}
