/**
 * The safety net under everything: no sample leaves above the ceiling. Songs levelled by their `gainDb` hardly touch
 * it. Attack is immediate and release slow, so a loud passage is turned down as a whole instead of being clipped
 * wave by wave; both channels share one gain, so the image does not move.
 */
import { CHANNELS, SAMPLE_RATE_HZ } from './audio-format.ts';

/** -1 dBFS, room for the peaks between samples that a converter makes. EBU R 128 s3.1 asks for -1 dBTP. */
export const CEILING = 10 ** (-1 / 20);

/** Time constant of letting go: shorter pumps audibly in bass notes, longer ducks a song after one drum hit. */
const RELEASE_MS = 200;

const RELEASE_PER_FRAME = 1 - Math.exp(-1000 / (RELEASE_MS * SAMPLE_RATE_HZ));

/** Closer to 1 than one step of 16 bits can show. */
const UNITY_TOLERANCE = 1e-6;

export interface Limiter {
  /** Limits an interleaved stereo block in place; needs finite samples. */
  limit(block: Float32Array): void;
  /** Forgets how loud it was; for silence between songs. */
  reset(): void;
}

export function createLimiter(): Limiter {
  let gain = 1;
  return {
    limit(block) {
      for (let i = 0; i < block.length; i += CHANNELS) {
        const peak = Math.max(Math.abs(block[i]!), Math.abs(block[i + 1]!));
        gain += (1 - gain) * RELEASE_PER_FRAME;
        if (gain > 1 - UNITY_TOLERANCE) gain = 1;
        if (peak * gain > CEILING) gain = CEILING / peak;
        if (gain === 1) continue;
        // The quotient above is rounded, so its product may exceed the ceiling by one part in 2^53.
        block[i] = Math.min(CEILING, Math.max(-CEILING, block[i]! * gain));
        block[i + 1] = Math.min(CEILING, Math.max(-CEILING, block[i + 1]! * gain));
      }
    },
    reset() {
      gain = 1;
    },
  };
}
