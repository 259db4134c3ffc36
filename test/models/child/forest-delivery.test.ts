import { describe, expect, test } from 'vitest';
import {
  type ChildModel,
  createChildModel,
  DEFAULT_CHILD_MODEL_SETTINGS,
  describeBeliefs,
  learn,
  predict,
} from '../../../models/child/child-model.ts';
import { isForestDue, pendingForest, withForest } from '../../../models/child/forest-delivery.ts';
import { FIRST_MILESTONE, FOREST_DELAY } from '../../../models/child/forest-expert.ts';
import { type ForestTrainer, forestRows } from '../../../models/child/forest-rows.ts';
import type { Forest } from '../../../models/child/forest-votes.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import { emotionIndex } from '../../../models/emotions.ts';
import { trainForest } from '../../../models/forest/train-forest.ts';
import { featuredPresses } from './child-fixtures.ts';

const prior = handMadePrior();
const settings = DEFAULT_CHILD_MODEL_SETTINGS;
const FOREST = settings.experts.indexOf('forest');
const presses = featuredPresses(130, 11);
const learnt = (count: number, train?: ForestTrainer) =>
  rebuild(prior, presses.slice(0, count), settings, train);
const forestOf = (model: ChildModel) => model.experts.find((expert) => expert.name === 'forest')?.forest;

/** One leaf: always the same vote. */
const always = (emotion: number, songs = 25): Forest => ({
  songs,
  inputCount: 10,
  roots: [0],
  column: [-1],
  threshold: [0],
  lower: [0],
  upper: [0],
  shares: [0, 1, 2, 3].map((k) => (k === emotion ? 1 : 0)),
});

describe('when forests are trained', () => {
  test('at 25, 50, 100 distinct songs, seeded by that number; each takes effect some presses later', () => {
    const calls: { songs: number; seed: number; presses: number }[] = [];
    let learntSoFar = 0;
    const trainer: ForestTrainer = (rows, seed) => {
      calls.push({ songs: rows.songs, seed, presses: learntSoFar });
      return always(0, rows.songs);
    };
    const counted = presses.map((press, i) => ({
      ...press,
      get emotion() {
        learntSoFar = i + 1;
        return press.emotion;
      },
    }));
    rebuild(prior, counted, settings, trainer);
    expect(calls).toEqual(
      [25, 50, 100].map((songs) => ({ songs, seed: songs, presses: songs + FOREST_DELAY })),
    );
  });

  test('by songs, not by presses', () => {
    const few = Array.from({ length: 200 }, (_, i) => presses[i % (FIRST_MILESTONE - 1)]!);
    expect(pendingForest(rebuild(prior, few))).toBeUndefined();
  });

  test('on the songs as they stood at the milestone, whatever is pressed until it takes effect', () => {
    const atMilestone = learnt(FIRST_MILESTONE);
    const { songs } = pendingForest(atMilestone)!;
    const again = presses
      .slice(0, FOREST_DELAY)
      .map((press) => learn(atMilestone, { ...press, emotion: 'sad' }));
    for (const model of again) expect(pendingForest(model)!.songs).toBe(songs);
  });

  test('never for a model without that expert', () => {
    const model = rebuild(prior, presses, { ...settings, experts: ['taste'] }, trainForest);
    expect(pendingForest(model)).toBeUndefined();
    expect(isForestDue(model)).toBe(false);
  });
});

