import { describe, expect, test } from 'vitest';
import { handMadePrior, parsePrior, priorToJson } from '../../../models/child/prior.ts';

const stored = () => priorToJson(handMadePrior());

describe('prior', () => {
  test('the hand-made one has slope identity, bias 0, loose biases and tighter slopes', () => {
    const { mean, covariance } = handMadePrior();
    for (let k = 0; k < 4; k++) {
      expect([...mean.subarray(k * 5, k * 5 + 5)]).toEqual(
        [0, k === 0, k === 1, k === 2, k === 3].map(Number),
      );
    }
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 20; j++) {
        expect(covariance[i * 20 + j]).toBe(i !== j ? 0 : i % 5 === 0 ? 0.5 : 0.1);
      }
    }
  });

  test('what was stored is read back to the bit', () => {
    expect(parsePrior(JSON.parse(JSON.stringify(stored())))).toEqual(handMadePrior());
  });

  test.each([
    ['nothing', null, 'expected an object'],
    ['text', 'prior', 'expected an object'],
    ['no mean', { ...stored(), mean: undefined }, 'mean must be 20 finite numbers'],
    ['a short mean', { ...stored(), mean: [1, 2] }, 'mean must be 20 finite numbers'],
    ['a hole in the mean', { ...stored(), mean: new Array(20).fill(null) }, 'mean must be 20 finite numbers'],
    [
      'a flat covariance',
      { ...stored(), covariance: new Array(400).fill(0) },
      '20 rows of 20 finite numbers',
    ],
    ['a short row', { ...stored(), covariance: [[1], ...stored().covariance.slice(1)] }, '20 rows of 20'],
    [
      'zero variance',
      { ...stored(), covariance: stored().covariance.map((row) => row.map(() => 0)) },
      'not positive definite',
    ],
    [
      'an entry unlike its mirror',
      {
        ...stored(),
        covariance: stored().covariance.map((row, i) => row.map((x, j) => (i === 3 && j === 7 ? 0.01 : x))),
      },
      'not symmetric at [3][7]',
    ],
  ])('%s is refused by name', (_, value, message) => {
    expect(() => parsePrior(value)).toThrow(message);
  });
});
