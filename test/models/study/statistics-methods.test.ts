import { describe, expect, test } from 'vitest';
import { CALIBRATION_BINS, type PersonScore } from '../../../models/study/scores.ts';
import { learningCurve } from '../../../models/study/statistics-curve.ts';
import {
  calibrationError,
  compareMethods,
  summariseMethods,
} from '../../../models/study/statistics-methods.ts';
import { createTally } from '../../../models/study/tally.ts';
import { madeUpStudy, rowOf, scoreOf } from './made-up-scores.ts';

/** Three people of different diligence: 50, 40 and 60 % by the population, 60, 40 and 50 % by ours. */
const ROWS = [
  rowOf('population', 50, 'a', scoreOf(10, 5)),
  rowOf('population', 50, 'b', scoreOf(100, 40)),
  rowOf('population', 50, 'c', scoreOf(20, 12)),
  rowOf('ours', 50, 'c', scoreOf(20, 10)),
  rowOf('ours', 50, 'a', scoreOf(10, 6)),
  rowOf('ours', 50, 'b', scoreOf(100, 40)),
];

function realPeople(): PersonScore[] {
  return madeUpStudy().filter(({ protocol }) => protocol === 'realPeople');
}

describe('a method', () => {
  test('is the mean of people, however many songs each was tried on', () => {
    const [population] = summariseMethods(ROWS);
    expect(population!.accuracy.mean).toBeCloseTo(50, 12);
    expect(population!.people).toBe(3);
    expect(population!.tests).toBe(130);
  });

  test('adds the pieces of one person before taking means', () => {
    const pieces = [rowOf('ours', 5, 'a', scoreOf(10, 10)), rowOf('ours', 5, 'a', scoreOf(30, 0))];
    const [ours] = summariseMethods(pieces);
    expect(ours!.people).toBe(1);
    expect(ours!.accuracy.mean).toBe(25);
    expect(ours!.accuracy.tInterval).toBeUndefined();
  });

  test('that was not tried on a person says nothing of that person', () => {
    expect(summariseMethods([...ROWS, rowOf('ours', 50, 'd', scoreOf(0, 0))])[1]!.people).toBe(3);
  });

  test('has Brier score and log-loss a prediction', () => {
    const [summary] = summariseMethods([rowOf('ours', 5, 'a', scoreOf(10, 10, 0.7))]);
    expect(summary!.logLoss.mean).toBeCloseTo(-Math.log(0.7), 12);
    expect(summary!.brier.mean).toBeCloseTo(0.3 ** 2 + 3 * 0.1 ** 2, 12);
  });
});

describe('calibration', () => {
  test('of predictions that come true as often as they say is perfect', () => {
    expect(calibrationError(scoreOf(10, 7, 0.7))).toBeCloseTo(0, 12);
  });

  test('error is the share of predictions times how far each bin is off', () => {
    const tally = createTally();
    for (let at = 0; at < 3; at++) tally.add([0.9, 0.05, 0.03, 0.02], 0);
    tally.add([0.5, 0.2, 0.2, 0.1], 1);
    expect(calibrationError(tally.score())).toBeCloseTo((3 * 0.1 + 1 * 0.5) / 4, 12);
  });

  test('bins at the very top count too', () => {
    expect(scoreOf(4, 4, 1).bins[CALIBRATION_BINS - 1]!.tests).toBe(4);
  });
});

describe('a comparison', () => {
  const [ours] = compareMethods(ROWS, 'population', 1);

  test('pairs people by name', () => {
    expect(ours!.pairs.map(({ person, gain }) => [person, Math.round(gain)])).toEqual([
      ['a', 10],
      ['b', 0],
      ['c', -10],
    ]);
    expect(ours!.gain.mean).toBeCloseTo(0, 12);
  });

  test('counts who loses more than a point, and who loses most', () => {
    expect(ours!.worse).toBe(1);
    expect(ours!.largestLogLossChange).toBeGreaterThan(0);
  });

  test('leaves out people whom only one method was tried on', () => {
    const rows = [...ROWS, rowOf('ours', 50, 'd', scoreOf(10, 10))];
    expect(compareMethods(rows, 'population', 1)[0]!.pairs).toHaveLength(3);
  });

  test('never sets one number of presses against another', () => {
    expect(compareMethods([...ROWS, rowOf('ours', 100, 'a', scoreOf(10, 9))], 'population', 1)).toHaveLength(
      1,
    );
  });

  test('at no presses, where both are the same, gains nothing and claims nothing', () => {
    const same = [rowOf('population', 0, 'a', scoreOf(9, 5)), rowOf('ours', 0, 'a', scoreOf(9, 5))];
    const [none] = compareMethods(same, 'population', 1);
    expect(none!.gain.mean).toBe(0);
    expect(none!.t).toBeUndefined();
    expect(none!.adjustedT).toBeUndefined();
  });

  test('has its p values adjusted over the numbers of presses of its method alone', () => {
    const comparisons = compareMethods(realPeople(), 'population', 1);
    const family = comparisons.filter(
      ({ protocol, method, t }) => protocol === 'realPeople' && method === 'ours' && t !== undefined,
    );
    const smallest = Math.min(...family.map(({ t }) => t!.pValue));
    const of = family.find(({ t }) => t!.pValue === smallest)!;
    expect(of.adjustedT).toBeCloseTo(Math.min(1, smallest * family.length), 12);
  });

  test('draws the same interval whatever else is compared', () => {
    const study = realPeople();
    const alone = study.filter(
      ({ method, presses }) => ['ours', 'population'].includes(method) && presses === 50,
    );
    const find = (rows: typeof study) =>
      compareMethods(rows, 'population', 4).find(
        ({ protocol, method, presses }) => protocol === 'realPeople' && method === 'ours' && presses === 50,
      )!.gain.bootstrapInterval;
    expect(find(study)).toEqual(find(alone));
    expect(find(alone)!.low).toBeLessThan(find(alone)!.high);
  });
});

test('the curve in one line has what its readers look for, by rising presses', () => {
  const curve = learningCurve(madeUpStudy());
  expect(curve.map(({ n }) => n)).toEqual([0, 5, 10, 25, 50, 100, 200]);
  expect(curve.map(({ raters }) => raters)).toEqual([19, 19, 19, 19, 19, 19, 10]);
  expect(Object.keys(curve[0]!)).toEqual([
    'n',
    'raters',
    'population',
    'ours',
    'gain',
    'trimmedGain',
    'logLossChange',
    'worse',
  ]);
  const { population, ours, gain } = curve[4]!;
  expect(gain).toBeCloseTo(ours - population, 1);
  expect(JSON.stringify(curve)).not.toContain('-0,');
});
