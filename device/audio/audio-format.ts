/** The one format inside the audio process: 44.1 kHz, stereo, interleaved, Float32 in [-1, 1]. */

export const SAMPLE_RATE_HZ = 44_100;

/** Left and right, interleaved. */
export const CHANNELS = 2;

/** Frames (one sample a channel) in `ms` milliseconds, rounded. */
export function msToFrames(ms: number): number {
  return Math.round((ms * SAMPLE_RATE_HZ) / 1000);
}

export function framesToMs(frames: number): number {
  return (frames * 1000) / SAMPLE_RATE_HZ;
}
