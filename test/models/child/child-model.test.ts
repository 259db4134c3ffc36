import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChildModel, EmotionPress } from '../../../models/child/child-model.ts';
import {
  createChildModel,
  DEFAULT_CHILD_MODEL_SETTINGS,
  describeBeliefs,
  learn,
  predict,
} from '../../../models/child/child-model.ts';
import { WORST_EXCESS_NATS } from '../../../models/child/evidence-gate.ts';
import { fittedExperts } from '../../../models/child/experts.ts';
import { fitPosterior, priorPosterior } from '../../../models/child/posterior.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import type { PerEmotion } from '../../../models/emotions.ts';
import { EMOTIONS } from '../../../models/emotions.ts';
import {
  anyDistribution,
  anyPresses,
  deviationsOf,
  seededPresses,
  seededRandom,
  seededSongs,
} from './child-fixtures.ts';

const prior = handMadePrior();

function expectDistribution(probabilities: PerEmotion): void {
  for (const p of probabilities) expect(p).toBeGreaterThan(0);
  expect(Math.abs(probabilities.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThanOrEqual(1e-12);
}

/** What the mixture loses to the population at this press, in nats. */
function excessAt(model: ChildModel, press: EmotionPress, floored: PerEmotion): number {
  const k = EMOTIONS.indexOf(press.emotion);
  return Math.log(floored[k]!) - Math.log(predict(model, press)[k]!);
}

/** The population as the model uses it: what an unpressed model gives. */
const population = (press: EmotionPress) => predict(createChildModel(prior), press);

describe('before the first press', () => {
  test('every prediction is the population’s to the bit', () => {
    const shipped = anyDistribution.map((p) => p.map((x) => (0.96 * x + 0.01) / 1) as unknown as PerEmotion);
    fc.assert(
      fc.property(shipped, (populationProbabilities) => {
        const predicted = predict(createChildModel(prior), { songId: 'any', populationProbabilities });
        for (let k = 0; k < 4; k++) expect(predicted[k]).toBe(populationProbabilities[k]);
      }),
    );
  });

  test('certainties are lifted off 0 so that a press can never be impossible', () => {
    const certain = { songId: 'any', populationProbabilities: [1, 0, 0, 0] as const };
    const predicted = predict(createChildModel(prior), certain);
    expectDistribution(predicted);
    expect(predicted[1]).toBeCloseTo(1e-6, 10);
  });

  test.each([
    ['a negative', [-0.1, 0.5, 0.3, 0.3]],
    ['NaN', [Number.NaN, 0.5, 0.3, 0.2]],
    ['a sum of 2', [0.5, 0.5, 0.5, 0.5]],
    ['three numbers', [0.5, 0.25, 0.25]],
  ])('%s in the population’s opinion is a bug, told with the song', (_, numbers) => {
    const song = { songId: 'song-7', populationProbabilities: numbers as unknown as PerEmotion };
    expect(() => predict(createChildModel(prior), song)).toThrow('population probabilities of song song-7');
    expect(() => learn(createChildModel(prior), { ...song, emotion: 'sad' })).toThrow(RangeError);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'a song variance of %d is refused',
    (songVariance) => {
      expect(() => createChildModel(prior, { experts: ['taste'], songVariance })).toThrow('songVariance');
    },
  );
});

describe('learning', () => {
  test('a child who calls one song calm again and again is believed, and the song more than others like it', () => {
    const likeHappy: PerEmotion = [0.7, 0.1, 0.1, 0.1];
    const song = { songId: 'lullaby', populationProbabilities: likeHappy };
    const stranger = { songId: 'stranger', populationProbabilities: [0.1, 0.1, 0.7, 0.1] as const };
    const presses = Array.from({ length: 6 }, () => ({ ...song, emotion: 'calm' as const }));
    const model = rebuild(prior, presses);
    const calm = EMOTIONS.indexOf('calm');
    expect(predict(model, song)[calm]).toBeGreaterThan(0.6);
    expect(predict(model, stranger)[calm]).toBeLessThan(predict(model, song)[calm]!);
  });

  test('a child who hears sad where others hear calm is followed to songs never pressed for', () => {
    const songs = seededSongs(120, seededRandom(5));
    const likeliest = (p: PerEmotion) => EMOTIONS[p.indexOf(Math.max(...p))]!;
    const heard = (p: PerEmotion) => (likeliest(p) === 'calm' ? 'sad' : likeliest(p));
    const taught = songs.slice(0, 60);
    const model = rebuild(
      prior,
      taught.map((song) => ({ ...song, emotion: heard(song.populationProbabilities) })),
    );
    const unheard = songs.slice(60);
    const rightOnes = (opinionOf: (song: (typeof songs)[number]) => PerEmotion) =>
      unheard.filter((song) => likeliest(opinionOf(song)) === heard(song.populationProbabilities)).length;
    const populationRight = rightOnes((song) => song.populationProbabilities);
    expect(populationRight).toBeLessThan(50);
    expect(rightOnes((song) => predict(model, song))).toBeGreaterThan(populationRight + 4);
  });

  test('every prediction is a distribution without zeros, whatever was pressed', () => {
    fc.assert(
      fc.property(anyPresses(40), anyDistribution, (presses, populationProbabilities) => {
        const model = rebuild(prior, presses);
        expectDistribution(predict(model, { songId: 'song-0', populationProbabilities }));
        expectDistribution(predict(model, { songId: 'unheard', populationProbabilities }));
      }),
      { numRuns: 60 },
    );
  });

  // 1e-9 where the child presses: as far from what the population expects as it gets.
  const certain = { songId: 'only', populationProbabilities: [1 - 3e-9, 1e-9, 1e-9, 1e-9] as const };

  test('a thousand presses of one song against a certain population leave finite numbers', () => {
    let model = createChildModel(prior);
    for (let press = 0; press < 1000; press++) model = learn(model, { ...certain, emotion: 'sad' });
    const predicted = predict(model, certain);
    expectDistribution(predicted);
    expect(predicted[2]).toBeGreaterThan(0.99);
    expectDistribution(predict(model, { songId: 'other', populationProbabilities: [1e-9, 1, 0, 0] }));
    expect(deviationsOf(model).every((deviations) => deviations.every((d) => d > 0 && d < 1))).toBe(true);
  });

  test('10,000 presses of one song are fitted from a cold start as from a warm one', () => {
    const first = learn(createChildModel(prior), { ...certain, emotion: 'sad' });
    const counts = Float64Array.from([0, 0, 10_000, 0]);
    const almost = Float64Array.from([0, 0, 9_999, 0]);
    for (const { settings, fit } of fittedExperts(first.experts)) {
      const cold = fitPosterior(settings, { ...first.songs, counts }, priorPosterior(prior));
      const before = fitPosterior(settings, { ...first.songs, counts: almost }, fit);
      const warm = fitPosterior(settings, { ...first.songs, counts }, before);
      for (let w = 0; w < 20; w++) expect(Math.abs(cold.weights[w]! - warm.weights[w]!)).toBeLessThan(1e-9);
      for (let k = 0; k < 4; k++) expect(Math.abs(cold.offsets[k]! - warm.offsets[k]!)).toBeLessThan(1e-9);
    }
  });

  test('the model given to learn is left as it was', () => {
    const [first, second] = seededPresses(seededSongs(2, seededRandom(1)), 2, seededRandom(2));
    const before = learn(createChildModel(prior), first!);
    const kept = structuredClone(before);
    learn(before, { ...second!, songId: first!.songId });
    expect(before).toEqual(kept);
  });

  test('without experts it stays the population for ever', () => {
    const presses = seededPresses(seededSongs(5, seededRandom(3)), 20, seededRandom(4));
    const model = rebuild(prior, presses, { experts: [], songVariance: 2 });
    expect(predict(model, presses[0]!)).toEqual(presses[0]!.populationProbabilities);
  });
});

describe('what does not depend on order', () => {
  test('the same presses in the same order give the same bits', () => {
    const presses = seededPresses(seededSongs(20, seededRandom(6)), 150, seededRandom(7));
    expect(rebuild(prior, presses)).toEqual(rebuild(prior, presses));
  });

  test('the fits are the same in any order of the presses, to 1e-9; the gate’s evidence may differ', () => {
    const pairs = anyPresses(30).chain((presses) =>
      fc.tuple(fc.constant(presses), fc.shuffledSubarray(presses, { minLength: presses.length })),
    );
    fc.assert(
      fc.property(pairs, ([presses, shuffled]) => {
        const [one, other] = [rebuild(prior, presses), rebuild(prior, shuffled)];
        const others = fittedExperts(other.experts);
        for (const [i, { fit }] of fittedExperts(one.experts).entries()) {
          const theirs = others[i]!.fit;
          for (let w = 0; w < 20; w++)
            expect(Math.abs(fit.weights[w]! - theirs.weights[w]!)).toBeLessThan(1e-9);
          for (const [row, id] of one.songs.ids.entries()) {
            const otherRow = other.songs.rowOf.get(id)!;
            for (let k = 0; k < 4; k++) {
              const difference = fit.offsets[row * 4 + k]! - theirs.offsets[otherRow * 4 + k]!;
              expect(Math.abs(difference)).toBeLessThan(1e-9);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the promise: never more than ln 2 nats worse than the population over a whole life', () => {
  test('for any presses', () => {
    fc.assert(
      fc.property(anyPresses(60), (presses) => {
        let model = createChildModel(prior);
        let excess = 0;
        for (const press of presses) {
          excess += excessAt(model, press, population(press));
          expect(excess).toBeLessThanOrEqual(WORST_EXCESS_NATS + 1e-9);
          model = learn(model, press);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([1, 2, 3])('for a child who always presses what costs the box most (start %d)', (seed) => {
    const songs = seededSongs(6, seededRandom(seed));
    const choices = songs.flatMap((song) => EMOTIONS.map((emotion) => ({ ...song, emotion })));
    let model = learn(createChildModel(prior), choices[seed]!);
    let excess = 0;
    let worst = 0;
    for (let press = 0; press < 120; press++) {
      let costliest = { press: choices[0]!, excess: Number.NEGATIVE_INFINITY };
      for (const choice of choices) {
        const cost = excessAt(model, choice, choice.populationProbabilities);
        if (cost > costliest.excess) costliest = { press: choice, excess: cost };
      }
      excess += costliest.excess;
      worst = Math.max(worst, excess);
      expect(excess).toBeLessThanOrEqual(WORST_EXCESS_NATS + 1e-9);
      model = learn(model, costliest.press);
    }
    // The search must bite, or it shows nothing.
    expect(worst).toBeGreaterThan(0.3);
  });

  test('a prior that expects too much of the first press is held to it too', () => {
    const mean = prior.mean.slice();
    mean[0] = 6;
    const bold = { ...prior, mean };
    const song = { songId: 'a', populationProbabilities: [0.02, 0.32, 0.33, 0.33] as const };
    const emotions = ['happy', 'angry', 'sad', 'calm', 'angry', 'sad', 'calm', 'angry'] as const;
    let model = createChildModel(bold, { ...DEFAULT_CHILD_MODEL_SETTINGS, experts: ['taste'] });
    let excess = 0;
    for (const [at, emotion] of emotions.entries()) {
      const press = { ...song, songId: `song-${at}`, emotion };
      excess += excessAt(model, press, song.populationProbabilities);
      expect(excess).toBeLessThanOrEqual(WORST_EXCESS_NATS + 1e-9);
      model = learn(model, press);
    }
  });
});

describe('what it says of itself', () => {
  test('it grows surer with presses', () => {
    const presses = seededPresses(seededSongs(30, seededRandom(8)), 60, seededRandom(9));
    const [early, late] = [rebuild(prior, presses.slice(0, 10)), rebuild(prior, presses)];
    for (const [i, deviations] of deviationsOf(late).entries()) {
      expect(Math.max(...deviations)).toBeLessThan(Math.max(...deviationsOf(early)[i]!));
    }
    const { presses: count, populationWeight, experts } = describeBeliefs(late);
    expect(count).toBe(60);
    expect(populationWeight + experts.reduce((sum, e) => sum + e.weight, 0)).toBeCloseTo(1, 12);
  });
});
