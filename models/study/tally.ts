/** Sums up predictions in place: what `withTest` gives one by one, for the inner loops of a study. */
import type { PerEmotion } from '../emotions.ts';
import { CALIBRATION_BINS, type Score } from './scores.ts';

export interface Tally {
  /** Adds one prediction; `pressed` indexes `EMOTIONS`. The first of equal probabilities is the prediction. */
  add(predicted: PerEmotion, pressed: number): void;
  score(): Score;
}

/** An empty tally. */
export function createTally(): Tally {
  let tests = 0;
  let correct = 0;
  let logLoss = 0;
  let brier = 0;
  const confusion = new Array<number>(16).fill(0);
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ tests: 0, confidence: 0, correct: 0 }));
  return {
    add(predicted, pressed) {
      const confidence = Math.max(...predicted);
      const guess = predicted.indexOf(confidence);
      const hit = guess === pressed ? 1 : 0;
      tests++;
      correct += hit;
      logLoss -= Math.log(predicted[pressed]!);
      for (let k = 0; k < 4; k++) brier += (predicted[k]! - (k === pressed ? 1 : 0)) ** 2;
      confusion[pressed * 4 + guess]!++;
      const bin = bins[Math.min(CALIBRATION_BINS - 1, Math.floor(confidence * CALIBRATION_BINS))]!;
      bin.tests++;
      bin.confidence += confidence;
      bin.correct += hit;
    },
    score: () => ({
      tests,
      correct,
      logLoss,
      brier,
      confusion: [...confusion],
      bins: bins.map((bin) => ({ ...bin })),
    }),
  };
}
