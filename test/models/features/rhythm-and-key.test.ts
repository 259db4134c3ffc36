import { describe, expect, test } from 'vitest';
import { analyseFrames } from '../../../models/features/frame-analysis.ts';
import { keyOf } from '../../../models/features/key.ts';
import { steadyOnsetsOf } from '../../../models/features/onset-strength.ts';
import { pulseClarityOf } from '../../../models/features/rhythm.ts';
import { songTraits } from '../../../models/features/song-descriptors.ts';
import { tonnetzOf } from '../../../models/features/tonnetz.ts';

const RATE_HZ = 22_050;

function meanOf(column: Float64Array): number {
  return column.reduce((sum, x) => sum + x, 0) / column.length;
}

function noise(length: number, amplitude: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return amplitude * ((2 * state) / 2_147_483_647 - 1);
  });
}

/** Short bursts at a tempo over a quiet floor. */
function clicks(bpm: number, seconds: number): Float32Array {
  const samples = noise(RATE_HZ * seconds, 0.001);
  const burst = noise(400, 0.8);
  for (let beat = 0; ; beat++) {
    const start = Math.round((beat * 60 * RATE_HZ) / bpm);
    if (start + burst.length > samples.length) return samples;
    burst.forEach((sample, i) => {
      samples[start + i]! += sample * (1 - i / burst.length);
    });
  }
}

/** MIDI notes one after another, four partials each. */
function melody(notes: readonly (readonly number[])[], noteS: number): Float32Array {
  const length = Math.round(noteS * RATE_HZ);
  const samples = new Float32Array(notes.length * length);
  notes.forEach((chord, place) => {
    for (const note of chord) {
      const hz = 440 * 2 ** ((note - 69) / 12);
      for (let n = 0; n < length; n++) {
        const envelope = Math.min(1, n / 200) * Math.exp((-2 * n) / length);
        for (let h = 1; h <= 4; h++) {
          samples[place * length + n]! +=
            (0.1 / h) * envelope * Math.sin((2 * Math.PI * hz * h * n) / RATE_HZ);
        }
      }
    }
  });
  return samples;
}

const C_MAJOR = [60, 62, 64, 65, 67, 69, 71, 72].map((note) => [note]);
const CADENCE_MAJOR = [
  [60, 64, 67],
  [65, 69, 72],
  [67, 71, 74],
  [60, 64, 67],
];
const CADENCE_MINOR = [
  [57, 60, 64],
  [62, 65, 69],
  [64, 68, 71],
  [57, 60, 64],
];

describe('rhythm', () => {
  test.each([50, 60, 75, 90, 120, 160, 180])('of clicks at %i BPM is heard as that tempo', (bpm) => {
    const frames = analyseFrames(clicks(bpm, 12));
    const { tempoBpm, tempoConfidence } = songTraits(frames);
    expect(Math.abs(tempoBpm / bpm - 1)).toBeLessThan(0.01);
    expect(tempoConfidence).toBeGreaterThan(0.7);
    expect(meanOf(pulseClarityOf(steadyOnsetsOf(frames.onsetStrength)))).toBeGreaterThan(0.7);
  });

  test('of noise is unclear', () => {
    const frames = analyseFrames(noise(12 * RATE_HZ, 0.3));
    expect(songTraits(frames).tempoConfidence).toBeLessThan(0.25);
    expect(meanOf(pulseClarityOf(steadyOnsetsOf(frames.onsetStrength)))).toBeLessThan(0.35);
  });

  test.each([
    ['silence', new Float32Array(RATE_HZ)],
    ['nothing', new Float32Array(0)],
    ['a tenth of a second', noise(2205, 0.5)],
  ])('of %s is none', (_, samples) => {
    const { tempoBpm, tempoConfidence } = songTraits(analyseFrames(samples));
    expect([tempoBpm, tempoConfidence]).toEqual([0, 0]);
  });

  test('is looked for again and again: clarity rises where the beat begins', () => {
    const samples = noise(24 * RATE_HZ, 0.001);
    samples.set(clicks(120, 12), 12 * RATE_HZ);
    const clarity = pulseClarityOf(steadyOnsetsOf(analyseFrames(samples).onsetStrength));
    const quarter = clarity.length >> 2;
    expect(meanOf(clarity.subarray(3 * quarter))).toBeGreaterThan(
      2 * meanOf(clarity.subarray(quarter / 2, quarter)),
    );
  });
});

describe('key', () => {
  test('of a scale and a cadence in C major is clear and major', () => {
    const scale = songTraits(analyseFrames(melody([...C_MAJOR, ...C_MAJOR], 0.4)));
    expect(scale.majorness).toBeGreaterThan(0);
    const cadence = songTraits(analyseFrames(melody([...CADENCE_MAJOR, ...CADENCE_MAJOR], 0.6)));
    expect(cadence.majorness).toBeGreaterThan(0.03);
    expect(cadence.keyClarity).toBeGreaterThan(0.7);
  });

  test('of a cadence in A minor is clear and minor', () => {
    const { majorness, keyClarity } = songTraits(
      analyseFrames(melody([...CADENCE_MINOR, ...CADENCE_MINOR], 0.6)),
    );
    expect(majorness).toBeLessThan(-0.03);
    expect(keyClarity).toBeGreaterThan(0.7);
  });

  test('is the same in every transposition', () => {
    const majorness = [0, 1, 5, 7].map(
      (up) =>
        songTraits(
          analyseFrames(
            melody(
              CADENCE_MAJOR.map((chord) => chord.map((note) => note + up)),
              0.6,
            ),
          ),
        ).majorness,
    );
    for (const value of majorness) expect(value).toBeCloseTo(majorness[0]!, 1);
  });

  test.each([
    ['silence', new Float64Array(24)],
    ['equal classes', new Float64Array(24).fill(0.7)],
    ['nothing', new Float64Array(0)],
  ])('of %s is none', (_, chroma) => {
    expect(keyOf(chroma)).toEqual({ clarity: 0, majorness: 0 });
  });

  test('puts the three circles where Harte et al. put them', () => {
    const chroma = new Float64Array(36);
    chroma[0] = 1; // C alone
    chroma[12 + 7] = 1; // G alone, a fifth on
    const [c, g, silence] = [0, 6, 12].map((at) => [...tonnetzOf(chroma).subarray(at, at + 6)]);
    expect(c!.map((x) => Math.round(x * 1e9) / 1e9 + 0)).toEqual([0, 1, 0, 1, 0, 0.5]);
    // A fifth is 49/6 half-turns on the circle of fifths: 30 degrees past four whole ones.
    expect(g![0]).toBeCloseTo(Math.sin((49 / 6) * Math.PI), 9);
    expect(g![1]).toBeCloseTo(Math.cos((49 / 6) * Math.PI), 9);
    expect(silence).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
