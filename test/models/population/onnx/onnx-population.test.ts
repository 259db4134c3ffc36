import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowOf } from '../../../../models/population/learners/matrix.ts';
import {
  exportPopulation,
  type TrainedPopulation,
} from '../../../../models/population/onnx/export-population.ts';
import { writeOnnxModel } from '../../../../models/population/onnx/onnx-card.ts';
import {
  type OnnxPopulation,
  openOnnxPopulation,
} from '../../../../models/population/onnx/onnx-population.ts';
import { predictTargets, targetsToProbabilities } from '../../../../models/population/predict-targets.ts';
import { standardise } from '../../../../models/population/standardiser.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { FAMILIES, type RandomPopulation, randomPopulation, recipes } from './random-fits.ts';

/** Promised are 1e-5; the graph computes in double precision and keeps far closer. */
const TOLERANCE = 1e-9;

async function opened(trained: TrainedPopulation): Promise<OnnxPopulation> {
  const result = await openOnnxPopulation(exportPopulation(trained));
  if (result.kind !== 'open') throw new Error(result.reason);
  return result.population;
}

/** Songs' probabilities, then valence and arousal, one list a song. */
function trainersNumbers({ trained, songs }: RandomPopulation): number[][] {
  const targets = predictTargets(trained.fit, standardise(trained.standardiser, songs));
  return songs.map((_, song) => {
    const row = rowOf(targets, song);
    return [...targetsToProbabilities(row), row[0]!, row[1]!];
  });
}

function largestDifference(one: readonly number[][], other: readonly number[][]): number {
  expect(one.map((row) => row.length)).toEqual(other.map((row) => row.length));
  return Math.max(...one.flatMap((row, i) => row.map((value, k) => Math.abs(value - other[i]![k]!))));
}

describe.each(FAMILIES)('the graph of a fit by %s', (family) => {
  test('says what the trainer says, whatever the numbers in it and wherever the songs lie', async () => {
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        const drawn = randomPopulation(family, recipe);
        const population = await opened(drawn.trained);
        const opinions = await population.predict(drawn.songs);
        await population.close();
        const numbers = opinions.map((opinion) => [...opinion.probabilities, ...opinion.valenceArousal]);
        expect(largestDifference(numbers, trainersNumbers(drawn))).toBeLessThan(TOLERANCE);
      }),
      { numRuns: 25 },
    );
  });

  test('takes five hundred songs at once', async () => {
    const drawn = randomPopulation(family, { seed: 500, columns: 20, count: 500 });
    const session = await InferenceSession.create(exportPopulation(drawn.trained));
    const features = new Tensor('float32', Float32Array.from(drawn.songs.flat()), [500, 20]);
    const { probabilities, valenceArousal } = await session.run({ features });
    await session.release();
    const rowsOf = (output: Tensor): number[][] => {
      const [rows, columns] = output.dims;
      const values = [...(output.data as Float64Array)];
      return Array.from({ length: rows! }, (_, i) => values.slice(i * columns!, (i + 1) * columns!));
    };
    const places = rowsOf(valenceArousal as Tensor);
    const numbers = rowsOf(probabilities as Tensor).map((row, i) => [...row, ...places[i]!]);
    expect(largestDifference(numbers, trainersNumbers(drawn))).toBeLessThan(TOLERANCE);
  });
});

test('machines without any support vector say their intercept', async () => {
  const { trained, songs } = randomPopulation('supportVectors', { seed: 2, columns: 3, count: 2 });
  const none = { rows: 0, columns: 3, values: new Float64Array() };
  const machine = { supportVectors: none, coefficients: new Float64Array(), rho: -0.25 };
  const fit = { kind: 'supportVectors', gamma: 0.5, machines: Array(6).fill(machine) } as const;
  const population = await opened({ ...trained, fit });
  for (const { valenceArousal } of await population.predict(songs))
    expect(valenceArousal).toEqual([0.25, 0.25]);
  await population.close();
});

