/**
 * The four emotions, their order and their place on the valence-arousal plane.
 * Every array over emotions in this project (probabilities, logits, ONNX outputs, exports) is in this order.
 */

/** Class order everywhere: quadrants Q1..Q4. */
export const EMOTIONS = ['happy', 'angry', 'sad', 'calm'] as const;

export type Emotion = (typeof EMOTIONS)[number];

/** One number per emotion, in the order of `EMOTIONS`. */
export type PerEmotion = readonly [happy: number, angry: number, sad: number, calm: number];

/** One number per emotion, each from its position in `EMOTIONS`. */
export function perEmotion(of: (k: number) => number): PerEmotion {
  return [of(0), of(1), of(2), of(3)];
}

/** Numbers >= 0, divided by their sum: a distribution. */
export function normalised([happy, angry, sad, calm]: PerEmotion): PerEmotion {
  const sum = happy + angry + sad + calm;
  return [happy / sum, angry / sum, sad / sum, calm / sum];
}

/** Position of an emotion in every array over emotions. */
export function emotionIndex(emotion: Emotion): 0 | 1 | 2 | 3 {
  return EMOTIONS.indexOf(emotion) as 0 | 1 | 2 | 3;
}

/**
 * Quadrant of a point on the valence-arousal plane, both in [-1, 1] = (x - 5) / 4 of the 1-9 scale.
 * The midpoint belongs to the low side: DEAM's convention is `> 5`, and 17 % of its valence ratings are exactly 5.
 */
export function quadrantOf(valence: number, arousal: number): Emotion {
  if (valence > 0) return arousal > 0 ? 'happy' : 'calm';
  return arousal > 0 ? 'angry' : 'sad';
}
