/** Scores add up: in place, in rows, over pieces. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PerEmotion } from '../../../models/emotions.ts';
import { pooledRows } from '../../../models/study/pooled-rows.ts';
import { addScores, NO_TESTS, type PersonScore, withTest } from '../../../models/study/scores.ts';
import { createTally } from '../../../models/study/tally.ts';

const distribution = fc
  .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((shares) => {
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map((share) => share / sum) as unknown as PerEmotion;
  });
const predictions = fc.array(fc.tuple(distribution, fc.integer({ min: 0, max: 3 })), { maxLength: 30 });

test('a tally gives what adding tests one by one gives', () => {
  fc.assert(
    fc.property(predictions, (tests) => {
      const tally = createTally();
      for (const [predicted, pressed] of tests) tally.add(predicted, pressed);
      const added = tests.reduce(
        (score, [predicted, pressed]) => withTest(score, predicted, pressed),
        NO_TESTS,
      );
      const { bins, confusion, ...sums } = tally.score();
      expect(confusion).toEqual(added.confusion);
      expect(bins).toEqual(added.bins);
      expect(sums.tests).toBe(added.tests);
      expect(sums.correct).toBe(added.correct);
      expect(sums.logLoss).toBeCloseTo(added.logLoss, 9);
      expect(sums.brier).toBeCloseTo(added.brier, 9);
    }),
  );
});

test('a tally that goes on leaves the score it gave before', () => {
  const tally = createTally();
  tally.add([0.7, 0.1, 0.1, 0.1], 0);
  const score = tally.score();
  tally.add([0.7, 0.1, 0.1, 0.1], 1);
  expect(score.tests).toBe(1);
  expect(score.confusion[0]).toBe(1);
  expect(score.bins.reduce((sum, bin) => sum + bin.tests, 0)).toBe(1);
});

test('rows of the same protocol, method, presses and person are pooled; others are not', () => {
  const score = withTest(NO_TESTS, [0.7, 0.1, 0.1, 0.1], 0);
  const row: PersonScore = { protocol: 'realPeople', method: 'ours', presses: 5, person: 'a', score };
  const others: PersonScore[] = [
    { ...row, protocol: 'other' },
    { ...row, method: 'population' },
    { ...row, presses: 10 },
    { ...row, person: 'b' },
  ];
  const pooled = pooledRows([row, ...others, row, row]);
  expect(pooled).toHaveLength(5);
  expect(pooled[0]!.score).toEqual(addScores(addScores(score, score), score));
  expect(pooled.slice(1)).toEqual(others);
});
