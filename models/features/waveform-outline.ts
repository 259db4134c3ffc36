/**
 * The outline of a song's waveform, for pictures: its least and greatest sample in each of at most 200 columns. The song's
 * length is not known while it streams, so when the columns are full, pairs are merged and each covers twice the time.
 */

export const MOST_COLUMNS = 200;
/** Samples of a column at first: a song of 0.2 s at 44.1 kHz still gets a hundred. */
const FIRST_COLUMN_LENGTH = 64;

export interface WaveformOutline {
  /** Duration of each column; the last may be shorter. */
  readonly columnMs: number;
  /** Least and greatest sample of each column, 1 = full scale, held within -1 to 1. */
  readonly low: Float32Array;
  readonly high: Float32Array;
}

export interface WaveformOutliner {
  /** `frames` finite mono samples. */
  write(samples: Float32Array, frames: number): void;
  finish(): WaveformOutline;
}

export function createWaveformOutliner(sampleRateHz: number): WaveformOutliner {
  const low = new Float32Array(MOST_COLUMNS);
  const high = new Float32Array(MOST_COLUMNS);
  let columnLength = FIRST_COLUMN_LENGTH;
  let full = 0;
  // The column being filled.
  let filled = 0;
  let least = Infinity;
  let greatest = -Infinity;

  function endColumn(): void {
    low[full] = Math.max(-1, least);
    high[full] = Math.min(1, greatest);
    full++;
    filled = 0;
    least = Infinity;
    greatest = -Infinity;
  }

  function mergePairs(): void {
    for (let column = 0; column < MOST_COLUMNS / 2; column++) {
      low[column] = Math.min(low[2 * column]!, low[2 * column + 1]!);
      high[column] = Math.max(high[2 * column]!, high[2 * column + 1]!);
    }
    full = MOST_COLUMNS / 2;
    columnLength *= 2;
  }

  return {
    write(samples, frames) {
      for (let start = 0; start < frames; ) {
        if (full === MOST_COLUMNS) mergePairs();
        const end = Math.min(frames, start + columnLength - filled);
        for (let i = start; i < end; i++) {
          const sample = samples[i]!;
          if (sample < least) least = sample;
          if (sample > greatest) greatest = sample;
        }
        filled += end - start;
        start = end;
        if (filled === columnLength) endColumn();
      }
    },
    finish() {
      if (filled > 0) endColumn();
      return {
        columnMs: (1000 * columnLength) / sampleRateHz,
        low: low.slice(0, full),
        high: high.slice(0, full),
      };
    },
  };
}
