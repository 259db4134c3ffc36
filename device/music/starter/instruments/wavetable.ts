/** One period of a sound as a table, built from its harmonics and never above what the sample rate can carry. */
import { SAMPLE_RATE_HZ } from './voice.ts';

/** Samples a period; one more is stored so that reading between two needs no wrap. */
export const TABLE_SIZE = 2048;

/** Harmonics stay below this, Hz: the top octave is neither needed nor kind to sensitive ears. */
const HIGHEST_PARTIAL_HZ = Math.min(12_000, 0.4 * SAMPLE_RATE_HZ);

/** Amplitude of the `harmonic`-th partial (1 = fundamental) of a note at `frequencyHz`. */
export type Spectrum = (harmonic: number, frequencyHz: number) => number;

/** Pitches a table serves: three semitones, so the spectrum follows the note and few tables are built. */
const SEMITONES_A_TABLE = 3;

/** One period of a sine. */
export const SINE: Float32Array = tableOf([1]);

/** A cache of tables for one spectrum, by pitch band; each has unit RMS. */
export function createTables(spectrum: Spectrum): (frequencyHz: number) => Float32Array {
  const byBand = new Map<number, Float32Array>();
  return (frequencyHz) => {
    const band = Math.round((12 * Math.log2(frequencyHz / 440)) / SEMITONES_A_TABLE);
    let table = byBand.get(band);
    if (!table) {
      const centreHz = 440 * 2 ** ((band * SEMITONES_A_TABLE) / 12);
      const count = Math.max(1, Math.min(48, Math.floor(HIGHEST_PARTIAL_HZ / (centreHz * 1.1))));
      table = tableOf(Array.from({ length: count }, (_, index) => spectrum(index + 1, centreHz)));
      const power = table.reduce((sum, value) => sum + value * value, 0) / table.length;
      const gain = 1 / Math.sqrt(power);
      for (let index = 0; index < table.length; index++) table[index]! *= gain;
      byBand.set(band, table);
    }
    return table;
  };
}

/** Gain of a gentle low-pass (second order, no resonance) at `frequencyHz`. */
export function lowPassGain(frequencyHz: number, cutoffHz: number): number {
  return 1 / (1 + (frequencyHz / cutoffHz) ** 2);
}

function tableOf(amplitudes: readonly number[]): Float32Array {
  const table = new Float32Array(TABLE_SIZE + 1);
  amplitudes.forEach((amplitude, index) => {
    if (Math.abs(amplitude) < 1e-5) return;
    // A rotation gives each next sine without calling Math.sin a hundred thousand times.
    const step = (2 * Math.PI * (index + 1)) / TABLE_SIZE;
    const twoCos = 2 * Math.cos(step);
    let before = -Math.sin(step);
    let now = 0;
    for (let at = 0; at <= TABLE_SIZE; at++) {
      table[at]! += amplitude * now;
      [before, now] = [now, twoCos * now - before];
    }
  });
  return table;
}
