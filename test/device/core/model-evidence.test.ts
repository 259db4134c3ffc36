import { describe, expect, test } from 'vitest';
import { isWorse, nextLook } from '../../../device/core/model-evidence.ts';
import { createRandom } from '../../../models/population/learners/seeded-random.ts';

describe('a new model', () => {
  test.each([
    [0, 9, 0, false],
    [1, 4.1, 1, true],
    [20, 1.14, 1, false],
    [20, 1.16, 1, true],
    [200, 1.014, 1, false],
    [200, 1.016, 1, true],
    [200, 0.5, 1, false],
  ])(
    'after %i presses, with a loss of %d instead of %d, is given up: %s',
    (presses, logLoss, logLossBefore, worse) => {
      expect(isWorse({ presses, logLoss, logLossBefore })).toBe(worse);
    },
  );

  test('is looked at after each 20 presses to 200, and no more', () => {
    const looks: number[] = [];
    for (let at: number | undefined = nextLook(0); at !== undefined; at = nextLook(at)) looks.push(at);
    expect(looks).toEqual([20, 40, 60, 80, 100, 120, 140, 160, 180, 200]);
  });

  test('is looked at by how many presses there are, also when some were made while nobody looked', () => {
    expect(nextLook(67)).toBe(80);
    expect(nextLook(205)).toBeUndefined();
  });

  test('is not given up for a child who presses as it foretells in more than one of e^3 = 20 cases', () => {
    const random = createRandom(7);
    const children = 2_000;
    let givenUp = 0;
    for (let child = 0; child < children; child++) {
      let [logLoss, logLossBefore] = [0, 0];
      for (let presses = 1; presses <= 200; presses++) {
        // It says 0.6, the one before says 0.5; the child does as it says.
        const isFirst = random() < 0.6;
        logLoss -= Math.log(isFirst ? 0.6 : 0.4);
        logLossBefore -= Math.log(0.5);
        if (presses % 20 !== 0) continue;
        const score = { presses, logLoss: logLoss / presses, logLossBefore: logLossBefore / presses };
        if (isWorse(score)) {
          givenUp += 1;
          break;
        }
      }
    }
    expect(givenUp / children).toBeLessThan(Math.exp(-3));
    expect(givenUp).toBeGreaterThan(0);
  });
});
