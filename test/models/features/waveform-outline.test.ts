import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWaveformOutliner, MOST_COLUMNS } from '../../../models/features/waveform-outline.ts';

function outlineOf(samples: Float32Array, pieceLength: number) {
  const outliner = createWaveformOutliner(1000);
  for (let start = 0; start < samples.length; start += pieceLength) {
    const piece = samples.subarray(start, start + pieceLength);
    outliner.write(piece, piece.length);
  }
  return outliner.finish();
}

describe('the outline of a waveform', () => {
  test('holds the least and greatest sample of each column, in at most 200', () => {
    const song = fc.record({
      length: fc.integer({ min: 1, max: 60_000 }),
      pieceLength: fc.integer({ min: 50, max: 70_000 }),
    });
    fc.assert(
      fc.property(song, ({ length, pieceLength }) => {
        const samples = Float32Array.from({ length }, (_, n) => Math.sin(n * n * 0.37));
        const { columnMs, low, high } = outlineOf(samples, pieceLength);
        expect(low.length).toBe(Math.ceil(length / columnMs));
        expect(low.length).toBeLessThanOrEqual(MOST_COLUMNS);
        if (length > 200 * 64) expect(low.length).toBeGreaterThan(MOST_COLUMNS / 2 - 1);
        for (const column of [0, low.length >> 1, low.length - 1]) {
          const part = samples.subarray(column * columnMs, (column + 1) * columnMs);
          expect(low[column]).toBe(Math.min(...part));
          expect(high[column]).toBe(Math.max(...part));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('of nothing is empty, and of what exceeds full scale is held to it', () => {
    expect(outlineOf(new Float32Array(0), 1).low.length).toBe(0);
    const { low, high } = outlineOf(Float32Array.of(-7, 7), 2);
    expect([low[0], high[0]]).toEqual([-1, 1]);
  });
});
