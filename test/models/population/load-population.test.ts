import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type LoadedPopulation, loadPopulation } from '../../../models/population/load-population.ts';
import { trainPopulation } from '../../../models/population/train-population.ts';
import { madeUpListeners } from '../../support/made-up-listeners.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TRAINED = trainPopulation(madeUpListeners({ songs: 12, raters: 2 }), {
  learner: 'ridge',
  seed: 1,
  terms: { licence: 'none', listeners: 'none' },
});

async function load(bytes?: Uint8Array): Promise<LoadedPopulation> {
  const path = join(temporaryFolder(), 'population.onnx');
  if (bytes !== undefined) writeFileSync(path, bytes);
  return loadPopulation(pathToFileURL(path));
}

describe('a population model', () => {
  test('is opened under the name and features its file bears', async () => {
    const loaded = await load(TRAINED.onnx);
    if (loaded.kind !== 'loaded') throw new Error(loaded.reason);
    const { population } = loaded;
    expect(population).toMatchObject({ id: TRAINED.card.population, featureVersion: 'deam-librosa-20/1' });
    const [opinion] = await population.predict([new Array(20).fill(3)]);
    expect(opinion!.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  });

  test.each([
    ['is not there', undefined, /^read .*population\.onnx: .*no such file/],
    ['is empty', new Uint8Array(0), /^read .*population\.onnx: /],
    ['was cut short', TRAINED.onnx.slice(0, -9), /^read .*population\.onnx: /],
    ['is something else', new TextEncoder().encode('{"format":"recipe"}'), /^read .*population\.onnx: /],
  ])('whose file %s is an answer with what to do, not an exception', async (_, bytes, reason) => {
    const loaded = await load(bytes);
    expect(loaded).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(reason),
      hint: 'Install the program again.',
    });
  });

  test('that nothing here can run is an answer too', async () => {
    const unavailable = { kind: 'unavailable', reason: 'onnxruntime does not load', hint: 'Move.' } as const;
    expect(await loadPopulation(undefined, async () => unavailable)).toEqual(unavailable);
  });
});
