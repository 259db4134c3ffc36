import { describe, expect, test } from 'vitest';
import { sharesToProbabilities } from '../../../models/population/population-model.ts';

describe('soft shares as probabilities', () => {
  test.each([
    [
      [1, 0, 0, 0],
      [0.97, 0.01, 0.01, 0.01],
    ],
    [
      [0.25, 0.25, 0.25, 0.25],
      [0.25, 0.25, 0.25, 0.25],
    ],
    [
      [1.7, -0.3, 0, 0],
      [0.97, 0.01, 0.01, 0.01],
    ],
    [
      [-1, -1, -1, -1],
      [0.25, 0.25, 0.25, 0.25],
    ],
  ] as const)('%j become %j', (shares, wanted) => {
    const probabilities = sharesToProbabilities(shares);
    for (let k = 0; k < 4; k++) expect(probabilities[k]).toBeCloseTo(wanted[k]!, 12);
  });
});
