import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWindowKeeper, windowStartBlock } from '../../../models/features/listening-window.ts';

const RATE_HZ = 22_050;

/** Whole numbers below 2^24 are exact in single precision, so each sample says where it came from. */
function numbered(start: number, length: number): Float32Array {
  const samples = new Float32Array(length);
  for (let i = 0; i < length; i++) samples[i] = (start + i) % 16_777_213;
  return samples;
}

function keep(seconds: number, pieceS: number) {
  const keeper = createWindowKeeper();
  const total = Math.round(seconds * RATE_HZ);
  const piece = Math.round(pieceS * RATE_HZ);
  for (let start = 0; start < total; start += piece)
    keeper.write(numbered(start, Math.min(piece, total - start)));
  return keeper.finish();
}

describe('the listening window', () => {
  test.each([
    [0, 0],
    [0.2, 0],
    [45, 0],
    [49.9, 0],
    [50, 0],
    [60, 5],
    [120, 35],
    [240, 80],
    [600, 240],
    [10_800, 5120],
  ])('of a song of %d s begins at %d s', (seconds, startS) => {
    expect(windowStartBlock(seconds * RATE_HZ) * 5).toBe(startS);
  });

  test('lies within the song, and its centre within a tenth of the song of the middle', () => {
    fc.assert(
      fc.property(fc.double({ min: 100, max: 20_000, noNaN: true }), (seconds) => {
        const startS = windowStartBlock(Math.round(seconds * RATE_HZ)) * 5;
        expect(startS + 45).toBeLessThanOrEqual(seconds);
        expect(Math.abs(startS + 22.5 - seconds / 2)).toBeLessThanOrEqual(Math.max(5, seconds / 10));
      }),
    );
  });

  test.each([
    [0.3, 0.1],
    [45.06, 1],
    [49.99, 50],
    [61.3, 7],
    [200.4, 0.9],
    [305, 13.7],
  ])('of a stream of %d s holds the samples from its start on', (seconds, pieceS) => {
    const { startS, samples } = keep(seconds, pieceS);
    expect(samples.length).toBe(seconds < 50 ? Math.round(seconds * RATE_HZ) : 45 * RATE_HZ);
    expect(samples[0]).toBe((startS * RATE_HZ) % 16_777_213);
    expect(samples.at(-1)).toBe((startS * RATE_HZ + samples.length - 1) % 16_777_213);
  });

  test('of an empty stream is empty', () => {
    expect(createWindowKeeper().finish()).toEqual({ startS: 0, samples: new Float32Array(0) });
  });
});
