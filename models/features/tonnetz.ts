/**
 * Tonal centroids (Harte, Sandler and Gasser 2006, as librosa's `tonnetz`): the pitch classes as points on three circles,
 * of fifths, of minor thirds and of major thirds. From the same chroma as the rest, where librosa by default takes a
 * constant-Q one.
 */
import { PITCH_CLASS_COUNT } from './chroma-bank.ts';

export const TONNETZ_COUNT = 6;

/** Half-turns of each circle a semitone, and the circles' radii, in librosa's order: sine before cosine. */
const HALF_TURNS = [7 / 6, 7 / 6, 3 / 2, 3 / 2, 2 / 3, 2 / 3] as const;
const RADII = [1, 1, 1, 1, 0.5, 0.5] as const;

/** Chroma [frames, 12] to centroids [frames, 6]; the origin for a frame without any pitch. */
export function tonnetzOf(chroma: Float64Array): Float64Array {
  const frameCount = chroma.length / PITCH_CLASS_COUNT;
  const basis = new Float64Array(TONNETZ_COUNT * PITCH_CLASS_COUNT);
  for (let dimension = 0; dimension < TONNETZ_COUNT; dimension++) {
    for (let c = 0; c < PITCH_CLASS_COUNT; c++) {
      const angle = HALF_TURNS[dimension]! * c - (dimension % 2 === 0 ? 0.5 : 0);
      basis[dimension * PITCH_CLASS_COUNT + c] = RADII[dimension]! * Math.cos(Math.PI * angle);
    }
  }
  const centroids = new Float64Array(frameCount * TONNETZ_COUNT);
  for (let frame = 0; frame < frameCount; frame++) {
    const from = frame * PITCH_CLASS_COUNT;
    let total = 0;
    for (let c = 0; c < PITCH_CLASS_COUNT; c++) total += chroma[from + c]!;
    if (total === 0) continue;
    for (let dimension = 0; dimension < TONNETZ_COUNT; dimension++) {
      let sum = 0;
      for (let c = 0; c < PITCH_CLASS_COUNT; c++)
        sum += basis[dimension * PITCH_CLASS_COUNT + c]! * chroma[from + c]!;
      centroids[frame * TONNETZ_COUNT + dimension] = sum / total;
    }
  }
  return centroids;
}
