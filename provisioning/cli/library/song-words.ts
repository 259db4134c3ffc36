/** How a song's figures are written for people. */
import { EMOTIONS, type PerEmotion } from '../../../models/emotions.ts';
import type { HeardSong } from '../../../models/features/hear-song.ts';

/** Minutes and seconds, such as `1:05`. */
export function lengthWords(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A gain or difference with its sign, such as `−3.2 dB`; a proper minus, so that columns line up. */
export function decibelWords(db: number): string {
  const rounded = Math.abs(db) < 0.05 ? 0 : db;
  const sign = rounded < 0 ? '−' : rounded > 0 ? '+' : '±';
  return `${sign}${Math.abs(rounded).toFixed(1)} dB`;
}

export function loudnessWords(lufs: number): string {
  return lufs <= -70 ? 'silent' : `${lufs.toFixed(1).replace('-', '−')} LUFS`;
}

/** The likeliest emotion with its share, such as `calm 71 %`. */
export function topEmotionWords(shares: PerEmotion): string {
  const top = shares.indexOf(Math.max(...shares));
  return `${EMOTIONS[top]} ${Math.round(100 * shares[top]!)} %`;
}

/** Below these the song has no steady beat, or no key, that people would agree on. */
const SURE_TEMPO = 0.2;
const CLEAR_KEY = 0.6;
const CLEAR_MODE = 0.1;

/** What can be said of tempo, key and dynamics; nothing of what is not sure. */
export function traitWords({
  tempoBpm,
  tempoConfidence,
  keyClarity,
  majorness,
  dynamicRangeLu,
}: HeardSong['song']): string[] {
  const isKeyed = keyClarity >= CLEAR_KEY && Math.abs(majorness) >= CLEAR_MODE;
  return [
    ...(tempoBpm > 0 && tempoConfidence >= SURE_TEMPO ? [`${Math.round(tempoBpm)} beats a minute`] : []),
    ...(isKeyed ? [majorness > 0 ? 'major' : 'minor'] : []),
    ...(dynamicRangeLu > 0 ? [`dynamics ${dynamicRangeLu.toFixed(1)} LU`] : []),
  ];
}
