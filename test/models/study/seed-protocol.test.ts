import { describe, expect, test } from 'vitest';
import { EMOTIONS } from '../../../models/emotions.ts';
import { createSeedProtocol, SEED_PROTOCOL_SETTINGS } from '../../../models/study/seed-protocol.ts';
import { seedChild, splitSongs } from '../../../models/study/seed-protocol-songs.ts';
import { seedTables } from '../../../models/study/seed-protocol-tables.ts';
import { madeUpListeners } from '../../support/made-up-listeners.ts';
import { parseCsv } from '../../support/parse-csv.ts';
import { rowOf, scoreOf } from './made-up-scores.ts';

const DATA = madeUpListeners({ songs: 80, raters: 3 });

describe('the songs', () => {
  const { training, tests } = splitSongs(DATA, 1);

  test('are dealt four to one, every emotion alike', () => {
    for (const emotion of EMOTIONS) {
      expect(training.songs.filter((song) => song.emotion === emotion)).toHaveLength(16);
      expect(tests.songs.filter((song) => song.emotion === emotion)).toHaveLength(4);
    }
  });

  test('are in one part or the other, never in both', () => {
    const ids = [...training.songs, ...tests.songs].map(({ songId }) => songId);
    expect(new Set(ids).size).toBe(80);
  });

  test('are standardised by those learnt from', () => {
    const first = training.songs.map((_, row) => training.z.values[row * training.z.columns]!);
    expect(first.reduce((sum, z) => sum + z, 0) / first.length).toBeCloseTo(0, 5);
  });

  test('without averaged ratings make no protocol, and that is said', () => {
    const songs = DATA.songs.map(({ songId, features }) => ({ songId, features }));
    expect(() => splitSongs({ ...DATA, songs }, 1)).toThrow(
      /0 songs of made-up listeners have averaged ratings/,
    );
  });

  test('a child hears are 60 % of those learnt from, each once, rescaled by a tenth or so', () => {
    const { rows, factors } = seedChild(training, 1, 'child_1');
    expect(rows).toHaveLength(38);
    expect(new Set(rows).size).toBe(38);
    const spread = Math.sqrt(factors.reduce((sum, factor) => sum + (factor - 1) ** 2, 0) / factors.length);
    expect(spread).toBeGreaterThan(0.04);
    expect(spread).toBeLessThan(0.2);
    expect(seedChild(training, 1, 'child_2').rows).not.toEqual(rows);
  });
});

describe('the protocol', () => {
  const settings = {
    ...SEED_PROTOCOL_SETTINGS,
    seed: 1,
    children: 2,
    testedAt: [10, 20],
    learners: ['forest'] as const,
  };
  const protocol = createSeedProtocol(DATA, settings);
  const rows = protocol.tasks.flatMap((task) => protocol.run(task));

  test('tries every child with population, personal forest and our method on the same songs', () => {
    const children = rows.filter((row) => row.protocol === 'seedProtocol');
    expect(children).toHaveLength(2 * 2 * 3);
    expect(new Set(children.map(({ method }) => method))).toEqual(
      new Set(['population', 'ours', 'personalForest']),
    );
    expect(children.every(({ score }) => score.tests === 16)).toBe(true);
  });

  test('has one population for all children: the seed’s forest among the learners', () => {
    const forest = rows.find((row) => row.protocol === 'seedProtocolLearners' && row.method === 'forest')!;
    const population = rows.filter((row) => row.protocol === 'seedProtocol' && row.method === 'population');
    for (const { score } of population) expect(score).toEqual(forest.score);
    // Two of the columns say everything.
    expect(forest.score.correct).toBeGreaterThanOrEqual(14);
  });

  test('gives each task the same rows by itself as after all others', () => {
    const last = protocol.tasks.at(-1)!;
    expect(createSeedProtocol(DATA, settings).run(last)).toEqual(protocol.run(last));
  });

  test('says the commonest label for comparison', () => {
    const majority = rows.find(({ method }) => method === 'majority')!;
    expect(majority.score.correct).toBe(4);
  });
});

describe('the seed’s tables', () => {
  const shares: Readonly<Record<string, readonly number[]>> = {
    population: [62, 62, 62],
    personalForest: [55, 60, 61],
    ours: [62, 63, 62],
  };
  const rows = Object.entries(shares).flatMap(([method, percents]) =>
    [50, 200, 500].flatMap((presses, at) =>
      ['child_1', 'child_2', 'child_3'].map((person, child) =>
        rowOf(
          method,
          presses,
          person,
          scoreOf(100, percents[at]! + (method === 'population' ? 0 : child)),
          'seedProtocol',
        ),
      ),
    ),
  );
  const tables = seedTables(rows);

  test('have the seed’s columns, shares and per cent as there', () => {
    expect(tables['comprehensive_results.csv']!.split('\n')[0]).toBe(
      'child,population,personalized_50,personalized_200,personalized_500,improvement_50,improvement_200,improvement_500',
    );
    const [first] = parseCsv(tables['comprehensive_results.csv']!);
    expect(first).toMatchObject({ child: 'child_1', population: '0.62', personalized_50: '0.55' });
    expect(Number(first!.improvement_50)).toBeCloseTo((100 * (0.55 - 0.62)) / 0.62, 10);
  });

  test('have its two p values and effects, by its own formula', () => {
    // a = [.55, .56, .57]; scipy.stats.ttest_rel(a, [.62] * 3).pvalue = 0.009132611386275377, d = -0.06 / sqrt(.01 ** 2 / 2)
    const [tests] = parseCsv(tables['statistical_tests.csv']!);
    expect(Object.keys(tests!)).toEqual(['p_value_50', 'p_value_200', 'cohens_d_50', 'cohens_d_200']);
    expect(Number(tests!.p_value_50)).toBeCloseTo(0.009132611386275377, 8);
    expect(Number(tests!.cohens_d_50)).toBeCloseTo(-0.06 / Math.sqrt(0.01 ** 2 / 2), 8);
  });

  test('come again for our method', () => {
    const [first] = parseCsv(tables['comprehensive_results_ours.csv']!);
    expect(first).toMatchObject({ personalized_50: '0.62', improvement_50: '0' });
  });

  test('are none where the protocol was not run', () => {
    expect(seedTables([])).toEqual({});
  });
});
