import { describe, expect, test } from 'vitest';
import {
  createChildModel,
  DEFAULT_CHILD_MODEL_SETTINGS,
  type EmotionPress,
  predict,
} from '../../../models/child/child-model.ts';
import type { Forgetting } from '../../../models/child/forgetting.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import type { Emotion } from '../../../models/emotions.ts';

const prior = handMadePrior();
const settingsOf = (forgetting: Forgetting) => ({ ...DEFAULT_CHILD_MODEL_SETTINGS, forgetting });
const press = (songId: string, emotion: Emotion, day?: number): EmotionPress => ({
  songId,
  populationProbabilities: [0.25, 0.25, 0.25, 0.25],
  emotion,
  day,
});
/** [songs * 4], songs in the order of their first press. */
const countsAfter = (forgetting: Forgetting, presses: readonly EmotionPress[]) => [
  ...rebuild(prior, presses, settingsOf(forgetting)).songs.counts,
];

describe('forgetting', () => {
  test('is off unless set: not a bit differs, whatever the days', () => {
    const presses = [press('a', 'sad', 3), press('b', 'calm', 400), press('a', 'sad', 800)];
    const { settings: _, ...remembered } = rebuild(prior, presses, settingsOf({}));
    const { settings: __, ...byDefault } = rebuild(prior, presses);
    expect(remembered).toEqual(byDefault);
  });

  test('by presses: after a half-life of presses one counts half, after two a quarter', () => {
    const presses = [press('a', 'sad'), ...Array.from({ length: 20 }, () => press('b', 'calm'))];
    expect(countsAfter({ halfLifePresses: 10 }, presses.slice(0, 11))[2]).toBeCloseTo(0.5, 12);
    expect(countsAfter({ halfLifePresses: 10 }, presses)[2]).toBeCloseTo(0.25, 12);
  });

  test.each<[string, (number | undefined)[], number]>([
    ['thirty days halve', [0, 30], 0.5],
    ['so do thirty days in many steps', [0, 1, 2.5, 11, 30], 0.5],
    ['presses of one day do not fade', [7, 7, 7], 1],
    ['without a clock nothing fades', [undefined, undefined], 1],
    ['a press without a clock fades by the days that are known', [0, undefined, 30], 0.5],
    ['a press before the clock was set fades from the first day known', [undefined, 5, 35], 0.5],
    ['a clock that runs backwards fades nothing, and nothing twice', [30, 0, 30], 1],
  ])('by days, half-life 30: %s', (_, days, left) => {
    const presses = days.map((day, i) => press(i === 0 ? 'first' : 'other', 'sad', day));
    expect(countsAfter({ halfLifeDays: 30 }, presses)[2]).toBeCloseTo(left, 12);
  });

  test('by both: the halvings add up', () => {
    const presses = [press('a', 'sad', 0), press('b', 'sad', 30)];
    expect(countsAfter({ halfLifePresses: 1, halfLifeDays: 30 }, presses)[2]).toBeCloseTo(0.25, 12);
  });

  test('a child who changed is followed sooner', () => {
    const calm = Array.from({ length: 60 }, () => press('song', 'calm'));
    const sad = Array.from({ length: 20 }, () => press('song', 'sad'));
    const sadAfter = (forgetting: Forgetting) =>
      predict(rebuild(prior, [...calm, ...sad], settingsOf(forgetting)), press('song', 'sad'))[2];
    expect(sadAfter({})).toBeLessThan(0.4);
    expect(sadAfter({ halfLifePresses: 10 })).toBeGreaterThan(0.65);
  });

  test.each<[string, Forgetting]>([
    ['halfLifePresses', { halfLifePresses: 0 }],
    ['halfLifeDays', { halfLifeDays: -1 }],
    ['halfLifeDays', { halfLifeDays: Number.NaN }],
  ])('refuses a senseless %s', (name, forgetting) => {
    expect(() => createChildModel(prior, settingsOf(forgetting))).toThrow(name);
  });
});
