/** Made-up library songs for tests: content does not matter, identity and duration do. */
import type { ChosenSong, LibrarySong } from '../../device/core/ports.ts';
import type { PerEmotion } from '../../models/emotions.ts';

export const EVEN: PerEmotion = [0.25, 0.25, 0.25, 0.25];

/** The n-th song: id of 32 hex digits ending in n. */
export function songNumber(n: number): LibrarySong {
  return {
    songId: n.toString(16).padStart(32, '0'),
    path: `/music/${n}.ogg`,
    title: `Song ${n}`,
    durationMs: 60_000,
    gainDb: -2,
    loudnessLufs: -18,
    featureVersion: 'test-1',
    features: [n],
  };
}

export function chosen(n: number, predicted: PerEmotion = EVEN, propensity = 1): ChosenSong {
  const { songId, path, durationMs, gainDb } = songNumber(n);
  return { track: { songId, path, durationMs, gainDb }, predicted, propensity };
}
