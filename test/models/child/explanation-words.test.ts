import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../../models/child/explanation.ts';
import { expectationSentence, reasonSentence } from '../../../models/child/explanation-words.ts';
import type { PerEmotion } from '../../../models/emotions.ts';

const explanation = (given: Partial<Explanation>): Explanation => ({
  expected: 'calm',
  predicted: [0.05, 0.05, 0.18, 0.72],
  population: [0.1, 0.1, 0.51, 0.29],
  timesCalled: [0, 0, 0, 0],
  presses: 0,
  personalShare: 0.5,
  similarSongs: [],
  ...given,
});
const similar = (songId: string, timesCalled: PerEmotion) => ({ songId, distance: 0.3, timesCalled });
const TITLES: Record<string, string> = { a: 'Rain', b: 'Lullaby', c: 'Snow' };
const titleOf = (songId: string) => TITLES[songId];

describe('what the box expects, in words', () => {
  test.each<[Partial<Explanation>, string]>([
    [{}, 'The box expects calm (72 %); most people would call it sad (51 %).'],
    [{ population: [0.1, 0.1, 0.2, 0.6] }, 'The box expects calm (72 %); so would most people (60 %).'],
  ])('%#: %j', (given, words) => {
    expect(expectationSentence(explanation(given))).toBe(words);
  });
});

describe('why, in words', () => {
  test.each<[string, Partial<Explanation>, string]>([
    ['nothing pressed, nothing alike', {}, 'Not pressed for yet.'],
    ['one press', { timesCalled: [0, 0, 0, 1] }, 'Called calm once.'],
    ['two presses alike', { timesCalled: [0, 2, 0, 0] }, 'Called angry both times.'],
    ['many presses alike', { timesCalled: [7, 0, 0, 0] }, 'Called happy all 7 times.'],
    ['most presses alike', { timesCalled: [0, 0, 1, 5] }, 'Called calm 5 of 6 times.'],
    ['a tie', { timesCalled: [0, 0, 2, 2] }, 'Called sad and calm each 2 of 4 times.'],
    [
      'a song like it',
      { timesCalled: [0, 0, 1, 5], similarSongs: [similar('a', [0, 0, 0, 3])] },
      'Called calm 5 of 6 times; sounds like “Rain”, called calm.',
    ],
    [
      'songs like it, by what they were called together',
      {
        similarSongs: [similar('a', [0, 0, 1, 0]), similar('b', [0, 0, 0, 3]), similar('c', [0, 0, 1, 0])],
      },
      'Not pressed for yet; sounds like songs called calm: “Rain”, “Lullaby” and “Snow”.',
    ],
    [
      'a song like it that was forgotten since',
      { timesCalled: [0, 0, 0, 1], similarSongs: [similar('gone', [0, 0, 0, 3])] },
      'Called calm once.',
    ],
  ])('%s', (_, given, words) => {
    expect(reasonSentence(explanation(given), titleOf)).toBe(words);
  });
});
