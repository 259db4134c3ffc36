import { describe, expect, test } from 'vitest';
import { featureNames, featureVersion } from '../../../models/features/hear-song.ts';
import { encodeModelBundle, type ModelBundle } from '../../../models/population/model-bundle.ts';
import { type OpenedBundle, openModelBundle } from '../../../models/population/open-bundle.ts';
import { bundleOf, bundlePartsOf, trainInvertedModel, trainSmallModel } from '../../support/model-bundles.ts';

const TRAINED = trainSmallModel();
const OTHER = trainInvertedModel();
const PARTS = bundlePartsOf(TRAINED);

async function opened(changes: Partial<ModelBundle>): Promise<OpenedBundle> {
  return openModelBundle(encodeModelBundle({ ...PARTS, ...changes }));
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('a received model', () => {
  test('opens with its population and the prior fitted under it', async () => {
    const model = await openModelBundle(bundleOf(TRAINED));
    if (model.kind !== 'opened') throw new Error(model.reason);
    const { population, prior } = model;
    expect(population).toMatchObject({ id: TRAINED.card.population, featureVersion });
    expect(prior.mean).toHaveLength(20);
    const song = featureNames.map((_, i) => i);
    const [opinion] = await population.predict([song]);
    for (const [k, p] of TRAINED.predict(song).entries()) expect(opinion!.probabilities[k]).toBeCloseTo(p, 4);
    await population.close();
  });

  test.each<[string, Partial<ModelBundle>, RegExp]>([
    ['a card that is no JSON', { card: json('').subarray(1) }, /model card is not JSON/],
    ['a card that is none', { card: json({ population: TRAINED.card.population }) }, /model card is not one/],
    ['the card of another', { card: json(OTHER.card) }, /model card is that of/],
    ['the prior of another', { prior: json(OTHER.prior) }, /prior was fitted under/],
    ['a prior that is no JSON', { prior: new Uint8Array([0xff]) }, /prior is not JSON/],
    ['a prior without numbers', { prior: json({ population: TRAINED.card.population }) }, /mean must be 20/],
    ['a population cut short', { population: PARTS.population.subarray(0, -9) }, /population model/],
    ['no population', { population: new Uint8Array(0) }, /population model/],
  ])('with %s is refused as a whole', async (_, changes, reason) => {
    expect(await opened(changes)).toMatchObject({ kind: 'unusable', reason: expect.stringMatching(reason) });
  });

  test.each([
    ['reads features this program does not hear', { featureVersion: 'ears-9' }, /reads the features ears-9/],
    [
      'reads them in another order',
      { featureVersion, featureNames: [...featureNames].reverse() },
      /another order/,
    ],
  ])('that %s is refused', async (_, changes, reason) => {
    const model = await openModelBundle(bundleOf(TRAINED));
    if (model.kind !== 'opened') throw new Error(model.reason);
    const population = { ...model.population, card: { ...model.population.card, ...changes } };
    const refused = await openModelBundle(bundleOf(TRAINED), async () => ({ kind: 'open', population }));
    expect(refused).toMatchObject({ kind: 'unusable', reason: expect.stringMatching(reason) });
  });

  test.each([
    ['no distribution', { probabilities: [0.9, 0.9, 0, 0], valenceArousal: [0, 0] }, /no distribution/],
    [
      'numbers that are none',
      { probabilities: [Number.NaN, 0, 0, 0], valenceArousal: [0, 0] },
      /no distribution/,
    ],
    ['no place', { probabilities: [0.25, 0.25, 0.25, 0.25], valenceArousal: [Number.NaN, 0] }, /nowhere/],
  ] as const)('that says %s of a song is refused', async (_, opinion, reason) => {
    const model = await openModelBundle(bundleOf(TRAINED));
    if (model.kind !== 'opened') throw new Error(model.reason);
    const population = { ...model.population, predict: async () => [structuredClone(opinion)] as never };
    const refused = await openModelBundle(bundleOf(TRAINED), async () => ({ kind: 'open', population }));
    expect(refused).toMatchObject({ kind: 'unusable', reason: expect.stringMatching(reason) });
  });

  test('where nothing can be run, nothing is said against the model', async () => {
    const unavailable = { kind: 'unavailable', reason: 'onnxruntime does not load', hint: 'Move.' } as const;
    expect(await openModelBundle(bundleOf(TRAINED), async () => unavailable)).toEqual(unavailable);
  });
});
