import { expect, test } from 'vitest';
import { type EmotionPress, predict } from '../../../models/child/child-model.ts';
import { prequentialLogLoss } from '../../../models/child/prequential.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import { EMOTIONS, emotionIndex, type PerEmotion } from '../../../models/emotions.ts';

const PRIOR = handMadePrior();

const PRESSES: readonly EmotionPress[] = Array.from({ length: 30 }, (_, i) => {
  const populationProbabilities: PerEmotion = i % 3 === 0 ? [0.4, 0.3, 0.2, 0.1] : [0.1, 0.2, 0.3, 0.4];
  return { songId: `song-${i % 7}`, emotion: EMOTIONS[(i * 5) % 4]!, populationProbabilities };
});

test('the loss of a history is the mean of what each press cost, foretold from those before it', () => {
  const losses = PRESSES.map(
    (press, i) => -Math.log(predict(rebuild(PRIOR, PRESSES.slice(0, i)), press)[emotionIndex(press.emotion)]),
  );
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  expect(prequentialLogLoss(PRIOR, PRESSES)).toBeCloseTo(mean, 12);
});

test('the first press costs what the population said of it', () => {
  expect(prequentialLogLoss(PRIOR, PRESSES.slice(0, 1))).toBe(-Math.log(0.4));
});

test('no presses cost nothing', () => {
  expect(prequentialLogLoss(PRIOR, [])).toBe(0);
});
