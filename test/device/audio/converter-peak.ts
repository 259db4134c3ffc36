/**
 * The highest the waveform gets behind a converter: sixteen values a sample, from a sinc of 64 samples under a
 * Blackman-Harris window. Nothing in common with the limiter's own way of looking.
 */

const PLACES = 16;
const REACH = 32;

const ROWS = Array.from({ length: PLACES }, (_, place) =>
  Float64Array.from({ length: 2 * REACH }, (_, tap) => {
    const time = place / PLACES - (tap - REACH + 1);
    return time === 0 ? 1 : (Math.sin(Math.PI * time) / (Math.PI * time)) * blackmanHarris(time / REACH);
  }),
);

/** Of `samples` with silence before and after. Absolute; 1 is full scale. */
export function converterPeak(samples: Float64Array): number {
  const line = new Float64Array(samples.length + 4 * REACH);
  line.set(samples, 2 * REACH);
  let peak = 0;
  for (let from = 0; from + 2 * REACH <= line.length; from++) {
    // Far from anything loud nothing rises.
    if (Math.max(Math.abs(line[from + REACH - 1]!), Math.abs(line[from + REACH]!)) < peak / 4) continue;
    for (const row of ROWS) {
      let value = 0;
      for (let tap = 0; tap < row.length; tap++) value += row[tap]! * line[from + tap]!;
      peak = Math.max(peak, Math.abs(value));
    }
  }
  return peak;
}

/** -1..1 of the window (Harris 1978, table 1, four terms, -92 dB). */
function blackmanHarris(place: number): number {
  if (Math.abs(place) >= 1) return 0;
  const angle = Math.PI * place;
  return 0.35875 + 0.48829 * Math.cos(angle) + 0.14128 * Math.cos(2 * angle) + 0.01168 * Math.cos(3 * angle);
}
