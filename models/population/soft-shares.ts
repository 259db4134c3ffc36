/** Soft quadrant shares: how many of a song's raters felt each emotion, counted or, from averages, worked out. */
import { EMOTIONS, emotionIndex, type PerEmotion } from '../emotions.ts';
import type { AveragedRatings, Rating } from './listening-data.ts';

/** Half a step of the 1-9 scale in [-1, 1]: whole ratings are `> 5` from 5.5 on. */
const HALF_STEP = 0.125;
/** No song is agreed on more closely than half a step. */
const SMALLEST_DEVIATION = 0.125;
/** Where a data set tells none: the mean over DEAM’s songs (0.38 of valence, 0.37 of arousal). */
const USUAL_DEVIATION = 0.38;

/** Standard normal distribution function (Abramowitz & Stegun 26.2.17, error < 7.5e-8). */
export function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return x > 0 ? 1 - tail : tail;
}

/** Of one song's ratings, one or more. */
export function countedShares(ratings: readonly Rating[]): PerEmotion {
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  for (const { emotion } of ratings) counts[emotionIndex(emotion)]++;
  return EMOTIONS.map((_, k) => counts[k]! / ratings.length) as unknown as PerEmotion;
}

/** As if valence and arousal were two independent normals with the published means and deviations. */
export function sharesOfAverages(averaged: AveragedRatings): PerEmotion {
  const { valence, arousal } = averaged;
  const { valenceDeviation = USUAL_DEVIATION, arousalDeviation = USUAL_DEVIATION } = averaged;
  const above = (mean: number, deviation: number) =>
    normalBelow((mean - HALF_STEP) / Math.max(deviation, SMALLEST_DEVIATION));
  const pleasant = above(valence, valenceDeviation);
  const active = above(arousal, arousalDeviation);
  return [pleasant * active, (1 - pleasant) * active, (1 - pleasant) * (1 - active), pleasant * (1 - active)];
}
