/** What a picture of a song is drawn from: its outline, and half a dozen telling descriptors and its pitches over time. */
import { PITCH_CLASS_COUNT } from './chroma-bank.ts';
import { descriptorIndex } from './descriptors.ts';
import { ROW_MS, ROW_WIDTH } from './functionals.ts';
import type { WaveformOutline } from './waveform-outline.ts';

/** Descriptors a listener could name: how loud, how bright, how sharp, how noisy, how busy, how rhythmic. */
export const OVERVIEW_DESCRIPTORS = [
  'loudness',
  'spectral_centroid',
  'sharpness',
  'spectral_flatness',
  'onset_strength',
  'pulse_clarity',
] as const;

/** Some 8 kB. */
export interface SongOverview {
  /** Of the whole song. */
  readonly waveform: WaveformOutline;
  /** Of the 45 s window, which begins at `windowStartMs`: half-second means. */
  readonly curves: {
    readonly columnMs: number;
    readonly names: readonly string[];
    /** [names, columns]. */
    readonly values: Float32Array;
    /** [12, columns], from C: 1 for a class that is the strongest all the time. */
    readonly chroma: Float32Array;
  };
}

/** `rows`: half-second rows [rows, 260]. */
export function songOverview(waveform: WaveformOutline, rows: Float64Array): SongOverview {
  const chromaNames = Array.from({ length: PITCH_CLASS_COUNT }, (_, c) => `chroma_${c + 1}`);
  return {
    waveform,
    curves: {
      columnMs: ROW_MS,
      names: OVERVIEW_DESCRIPTORS,
      values: meansOf(OVERVIEW_DESCRIPTORS, rows),
      chroma: meansOf(chromaNames, rows),
    },
  };
}

/** Half-second means of the named descriptors, [names, rows]. */
function meansOf(names: readonly string[], rows: Float64Array): Float32Array {
  const rowCount = rows.length / ROW_WIDTH;
  const means = new Float32Array(names.length * rowCount);
  names.forEach((name, i) => {
    // Sd, then mean.
    const column = 2 * descriptorIndex(name) + 1;
    for (let row = 0; row < rowCount; row++) means[i * rowCount + row] = rows[row * ROW_WIDTH + column]!;
  });
  return means;
}
