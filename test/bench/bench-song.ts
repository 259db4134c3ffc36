/** A piece for benchmarks: music-like, 45 s, the same every time. Chords, a melody, a bass, drums, and a swell. */

/** Four chords, as semitones from C; MIDI 60 is C. */
const CHORDS = [
  [60, 64, 67],
  [57, 60, 64],
  [65, 69, 72],
  [67, 71, 74],
] as const;
const BEAT_S = 0.5;

/** One channel, at most about 0.9 high. */
export function benchSong(rateHz: number, seconds: number): Float32Array {
  const samples = new Float32Array(Math.round(rateHz * seconds));
  const noise = createNoise();
  for (let beat = 0; beat * BEAT_S < seconds; beat++) {
    const chord = CHORDS[(beat >> 2) % CHORDS.length]!;
    const at = Math.round(beat * BEAT_S * rateHz);
    if (beat % 4 === 0) for (const note of chord) addNote(samples, rateHz, at, note, 4 * BEAT_S, 0.05);
    addNote(samples, rateHz, at, chord[0]! - 24, BEAT_S, 0.12);
    const tune = chord[Math.floor(3 * (0.5 + 0.5 * noise()))] ?? chord[0]!;
    addNote(samples, rateHz, at, tune + 12, 0.9 * BEAT_S, 0.1);
    addBurst(samples, rateHz, at, beat % 2 === 0 ? 0.02 : 0.12, noise);
  }
  for (let n = 0; n < samples.length; n++) {
    const swell = 0.6 + 0.4 * Math.sin((2 * Math.PI * n) / samples.length);
    samples[n] = swell * samples[n]! + 0.001 * noise();
  }
  return samples;
}

/** Eight partials, falling. */
function addNote(
  samples: Float32Array,
  rateHz: number,
  at: number,
  note: number,
  seconds: number,
  level: number,
): void {
  const step = (2 * Math.PI * 440 * 2 ** ((note - 69) / 12)) / rateHz;
  const length = Math.min(Math.round(seconds * rateHz), samples.length - at);
  for (let n = 0; n < length; n++) {
    const envelope = level * Math.min(1, n / 300) * Math.exp((-3 * n) / length);
    let sum = 0;
    for (let h = 1; h <= 8; h++) sum += Math.sin(step * h * n) / h;
    samples[at + n]! += envelope * sum;
  }
}

function addBurst(
  samples: Float32Array,
  rateHz: number,
  at: number,
  level: number,
  noise: () => number,
): void {
  const length = Math.min(Math.round(0.1 * rateHz), samples.length - at);
  for (let n = 0; n < length; n++) samples[at + n]! += level * noise() * Math.exp((-6 * n) / length);
}

/** -1 to 1 (Lehmer's generator). */
function createNoise(): () => number {
  let state = 20_260_101;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (2 * state) / 2_147_483_647 - 1;
  };
}
