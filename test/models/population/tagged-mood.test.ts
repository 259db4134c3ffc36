import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMOTIONS, emotionIndex, type PerEmotion } from '../../../models/emotions.ts';
import { moodFromTag, opinionBeforePresses } from '../../../models/population/tagged-mood.ts';

const opinions = fc
  .tuple(...EMOTIONS.map(() => fc.double({ min: 0.01, max: 1, noNaN: true })))
  .map((shares) => {
    const sum = shares.reduce((a, b) => a + b, 0);
    return shares.map((share) => share / sum) as unknown as PerEmotion;
  });

describe('a song that says how it is meant', () => {
  test('is taken at its word, whatever its sound suggests, but not as certain', () => {
    fc.assert(
      fc.property(opinions, fc.constantFrom(...EMOTIONS), (opinion, mood) => {
        const believed = opinionBeforePresses(opinion, mood);
        expect(Math.max(...believed)).toBe(believed[emotionIndex(mood)]);
        expect(Math.min(...believed)).toBeGreaterThan(0.03);
        expect(believed.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  test('of two songs with one word, the one that also sounds so is the likelier', () => {
    const believed = (calm: number): number =>
      opinionBeforePresses([0.9 - calm, 0.05, 0.05, calm], 'calm')[3];
    expect(believed(0.6)).toBeGreaterThan(believed(0.2));
  });
});

test('a song that says nothing is left to the population, to the bit', () => {
  const opinion: PerEmotion = [0.1, 0.2, 0.3, 0.4];
  expect(opinionBeforePresses(opinion, undefined)).toBe(opinion);
});

test.each([
  ['calm', 'calm'],
  [' Happy ', 'happy'],
  ['ANGRY', 'angry'],
  ['melancholic', undefined],
  ['happy sad', undefined],
  ['', undefined],
  [undefined, undefined],
])('the tag %j names %j', (text, mood) => {
  expect(moodFromTag(text)).toBe(mood);
});
