import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PopulationFit } from '../../../../models/population/learners/fits.ts';
import { exportPopulation } from '../../../../models/population/onnx/export-population.ts';
import { readOnnxCard } from '../../../../models/population/onnx/onnx-card.ts';
import { encodeModel } from '../../../../models/population/onnx/onnx-schema.ts';
import { cardOf, FAMILIES, randomPopulation } from './random-fits.ts';

const { trained } = randomPopulation('ridge', { seed: 1, columns: 2, count: 1 });
const bytes = exportPopulation(trained);

describe('the card', () => {
  test('is read back as it was written, with id, digest and operator sets', () => {
    const card = readOnnxCard(bytes);
    expect(card).toEqual({
      ...trained.card,
      id: `gpForest-${card.sha256.slice(0, 12)}`,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      operatorSets: [
        { domain: '', version: 21 },
        { domain: 'ai.onnx.ml', version: 5 },
      ],
    });
  });

  test.each(FAMILIES)('and graph of a fit by %s are the same bytes however often written', (family) => {
    const recipe = { seed: 9, columns: 4, count: 8 };
    const [one, other] = [randomPopulation(family, recipe), randomPopulation(family, recipe)];
    expect(Buffer.compare(exportPopulation(one.trained), exportPopulation(other.trained))).toBe(0);
  });

  test('has another id when any number of the fit or any word of the card is another', () => {
    const fit = { ...trained.fit, intercepts: Float64Array.of(1, 2, 3, 4, 5, 6) };
    const means = trained.standardiser.means.map((mean) => mean + 1);
    const variants = [
      trained,
      { ...trained, fit },
      { ...trained, standardiser: { ...trained.standardiser, means } },
      { ...trained, card: { ...trained.card, featureVersion: 'test-features/2' } },
      { ...trained, card: { ...trained.card, featureNames: ['feature_1', 'feature_0'] } },
      { ...trained, card: { ...trained.card, seed: 8 } },
    ];
    const ids = variants.map((variant) => readOnnxCard(exportPopulation(variant)).id);
    expect(new Set(ids).size).toBe(variants.length);
  });

  test.each([
    ['a name too few', ['feature_0'], '1 feature names for 2 features'],
    ['a name with a comma', ['tempo', 'a,b'], '"a,b" cannot be in a list'],
    ['an empty name', ['', 'tempo'], '"" cannot be in a list'],
  ])('is not written with %s', (_, featureNames, message) => {
    const card = { ...cardOf(2), featureNames };
    expect(() => exportPopulation({ ...trained, card })).toThrow(message);
  });

  test.each(FAMILIES)('is not written round a fit by %s that holds a number that is none', (family) => {
    const { trained } = randomPopulation(family, { seed: 2, columns: 2, count: 3 });
    expect(() => exportPopulation({ ...trained, fit: spoilt(trained.fit) })).toThrow(RangeError);
  });
});

/** The fit with one of its numbers NaN. */
function spoilt(fit: PopulationFit): PopulationFit {
  const bad = Float64Array.from({ length: 6 }, () => Number.NaN);
  switch (fit.kind) {
    case 'ridge':
      return { ...fit, intercepts: bad };
    case 'gaussianProcess':
      return { ...fit, means: bad };
    case 'trees':
      return { ...fit, trees: { ...fit.trees, leafValues: fit.trees.leafValues.map(() => Number.NaN) } };
    case 'supportVectors':
      return { ...fit, machines: fit.machines.map((machine) => ({ ...machine, rho: Number.NaN })) };
    case 'perceptron':
      return {
        ...fit,
        layers: fit.layers.map((layer) => ({ ...layer, biases: layer.biases.map(() => Number.NaN) })),
      };
    case 'average':
      return { ...fit, members: fit.members.map(spoilt) };
  }
}

describe('a file that is not whole', () => {
  test('is an error wherever it was cut', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readOnnxCard(bytes.subarray(0, length)), `${length} bytes`).toThrow(/^population model/);
    }
  });

  test('is an error whichever bit of it is wrong', () => {
    const bit = fc.record({ at: fc.nat({ max: bytes.length - 1 }), bit: fc.nat({ max: 7 }) });
    fc.assert(
      fc.property(bit, ({ at, bit }) => {
        const damaged = bytes.slice();
        damaged[at]! ^= 1 << bit;
        expect(() => readOnnxCard(damaged)).toThrow(/^population model/);
      }),
      { numRuns: 500 },
    );
  });

  test('is an error when something was put behind it', () => {
    expect(() => readOnnxCard(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(/^population model/);
    expect(() => readOnnxCard(Buffer.concat([bytes, bytes]))).toThrow('damaged');
  });

  test('is not mistaken for one of ours when it is another program’s', () => {
    const foreign = encodeModel({
      producerName: 'somebody',
      description: '',
      graph: new Uint8Array(),
      operatorSets: [],
      properties: { author: 'somebody' },
    });
    expect(() => readOnnxCard(foreign)).toThrow('not written by this program');
    expect(() => readOnnxCard(Buffer.from('# Not a model, a page\n'))).toThrow('not an ONNX file');
  });
});
