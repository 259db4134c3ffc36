/**
 * How clearly a song is in a key, and whether that key sounds major (Krumhansl 1990: the pitch classes of the song
 * are correlated with how well each class fits each of the 24 keys; MIRtoolbox's `keyclarity` and `mode`).
 */
import { PITCH_CLASS_COUNT } from './chroma-bank.ts';

/** How well listeners found each class, from the tonic up, to fit a key (Krumhansl and Kessler 1982). */
const MAJOR = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88] as const;
const MINOR = [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17] as const;

export interface Key {
  /** Correlation with the best key: 0 (no key) to 1. */
  readonly clarity: number;
  /** Best major key's correlation less the best minor key's: above 0 for major, -2 to 2, mostly within 0.3. */
  readonly majorness: number;
}

/** The key of chroma [frames, 12]; no clarity and no mode for silence or noise without any pitch. */
export function keyOf(chroma: Float64Array): Key {
  const mean = new Float64Array(PITCH_CLASS_COUNT);
  for (let i = 0; i < chroma.length; i++) mean[i % PITCH_CLASS_COUNT]! += chroma[i]!;
  const major = bestCorrelation(mean, MAJOR);
  const minor = bestCorrelation(mean, MINOR);
  return { clarity: Math.max(0, major, minor), majorness: major - minor };
}

function bestCorrelation(chroma: Float64Array, profile: readonly number[]): number {
  let best = -1;
  for (let tonic = 0; tonic < PITCH_CLASS_COUNT; tonic++) {
    best = Math.max(best, correlation(chroma, profile, tonic));
  }
  return best;
}

/** Pearson's, of the classes and the profile moved up to `tonic`; 0 where all classes are equal. */
function correlation(chroma: Float64Array, profile: readonly number[], tonic: number): number {
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
  const chromaMean = mean(chroma);
  const profileMean = mean(profile);
  let product = 0;
  let chromaSquares = 0;
  let profileSquares = 0;
  for (let step = 0; step < PITCH_CLASS_COUNT; step++) {
    const a = chroma[(tonic + step) % PITCH_CLASS_COUNT]! - chromaMean;
    const b = profile[step]! - profileMean;
    product += a * b;
    chromaSquares += a * a;
    profileSquares += b * b;
  }
  const scale = Math.sqrt(chromaSquares * profileSquares);
  // Below this the classes differ by rounding only.
  return chromaSquares > 1e-18 * chromaMean * chromaMean && scale > 0 ? product / scale : 0;
}
