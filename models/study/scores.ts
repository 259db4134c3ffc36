/**
 * How well one method predicted one person's presses after so many presses: counts and sums that add up, so that a
 * study can be cut into pieces, resumed, and pooled. Statistics and report work from these alone.
 */
import type { PerEmotion } from '../emotions.ts';

/** Equal-width bins of the likeliest class's probability, for the calibration figure and the expected calibration error. */
export const CALIBRATION_BINS = 15;

export interface Score {
  /** Predictions made. */
  readonly tests: number;
  readonly correct: number;
  /** Σ -ln p(pressed), nats. */
  readonly logLoss: number;
  /** Σ |p - onehot|², 0 to 2 each (Brier 1950). */
  readonly brier: number;
  /** [16] row = pressed, column = predicted, emotions in the order of `EMOTIONS`. */
  readonly confusion: readonly number[];
  /** [CALIBRATION_BINS] each: predictions, summed confidence, summed hits. */
  readonly bins: readonly { readonly tests: number; readonly confidence: number; readonly correct: number }[];
}

/** One row of a study's results. */
export interface PersonScore {
  /** realPeople, repeatedLibrary, seedProtocol, simulatedChildren or a variant of it. */
  readonly protocol: string;
  /** population, majority, personalForest, ours, oursNoGate ... */
  readonly method: string;
  /** Presses made before these predictions. */
  readonly presses: number;
  /** Pseudonym of the data set, or the number of a simulated child. */
  readonly person: string;
  readonly score: Score;
}

export const NO_TESTS: Score = {
  tests: 0,
  correct: 0,
  logLoss: 0,
  brier: 0,
  confusion: new Array<number>(16).fill(0),
  bins: Array.from({ length: CALIBRATION_BINS }, () => ({ tests: 0, confidence: 0, correct: 0 })),
};

/** Adds one prediction; `pressed` indexes `EMOTIONS`. The first of equal probabilities is the prediction. */
export function withTest(score: Score, predicted: PerEmotion, pressed: number): Score {
  const confidence = Math.max(...predicted);
  const guess = predicted.indexOf(confidence);
  const hit = guess === pressed ? 1 : 0;
  const bin = Math.min(CALIBRATION_BINS - 1, Math.floor(confidence * CALIBRATION_BINS));
  return {
    tests: score.tests + 1,
    correct: score.correct + hit,
    logLoss: score.logLoss - Math.log(predicted[pressed]!),
    brier: score.brier + predicted.reduce((sum, p, k) => sum + (p - (k === pressed ? 1 : 0)) ** 2, 0),
    confusion: score.confusion.map((count, at) => count + (at === pressed * 4 + guess ? 1 : 0)),
    bins: score.bins.map((own, at) =>
      at === bin
        ? { tests: own.tests + 1, confidence: own.confidence + confidence, correct: own.correct + hit }
        : own,
    ),
  };
}

/** Both together. */
export function addScores(a: Score, b: Score): Score {
  return {
    tests: a.tests + b.tests,
    correct: a.correct + b.correct,
    logLoss: a.logLoss + b.logLoss,
    brier: a.brier + b.brier,
    confusion: a.confusion.map((count, at) => count + b.confusion[at]!),
    bins: a.bins.map((own, at) => ({
      tests: own.tests + b.bins[at]!.tests,
      confidence: own.confidence + b.bins[at]!.confidence,
      correct: own.correct + b.bins[at]!.correct,
    })),
  };
}