describe('delivering a forest', () => {
  const due = (() => {
    let model = createChildModel(prior);
    for (const press of presses.slice(0, FIRST_MILESTONE + FOREST_DELAY)) model = learn(model, press);
    return model;
  })();

  test('is refused before it is due: the model must not depend on how fast it was trained', () => {
    expect(isForestDue(learnt(FIRST_MILESTONE + FOREST_DELAY - 1))).toBe(false);
    expect(() => withForest(learnt(FIRST_MILESTONE), always(0))).toThrow('no forest is due');
    expect(isForestDue(due)).toBe(true);
    expect(isForestDue(withForest(due, always(0)))).toBe(false);
  });

  test('moves what is predicted, for songs whose features are known', () => {
    const song = presses[100]!;
    const before = predict(due, song);
    const after = predict(withForest(due, always(3)), song);
    expect(after[3]).toBeGreaterThan(before[3]);
    const { features: _, ...deaf } = song;
    expect(predict(withForest(due, always(3)), deaf)).toEqual(predict(due, deaf));
    expect(predict(withForest(due, always(3)), { ...song, features: [1, 2] })).toEqual(predict(due, deaf));
  });

  test('a forest that could not be trained leaves the one before in force', () => {
    const failsAt50: ForestTrainer = (rows, seed) => (seed === 50 ? undefined : always(1, rows.songs));
    expect(forestOf(learnt(80, failsAt50))).toEqual(always(1, 25));
    expect(forestOf(learnt(120, failsAt50))).toEqual(always(1, 100));
    expect(describeBeliefs(learnt(80, failsAt50)).experts[FOREST]).toMatchObject({ songs: 25, wantedAt: 50 });
  });

  test('a forest that is not there when the next press is learnt is lost', () => {
    const late = learn(due, presses[60]!);
    expect(pendingForest(late)).toBeUndefined();
    expect(() => withForest(late, always(0))).toThrow('no forest is due');
  });
});

describe('with forests', () => {
  test('the same presses give the same bits, trained on the spot or beside', () => {
    const whole = rebuild(prior, presses, settings, trainForest);
    expect(rebuild(prior, presses, settings, trainForest)).toEqual(whole);

    const features = new Map(presses.map((press) => [press.songId, press.features]));
    let beside = createChildModel(prior);
    let trained: Forest | undefined;
    let trainedFor = 0;
    for (const press of presses) {
      beside = learn(beside, press);
      const pending = pendingForest(beside);
      if (pending !== undefined && pending.milestone !== trainedFor) {
        trainedFor = pending.milestone;
        trained = trainForest(
          forestRows(pending.songs, (songId) => features.get(songId)),
          trainedFor,
        );
      }
      if (isForestDue(beside)) beside = withForest(beside, trained);
    }
    expect(beside).toEqual(whole);
  });

  test('a forest does not depend on the order of the presses before its milestone', () => {
    const reversed = [...presses.slice(0, FIRST_MILESTONE)].reverse();
    const other = rebuild(prior, [...reversed, ...presses.slice(FIRST_MILESTONE, 40)], settings, trainForest);
    expect(forestOf(other)).toEqual(forestOf(learnt(40, trainForest)));
  });

  test('a child who goes by what the population does not hear is followed further', () => {
    const taught = presses.slice(0, 110);
    const rightOf = (model: ChildModel) =>
      presses.slice(110).filter((press) => {
        const p = predict(model, press);
        return p.indexOf(Math.max(...p)) === emotionIndex(press.emotion);
      }).length;
    const withForests = rebuild(prior, taught, settings, trainForest);
    const without = rebuild(prior, taught, settings);
    expect(rightOf(withForests)).toBeGreaterThan(rightOf(without) + 4);
    expect(describeBeliefs(withForests).experts[FOREST]!.weight).toBeGreaterThan(0.9);
  });

  test('a new population model replaces the old under the presses: as if it had been there from the start', () => {
    const reopined = presses.map((press) => {
      const [a, b, c, d] = press.populationProbabilities;
      return { ...press, populationProbabilities: [d, a, b, c] as const };
    });
    const before = rebuild(prior, presses, settings, trainForest);
    // What a box does with a history: the journal holds songs and emotions, opinions come anew.
    const opinions = new Map(reopined.map((press) => [press.songId, press.populationProbabilities]));
    const after = rebuild(
      prior,
      presses.map((press) => ({ ...press, populationProbabilities: opinions.get(press.songId)! })),
      settings,
      trainForest,
    );
    expect(after).toEqual(rebuild(prior, reopined, settings, trainForest));
    expect(after.gate).not.toEqual(before.gate);
  });
});
