import { describe, expect, test } from 'vitest';
import { createChildModel, type EmotionPress, predict } from '../../../models/child/child-model.ts';
import { parseChildModel, serialiseChildModel } from '../../../models/child/child-state.ts';
import { handMadePrior, handMadeTimbrePrior, parsePrior, priorToJson } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import { EMOTIONS } from '../../../models/emotions.ts';
import { seededRandom, seededSongs } from './child-fixtures.ts';

/** One direction: how bright a song is. */
const directions = { means: [0], deviations: [1], components: [[1]] };
const plain = handMadePrior();
const prior = { ...plain, timbre: { ...handMadeTimbrePrior(1), directions } };
const settings = { experts: ['taste', 'timbre'] as const, songVariance: 2 };

const random = seededRandom(4);
const songs = seededSongs(60, random).map((song) => ({ ...song, features: [random() * 4 - 2] }));
/** A child who goes by brightness alone. */
const presses = songs.map((song): EmotionPress & { features: number[] } => ({
  ...song,
  emotion: song.features[0]! > 0 ? 'happy' : 'sad',
}));

describe('timbre', () => {
  test('lets a child be followed who goes by sound, where the population hears nothing of it', () => {
    const hearing = rebuild(prior, presses.slice(0, 40), settings);
    const deaf = rebuild(plain, presses.slice(0, 40), settings);
    const loss = (model: typeof hearing) =>
      presses
        .slice(40)
        .reduce((sum, press) => sum - Math.log(predict(model, press)[EMOTIONS.indexOf(press.emotion)]!), 0);
    expect(loss(hearing)).toBeLessThan(loss(deaf) - 2);
  });

  test('changes nothing before the first press', () => {
    const model = createChildModel(prior, settings);
    for (const song of songs) expect(predict(model, song)).toBe(song.populationProbabilities);
  });

  test('of a song without features is taken as middling, not refused', () => {
    const model = rebuild(prior, presses.slice(0, 40), settings);
    const { features: _, ...mute } = songs[50]!;
    expect(predict(model, mute)).toEqual(predict(model, { ...mute, features: [0] }));
  });

  test('is kept in the stored model to the bit, and a model without it does not read it', () => {
    const model = rebuild(prior, presses, settings);
    const state = JSON.parse(JSON.stringify(serialiseChildModel(model, 'population-1')));
    expect(parseChildModel(state, prior, settings, 'population-1')).toEqual({ kind: 'parsed', model });
    expect(parseChildModel(state, plain, settings, 'population-1')).toMatchObject({ reason: 'otherMake' });
  });
});

describe('the stored prior with timbre', () => {
  const stored = () => JSON.parse(JSON.stringify(priorToJson(prior)));
  const withTimbre = (change: object) => ({ ...stored(), timbre: { ...stored().timbre, ...change } });

  test('is read back to the bit', () => {
    expect(parsePrior(stored())).toEqual(prior);
  });

  test.each([
    ['a mean of another length', { mean: [1, 2] }, 'prior of timbre: mean must be 24 finite numbers'],
    ['a covariance of another size', { covariance: [[1]] }, 'covariance must be 24 rows of 24'],
    ['no directions', { directions: undefined }, 'directions must hold'],
    [
      'directions of unequal length',
      { directions: { ...directions, components: [[1, 2]] } },
      'directions must hold',
    ],
    ['a deviation of 0', { directions: { ...directions, deviations: [0] } }, 'deviations above 0'],
  ])('is refused with %s', (_, change, message) => {
    expect(() => parsePrior(withTimbre(change))).toThrow(message);
  });
});
