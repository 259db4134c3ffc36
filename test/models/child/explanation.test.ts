import { describe, expect, test } from 'vitest';
import { createChildModel } from '../../../models/child/child-model.ts';
import { explain } from '../../../models/child/explanation.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import type { Emotion, PerEmotion } from '../../../models/emotions.ts';

const song = (songId: string, populationProbabilities: PerEmotion) => ({ songId, populationProbabilities });
const lullaby = song('lullaby', [0.1, 0.1, 0.3, 0.5]);
const alike = song('alike', [0.1, 0.1, 0.31, 0.49]);
const march = song('march', [0.6, 0.3, 0.05, 0.05]);
const press = (of: typeof lullaby, emotion: Emotion) => ({ ...of, emotion });

describe('explaining a prediction', () => {
  const model = rebuild(handMadePrior(), [
    ...Array.from({ length: 5 }, () => press(lullaby, 'calm')),
    press(lullaby, 'sad'),
    press(alike, 'calm'),
    press(march, 'angry'),
  ]);

  test('counts what the child called this song: calm 5 of 6 times', () => {
    const { expected, timesCalled, presses } = explain(model, lullaby);
    expect({ expected, timesCalled, presses }).toEqual({
      expected: 'calm',
      timesCalled: [0, 0, 1, 5],
      presses: 6,
    });
  });

  test('names songs that sound alike, nearest first, with what they were called, and never the song itself', () => {
    const near = explain(model, song('new', lullaby.populationProbabilities)).similarSongs;
    expect(near.map(({ songId }) => songId)).toEqual(['lullaby', 'alike']);
    expect(near[0]).toEqual({ songId: 'lullaby', distance: 0, timesCalled: [0, 0, 1, 5] });
    expect(explain(model, lullaby).similarSongs.map(({ songId }) => songId)).toEqual(['alike']);
  });

  test('without presses it is all the population’s', () => {
    expect(explain(createChildModel(handMadePrior()), march)).toEqual({
      expected: 'happy',
      predicted: march.populationProbabilities,
      population: march.populationProbabilities,
      timesCalled: [0, 0, 0, 0],
      presses: 0,
      personalShare: 0,
      similarSongs: [],
    });
  });
});
