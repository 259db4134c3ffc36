import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createLinearPopulation,
  type LinearPopulationParameters,
} from '../../../models/population/linear-population.ts';
import { loadPopulation, parseLinearPopulation } from '../../../models/population/load-population.ts';
import { loadPrior } from '../../../models/population/load-prior.ts';
import { sharesToProbabilities } from '../../../models/population/population-model.ts';
import { readShipped } from '../../../models/population/shipped-files.ts';

/** Two features, loudness deciding arousal and brightness valence; shares lean the same ways. */
const parameters: LinearPopulationParameters = {
  id: 'toy',
  featureVersion: 'toy-1',
  featureNames: ['loud', 'bright'],
  means: [10, 100],
  deviations: [2, 50],
  intercepts: [0, 0.1, 0.25, 0.25, 0.25, 0.25],
  weights: [
    [0, 0.5],
    [0.4, 0],
    [0.2, 0.2],
    [0.2, -0.2],
    [-0.2, -0.2],
    [-0.2, 0.2],
  ],
};
const stored = { format: 'amecs-linear-population', version: 1, ...parameters };

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

describe('a linear population', () => {
  const model = createLinearPopulation(parameters);

  test('z-scores, then weighs: one deviation louder is 0.4 more aroused', () => {
    const [valence, arousal] = model.valenceArousal([12, 75]);
    expect(valence).toBeCloseTo(-0.25, 12);
    expect(arousal).toBeCloseTo(0.5, 12);
    // Shares 0.65, 0.25, -0.15, 0.25: clipped they sum to 1.15.
    expect(model.predict([12, 150])[0]).toBeCloseTo((0.96 * 0.65 + 0.01) / 1.144, 12);
  });

  test('clips at four deviations, so that one odd recording cannot run away', () => {
    expect(model.valenceArousal([18, 300])).toEqual(model.valenceArousal([1e9, 1e9]));
  });

  test('gives a distribution with no class below 0.0025 for any finite features', () => {
    const feature = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.tuple(feature, feature), (features) => {
        const probabilities = model.predict(features);
        expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0.0025);
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  test.each([
    ['too few features', [1], 'expected 2 features, got 1'],
    ['too many features', [1, 2, 3], 'expected 2 features, got 3'],
    ['NaN', [1, Number.NaN], 'feature bright is NaN'],
  ])('%s is a bug and says so', (_, features, message) => {
    expect(() => model.predict(features)).toThrow(message);
  });

  test.each([
    ['nothing', null],
    ['another format', { ...stored, format: 'onnx' }],
    ['a later version', { ...stored, version: 2 }],
    ['a missing row', { ...stored, weights: parameters.weights.slice(1) }],
    ['a short row', { ...stored, weights: [[1], ...parameters.weights.slice(1)] }],
    ['a deviation of 0', { ...stored, deviations: [0, 1] }],
  ])('%s is not read as a model', (_, value) => {
    expect(() => parseLinearPopulation(value)).toThrow('population model: ');
  });

  test('its stored form is read back', () => {
    expect(parseLinearPopulation(JSON.parse(JSON.stringify(stored)))).toMatchObject(parameters);
  });
});

describe('what ships', () => {
  const population = loadPopulation();

  test('the average song of DEAM is nothing in particular, and leans to sad as DEAM does', () => {
    const { means } = readShipped('stand-in-population.json', parseLinearPopulation);
    const probabilities = population.predict(means);
    expect(Math.max(...probabilities)).toBe(probabilities[2]);
    expect(Math.max(...probabilities)).toBeLessThan(0.5);
    for (const x of population.valenceArousal(means)) expect(Math.abs(x)).toBeLessThan(0.2);
  });

  test('it names itself, so that a child’s state knows which population it was learnt under', () => {
    expect(population.id).toMatch(/^deam-ridge-[0-9a-f]{12}$/);
  });

  test('the prior keeps slopes near 1 on the diagonal', () => {
    const { mean } = loadPrior();
    for (let k = 0; k < 4; k++) {
      expect(mean[k * 5 + 1 + k]).toBeGreaterThan(0.6);
      expect(mean[k * 5 + 1 + k]).toBeLessThan(1.4);
    }
  });

  test('a missing file is told with what to do', () => {
    expect(() => readShipped('no-such-file.json', (value) => value)).toThrow(
      /read models\/shipped\/no-such-file\.json: .*Install the program again/,
    );
  });
});
