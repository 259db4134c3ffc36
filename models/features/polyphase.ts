/**
 * Resampling by a table of filter rows, one row for each place an output sample can have between two input samples.
 * Exact when the ratio of the rates has small terms (147/320 for 48,000 to 22,050 Hz); otherwise two
 * neighbouring rows of a fine table are interpolated.
 */
import type { FilterBank } from './resample.ts';
import type { SincFilter } from './sinc-filter.ts';

/** A table of exact rows may hold this many taps (2 MB); more and the rows no longer stay in a Pi's L2 cache. */
const EXACT_TAPS_LIMIT = 262_144;
/** Rows between two input samples when interpolating: the error of a straight line is then below -118 dB. */
const INTERPOLATED_ROWS = 1024;

export function createPolyphase(filter: SincFilter, fromHz: number, toHz: number): FilterBank {
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const up = toHz / divisor;
  const down = fromHz / divisor;
  const { reach } = filter;
  const taps = 2 * reach + 1;
  const isExact = up * taps <= EXACT_TAPS_LIMIT;
  const rowCount = isExact ? up : Math.max(32, Math.ceil(INTERPOLATED_ROWS * Math.min(1, up / down)));
  const rows = isExact ? filterRows(filter, rowCount, rowCount) : filterRows(filter, rowCount, rowCount + 1);

  // `history[0]` is input sample `historyStart`; `reach` zeros stand before the first one.
  let history = new Float64Array(taps + 4096);
  let historyStart = -reach;
  let historyLength = reach;
  let output = new Float32Array(0);
  // The next output sample lies at input time `base + phase / up`.
  let base = 0;
  let phase = 0;

  function append(input: Float32Array): void {
    const drop = Math.min(historyLength, base - reach - historyStart);
    if (drop > 0) {
      history.copyWithin(0, drop, historyLength);
      historyLength -= drop;
      historyStart += drop;
    }
    if (historyLength + input.length > history.length) {
      const larger = new Float64Array(2 * (historyLength + input.length));
      larger.set(history.subarray(0, historyLength));
      history = larger;
    }
    history.set(input, historyLength);
    historyLength += input.length;
  }

  return {
    reach,
    push(input) {
      append(input);
      const available = historyStart + historyLength - reach;
      const count = Math.max(0, Math.ceil(((available - base) * up - phase) / down));
      if (output.length < count) output = new Float32Array(count);
      for (let t = 0; t < count; t++) {
        const from = base - reach - historyStart;
        if (isExact) {
          output[t] = dot(rows, phase * taps, history, from, taps);
        } else {
          const place = (phase / up) * rowCount;
          const row = Math.floor(place);
          const below = dot(rows, row * taps, history, from, taps);
          const above = dot(rows, (row + 1) * taps, history, from, taps);
          output[t] = below + (place - row) * (above - below);
        }
        phase += down;
        const step = Math.floor(phase / up);
        base += step;
        phase -= step * up;
      }
      return output.subarray(0, count);
    },
  };
}

/** Row r holds the taps for an output `r / rowsPerSample` after an input sample, tap j for the sample at j - reach. */
function filterRows(filter: SincFilter, rowsPerSample: number, rowCount: number): Float64Array {
  const { reach } = filter;
  const taps = 2 * reach + 1;
  // The filter is symmetric: all rows are taken from one side of it.
  const side = Float64Array.from({ length: (reach + 1) * rowsPerSample + 1 }, (_, k) =>
    filter.at(k / rowsPerSample),
  );
  const rows = new Float64Array(rowCount * taps);
  for (let row = 0; row < rowCount; row++) {
    for (let tap = 0; tap < taps; tap++)
      rows[row * taps + tap] = side[Math.abs(row - (tap - reach) * rowsPerSample)]!;
  }
  return rows;
}

/** Four sums at a time, because one would wait for each addition to end. */
function dot(rows: Float64Array, row: number, signal: Float64Array, from: number, length: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const even = length & ~3;
  for (let i = 0; i < even; i += 4) {
    a += rows[row + i]! * signal[from + i]!;
    b += rows[row + i + 1]! * signal[from + i + 1]!;
    c += rows[row + i + 2]! * signal[from + i + 2]!;
    d += rows[row + i + 3]! * signal[from + i + 3]!;
  }
  for (let i = even; i < length; i++) a += rows[row + i]! * signal[from + i]!;
  return a + b + (c + d);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
