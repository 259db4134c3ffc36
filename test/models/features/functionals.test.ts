import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DESCRIPTOR_COUNT, DESCRIPTORS, descriptorIndex } from '../../../models/features/descriptors.ts';
import {
  descriptorFeatureNames,
  halfSecondRows,
  ROW_WIDTH,
  rowColumnNames,
  songFunctionals,
} from '../../../models/features/functionals.ts';
import { createEar } from '../../../models/features/hear-song.ts';
import { referenceSong } from './reference/reference-song.ts';

/** Made by descriptor_recipe.py beside it. */
const expected: readonly number[] = JSON.parse(
  readFileSync(new URL('./reference/expected-descriptors.json', import.meta.url), 'utf8'),
);

/** Columns of `frameCount` frames: descriptor d rises by d each frame. */
function ramps(frameCount: number): Float64Array[] {
  return Array.from({ length: DESCRIPTOR_COUNT }, (_, d) =>
    Float64Array.from({ length: frameCount }, (_, t) => d * t),
  );
}

describe('the descriptors', () => {
  test('are 65, each with a name of its own, a term, a unit and a source', () => {
    expect(DESCRIPTORS.length).toBe(65);
    expect(new Set(DESCRIPTORS.map(({ name }) => name)).size).toBe(65);
    expect(DESCRIPTORS.every(({ term, unit, source }) => term !== '' && unit !== '' && source !== '')).toBe(
      true,
    );
    expect(descriptorIndex('mfcc_1')).toBe(0);
    expect(descriptorIndex('high_frequency_content')).toBe(64);
    expect(() => descriptorIndex('f0')).toThrow(/"f0"/);
  });

  test('make 260 columns a half second and 1,040 numbers a song, in an order that is never changed', () => {
    expect(rowColumnNames.length).toBe(260);
    expect(new Set(descriptorFeatureNames).size).toBe(1040);
    expect(rowColumnNames.slice(0, 2)).toEqual(['mfcc_1_stddev', 'mfcc_1_amean']);
    expect(rowColumnNames.slice(130, 132)).toEqual(['mfcc_1_de_stddev', 'mfcc_1_de_amean']);
    expect(descriptorFeatureNames.slice(4, 8)).toEqual([
      'mfcc_1_amean_mean',
      'mfcc_1_amean_sd',
      'mfcc_1_amean_min',
      'mfcc_1_amean_max',
    ]);
    expect(descriptorFeatureNames.at(-1)).toBe('high_frequency_content_de_amean_max');
  });

  test('come out as an independent implementation in numpy gives them', () => {
    const ear = createEar({ sampleRateHz: 22_050, channels: 1 });
    ear.write([referenceSong(22_050, 5)]);
    const { values, names } = ear.finish().descriptors;
    const failures = names.flatMap((name, i) => {
      // Means of slopes lie near zero: a column is as exact as its own range and the greatest of its values allow.
      const column = expected.slice(4 * Math.floor(i / 4), 4 * Math.floor(i / 4) + 4).map(Math.abs);
      const gap = Math.abs(values[i]! - expected[i]!);
      return gap <= 1e-6 * Math.max(...column) + 1e-9 ? [] : [`${name}: ${values[i]} for ${expected[i]}`];
    });
    expect(failures).toEqual([]);
  });
});

describe('half-second rows', () => {
  test.each([
    [1, 1],
    [9, 1],
    [22, 1],
    [31, 1],
    [33, 2],
    [44, 2],
    [1939, 90],
  ])('of %i frames are %i', (frameCount, rowCount) => {
    expect(halfSecondRows(ramps(frameCount)).length).toBe(rowCount * ROW_WIDTH);
  });

  test('hold the sd and mean of each descriptor, and of its slope, over the frames whose centres lie in them', () => {
    const rows = halfSecondRows(ramps(66));
    const d = 3;
    // Centres every 23.22 ms: frames 0-21 lie in the first half second, 22-43 in the second.
    expect(rows[2 * d + 1]).toBeCloseTo(10.5 * d, 9);
    expect(rows[2 * d]).toBeCloseTo(d * Math.sqrt((22 * 22 - 1) / 12), 9);
    expect(rows[ROW_WIDTH + 2 * d + 1]).toBeCloseTo(32.5 * d, 9);
    expect(rows[130 + 2 * d + 1]).toBeCloseTo(d, 9);
    expect(rows[130 + 2 * d]).toBeCloseTo(0, 9);
  });

  test('become the mean, sd, least and greatest of the song', () => {
    const rows = new Float64Array(3 * ROW_WIDTH);
    [1, 4, 7].forEach((value, row) => {
      rows[row * ROW_WIDTH + 1] = value;
    });
    expect([...songFunctionals(rows).slice(4, 8)]).toEqual([4, Math.fround(Math.sqrt(6)), 1, 7]);
    expect(songFunctionals(new Float64Array(0)).every((value) => value === 0)).toBe(true);
  });
});