describe('an open population', () => {
  const { trained, songs } = randomPopulation('average', { seed: 3, columns: 5, count: 40 });
  let population: OnnxPopulation;
  beforeAll(async () => {
    population = await opened(trained);
  });
  afterAll(() => population.close());

  test('says of a song the same to the bit, whatever else is asked with it', async () => {
    const together = await population.predict(songs);
    const reversed = await population.predict(songs.toReversed());
    expect(reversed.toReversed()).toEqual(together);
    expect(await population.predict([songs[7]!])).toEqual([together[7]]);
  });

  test('gives probabilities that sum to 1, no class below 0.0025', async () => {
    for (const { probabilities } of await population.predict(songs)) {
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 14);
      expect(Math.min(...probabilities)).toBeGreaterThan(0.0025);
    }
  });

  test('says nothing of no songs', async () => {
    expect(await population.predict([])).toEqual([]);
  });

  test.each([
    ['too few features', [1, 2, 3, 4], 'expected 5 features, got 4'],
    ['too many', [1, 2, 3, 4, 5, 6], 'expected 5 features, got 6'],
    ['a feature that is no number', [1, 2, Number.NaN, 4, 5], 'feature feature_2 is NaN'],
    ['an infinite one', [1, 2, 3, 4, Number.NEGATIVE_INFINITY], 'feature feature_4 is -Infinity'],
    ['one beyond float32', [1e39, 2, 3, 4, 5], 'feature feature_0 is 1e+39'],
  ])('refuses %s by name', async (_, features, message) => {
    await expect(population.predict([songs[0]!, features])).rejects.toThrow(RangeError);
    await expect(population.predict([songs[0]!, features])).rejects.toThrow(message);
  });

  test('lets other work go on between songs', async () => {
    let turns = 0;
    const turn = (): void => {
      turns++;
      pending = setImmediate(turn);
    };
    let pending = setImmediate(turn);
    await population.predict(songs);
    clearImmediate(pending);
    expect(turns).toBeGreaterThanOrEqual(songs.length - 1);
  });

  test('says nothing more once closed', async () => {
    const other = await opened(trained);
    await other.close();
    await expect(other.predict([songs[0]!])).rejects.toThrow();
  });
});

describe('opening', () => {
  const { trained, songs } = randomPopulation('ridge', { seed: 4, columns: 3, count: 1 });
  const bytes = exportPopulation(trained);

  test('takes a path or a file’s address as well as bytes', async () => {
    const path = join(temporaryFolder(), 'population.onnx');
    writeFileSync(path, bytes);
    for (const source of [path, pathToFileURL(path), bytes]) {
      const result = await openOnnxPopulation(source);
      if (result.kind !== 'open') throw new Error(result.reason);
      expect(await result.population.predict(songs)).toHaveLength(1);
      await result.population.close();
    }
  });

  test('a file that is not there is told with its path', async () => {
    await expect(openOnnxPopulation('/nowhere/population.onnx')).rejects.toThrow(
      /read population model: ENOENT.*\/nowhere\/population\.onnx/,
    );
  });

  test('a damaged file is refused before the runtime sees it', async () => {
    const neverLoaded = () => Promise.reject(new Error('loaded'));
    await expect(openOnnxPopulation(bytes.subarray(0, 500), neverLoaded)).rejects.toThrow('cut short');
  });

  test('a platform the runtime was not built for is an answer with a hint', async () => {
    const result = await openOnnxPopulation(bytes, () =>
      Promise.reject(new Error('Cannot find module ../bin/napi-v6/linux/arm/onnxruntime_binding.node')),
    );
    expect(result).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining('onnxruntime_binding.node'),
      hint: expect.stringContaining('64-bit Linux'),
    });
  });

  test('a graph the runtime refuses is told with the model’s id', async () => {
    const misfit = writeOnnxModel(Uint8Array.of(1, 2, 3), trained.card);
    await expect(openOnnxPopulation(misfit)).rejects.toThrow(
      /^open population model gpForest-[0-9a-f]{12}: /,
    );
  });
});
