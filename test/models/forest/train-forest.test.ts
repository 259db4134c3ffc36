import { RandomForestClassifier } from 'ml-random-forest';
import { describe, expect, test } from 'vitest';
import { embed } from '../../../models/child/embedding.ts';
import { type ForestRows, forestRows } from '../../../models/child/forest-rows.ts';
import { forestInputs, forestVotes, LEAF } from '../../../models/child/forest-votes.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import { emotionIndex } from '../../../models/emotions.ts';
import { trainForest } from '../../../models/forest/train-forest.ts';
import { featuredPresses, seededRandom } from '../child/child-fixtures.ts';

const presses = featuredPresses(60, 4);
const [taught, unheard] = [presses.slice(0, 40), presses.slice(40)];
const features = new Map(presses.map((press) => [press.songId, press.features]));
const rows = forestRows(rebuild(handMadePrior(), taught).songs, (songId) => features.get(songId));
const inputsOf = ({ features, populationProbabilities }: (typeof presses)[number]) =>
  forestInputs(features, embed(populationProbabilities));

describe('training a forest', () => {
  test('finds what a child goes by who listens to other things than most people', () => {
    const forest = trainForest(rows, 25);
    const right = unheard.filter((press) => {
      const votes = forestVotes(forest, inputsOf(press));
      return votes.indexOf(Math.max(...votes)) === emotionIndex(press.emotion);
    });
    // By chance 5 of 20.
    expect(right.length).toBeGreaterThanOrEqual(12);
  });

  test('gives every tree the vote it has in the library itself', () => {
    const seed = 7;
    const theirs = new RandomForestClassifier({
      nEstimators: 25,
      treeOptions: { maxDepth: 6 },
      maxFeatures: 0.3,
      replacement: false,
      useSampleBagging: true,
      noOOB: true,
      seed,
    });
    theirs.train(
      rows.inputs.map((row) => [...row]),
      [...rows.labels],
    );
    const inputs = presses.map(inputsOf);
    const votes = theirs.predictionValues(inputs.map((row) => [...row])).to2DArray();
    const { roots, ...trees } = trainForest(rows, seed);
    for (const [song, songInputs] of inputs.entries()) {
      for (const [tree, root] of roots.entries()) {
        const shares = forestVotes({ roots: [root], ...trees }, songInputs);
        expect(shares.indexOf(Math.max(...shares))).toBe(votes[song]![tree]);
      }
    }
  });

  test('is the same for the same rows and seed, and survives JSON; another seed grows other trees', () => {
    const forest = trainForest(rows, 25);
    expect(trainForest(rows, 25)).toEqual(forest);
    expect(JSON.parse(JSON.stringify(forest))).toEqual(forest);
    expect(trainForest(rows, 50)).not.toEqual(forest);
  });

  test('every node comes before its children, and every leaf holds shares that sum to 1', () => {
    const { column, lower, upper, shares } = trainForest(rows, 25);
    for (const [node, input] of column.entries()) {
      if (input !== LEAF) {
        expect(Math.min(lower[node]!, upper[node]!)).toBeGreaterThan(node);
        continue;
      }
      const leaf = shares.slice(lower[node]! * 4, lower[node]! * 4 + 4);
      expect(leaf.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });

  const one = rows.inputs[0]!;
  test.each<[string, ForestRows]>([
    ['one row', { songs: 1, inputs: [one], labels: [2] }],
    ['one emotion', { songs: 6, inputs: rows.inputs.slice(0, 6), labels: [2, 2, 2, 2, 2, 2] }],
    ['the same row under every emotion', { songs: 1, inputs: [one, one, one, one], labels: [0, 1, 2, 3] }],
    [
      'inputs that never differ',
      {
        songs: 5,
        inputs: [0, 1, 2, 3, 4].map(() => Float64Array.of(1, 1, 1, 1, 1)),
        labels: [0, 1, 2, 3, 0],
      },
    ],
  ])('takes %s', (_, few) => {
    const votes = forestVotes(trainForest(few, 1), few.inputs[0]!);
    expect(votes.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(votes.every((share) => share >= 0)).toBe(true);
    if (new Set(few.labels).size === 1) expect(votes[few.labels[0]!]).toBe(1);
  });

  test('refuses to train on nothing', () => {
    expect(() => trainForest({ songs: 0, inputs: [], labels: [] }, 1)).toThrow('no rows');
  });
});

// 25 / 50 / 100 / 200 / 500 rows of 24 inputs: 35 / 40 / 120 / 450 / 2,100 ms on one core of the build machine.
test.skipIf(!process.env.AMECS_SLOW_TESTS)('500 songs of 24 inputs train within 5 s of CPU', () => {
  const random = seededRandom(1);
  const inputs = Array.from({ length: 500 }, () => Float64Array.from({ length: 24 }, random));
  const labels = inputs.map((row) => (row[0]! + row[1]! * random() > 0.7 ? 1 : 0) + (row[2]! > 0.5 ? 2 : 0));
  const before = process.cpuUsage();
  trainForest({ songs: 500, inputs, labels }, 400);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(5000);
});
