import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBarkLoudness, hzToBark } from '../../../models/features/bark-loudness.ts';
import { analyseFrames } from '../../../models/features/frame-analysis.ts';
import { BIN_COUNT, BIN_WIDTH_HZ } from '../../../models/features/frame-shape.ts';
import { createFrameSpectrum } from '../../../models/features/frame-spectrum.ts';
import { createSpectralContrast } from '../../../models/features/spectral-contrast.ts';
import { createSpectralShapes, type SpectralShapes } from '../../../models/features/spectral-shape.ts';
import { meyda, meydaLoudness } from './meyda-oracle.ts';
import { referenceSong } from './reference/reference-song.ts';

const RATE_HZ = 22_050;

function sine(hz: number, seconds = 1, amplitude = 0.5): Float32Array {
  const length = Math.round(RATE_HZ * seconds);
  return Float32Array.from({ length }, (_, n) => amplitude * Math.sin((2 * Math.PI * hz * n) / RATE_HZ));
}

/** White, of sd 0.2, the same every time. */
function whiteNoise(seconds: number): Float32Array {
  let state = 1;
  const uniform = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Float32Array.from(
    { length: Math.round(RATE_HZ * seconds) },
    () => 0.2 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

function shapesOf(magnitudes: readonly Float64Array[]): SpectralShapes {
  const { shapes, measure } = createSpectralShapes(magnitudes.length);
  let previous = new Float64Array(BIN_COUNT);
  magnitudes.forEach((magnitude, frame) => {
    measure(
      frame,
      magnitude.map((m) => m * m),
      magnitude,
      previous,
    );
    previous = Float64Array.from(magnitude);
  });
  return shapes;
}

function middleOf(column: Float64Array): number {
  return column[column.length >> 1]!;
}

const spectrum = createFrameSpectrum();
const song = referenceSong(RATE_HZ, 2);
spectrum.analyse(song, 50);
const power = Float64Array.from(spectrum.power);
const magnitude = Float64Array.from(spectrum.magnitude);

describe('spectral shape', () => {
  // Meyda counts in bins; its kurtosis (a term mu1 mu2 for mu1^2 mu2), slope (a factor N lost in the denominator), roll-off
  // (0.99) and flux (throws) are not what the papers say, and its flatness is of magnitudes: given power it is ours.
  test.each<[string, keyof SpectralShapes, () => number]>([
    ['centroid', 'centroidHz', () => meyda.spectralCentroid!({ ampSpectrum: magnitude }) * BIN_WIDTH_HZ],
    ['spread', 'bandwidthHz', () => meyda.spectralSpread!({ ampSpectrum: magnitude }) * BIN_WIDTH_HZ],
    ['skewness', 'skewness', () => meyda.spectralSkewness!({ ampSpectrum: magnitude })],
    ['crest', 'crest', () => meyda.spectralCrest!({ ampSpectrum: magnitude })],
    ['flatness', 'flatness', () => meyda.spectralFlatness!({ ampSpectrum: power })],
  ])('has the %s that Meyda finds', (_, name, oracle) => {
    const ours = shapesOf([magnitude])[name][0]!;
    expect(Math.abs(ours / oracle() - 1)).toBeLessThan(1e-6);
  });

  test('of a tone lies at the tone', () => {
    const { shapes } = analyseFrames(sine(1000));
    expect(middleOf(shapes.centroidHz)).toBeCloseTo(1000, -1);
    expect(Math.abs(middleOf(shapes.rollOffHz) - 1000)).toBeLessThanOrEqual(2 * BIN_WIDTH_HZ);
    expect(middleOf(shapes.flatness)).toBeLessThan(1e-5);
    expect(middleOf(shapes.entropy)).toBeLessThan(0.25);
    // A Hann window gives a tone three bins: nearly all the peak there is.
    expect(middleOf(shapes.crest)).toBeGreaterThan(24);
    expect(middleOf(shapes.flux)).toBeLessThan(0.01 * 512);
  });

  test('of white noise is flat: e^-gamma of a power spectrum whose bins are exponential, slopeless, half way up', () => {
    const { shapes } = analyseFrames(whiteNoise(4));
    const mean = (column: Float64Array) => column.reduce((sum, x) => sum + x, 0) / column.length;
    expect(mean(shapes.flatness)).toBeCloseTo(0.5615, 1);
    expect(mean(shapes.centroidHz)).toBeCloseTo(RATE_HZ / 4, -3);
    // A uniform distribution: sd N / sqrt 12, kurtosis 9/5, no skew.
    expect(mean(shapes.bandwidthHz) / (RATE_HZ / 2 / Math.sqrt(12))).toBeCloseTo(1, 1);
    expect(mean(shapes.kurtosis)).toBeCloseTo(1.8, 1);
    expect(mean(shapes.skewness)).toBeCloseTo(0, 1);
    expect(mean(shapes.entropy)).toBeGreaterThan(0.96);
  });

  test('of a straight ramp is its line, with nothing left over', () => {
    const ramp = Float64Array.from({ length: BIN_COUNT }, (_, k) => 5 + 0.01 * k);
    const { lineSlope, lineIntercept, slope } = shapesOf([ramp]);
    expect(lineSlope[0]).toBeCloseTo(0.01 / BIN_WIDTH_HZ, 12);
    expect(lineIntercept[0]).toBeCloseTo(5, 9);
    expect(slope[0]! * ramp.reduce((sum, m) => sum + m, 0)).toBeCloseTo(lineSlope[0]!, 12);
  });

  test('of one bin alone has no spread, skew or disorder, and of equal bins all the disorder there is', () => {
    const single = new Float64Array(BIN_COUNT);
    single[100] = 3;
    const { entropy, skewness, kurtosis, crest, highFrequencyContent, flux } = shapesOf([
      single,
      new Float64Array(BIN_COUNT).fill(2),
    ]);
    expect([entropy[0], skewness[0], kurtosis[0], flux[0]]).toEqual([0, 0, 0, 0]);
    expect(crest[0]).toBeCloseTo(Math.sqrt(BIN_COUNT), 9);
    expect(highFrequencyContent[0]).toBe(100 * 9);
    expect(entropy[1]).toBeCloseTo(1, 10);
    expect(crest[1]).toBeCloseTo(1, 12);
    expect(flux[1]).toBeCloseTo(Math.sqrt(4 * (BIN_COUNT - 1) + 1), 9);
  });

  test('has the entropy that logarithms give, whatever the magnitudes', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: BIN_COUNT,
    });
    fc.assert(
      fc.property(values, (some) => {
        const magnitudes = new Float64Array(BIN_COUNT);
        magnitudes.set(some);
        const sum = magnitudes.reduce((total, m) => total + m, 0);
        fc.pre(sum > 1e-200);
        let exact = 0;
        for (const m of magnitudes) if (m > 1e-150 * sum) exact -= (m / sum) * Math.log2(m / sum);
        exact /= Math.log2(BIN_COUNT);
        expect(Math.abs(shapesOf([magnitudes]).entropy[0]! - exact)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('loudness over Bark bands', () => {
  /** Whole bands; Meyda shares its scale out evenly and leaves the last bin out. */
  const barkScale = Float64Array.from({ length: BIN_COUNT + 1 }, (_, k) =>
    k === BIN_COUNT ? 23 : hzToBark(k * BIN_WIDTH_HZ),
  );
  const padded = new Float64Array(BIN_COUNT + 1);
  padded.set(power);
  const oracle = { ampSpectrum: padded, barkScale, numberOfBarkBands: 23 };
  const { bark, measure } = createBarkLoudness(2);
  measure(0, power);
  measure(1, new Float64Array(BIN_COUNT));

  test('is what Meyda finds in the power of whole bands, and so is its spread', () => {
    expect(Math.abs(bark.loudness[0]! / meydaLoudness(oracle).total - 1)).toBeLessThan(1e-6);
    const { specific, total } = meydaLoudness(oracle);
    expect(bark.spread[0]).toBeCloseTo(((total - Math.max(...specific)) / total) ** 2, 6);
  });

  test('has the sharpness of its definition, which Meyda forgets to weigh by loudness above 15 Bark', () => {
    const { specific, total } = meydaLoudness(oracle);
    let sum = 0;
    specific.forEach((loudness, band) => {
      const z = band + 1;
      sum += z * (z < 15 ? 1 : 0.066 * Math.exp(0.171 * z)) * loudness;
    });
    expect(bark.sharpness[0]).toBeCloseTo((0.11 * sum) / total, 6);
  });

  test('of silence is none', () => {
    expect([bark.loudness[1], bark.sharpness[1], bark.spread[1]]).toEqual([0, 0, 0]);
  });

  test('rises with level by Stevens’s law, and is sharper for a higher tone', () => {
    const low = analyseFrames(sine(300)).bark;
    const high = analyseFrames(sine(6000)).bark;
    expect(middleOf(high.sharpness)).toBeGreaterThan(2 * middleOf(low.sharpness));
    const louder = createBarkLoudness(1);
    louder.measure(
      0,
      power.map((p) => 100 * p),
    );
    expect(louder.bark.loudness[0]! / bark.loudness[0]!).toBeCloseTo(100 ** 0.23, 6);
  });
});

describe('frames of the signal itself', () => {
  test('have the energy and crossings Meyda finds when it is given the frame without a window', () => {
    const { rms, zeroCrossingRate } = analyseFrames(song);
    for (const index of [10, 33, 70]) {
      const frame = song.subarray(index * 512 - 1024, index * 512 + 1024);
      expect(rms[index]).toBeCloseTo(meyda.rms!({ signal: frame }), 6);
      // Meyda's zero is exact, librosa's within 1e-10: the same for sound.
      expect(zeroCrossingRate[index]! * 2048).toBeCloseTo(meyda.zcr!({ signal: frame }), 9);
    }
  });
});

describe('spectral contrast', () => {
  test('finds the extremes that sorting finds, however the spectrum jumps from frame to frame', () => {
    const frames = fc.array(
      fc.record({ seed: fc.integer({ min: 1, max: 2 ** 30 }), gain: fc.constantFrom(0, 1e-6, 1, 1, 1e3) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(frames, (jumps) => {
        const contrast = createSpectralContrast();
        const peaks = new Float64Array(7);
        const valleys = new Float64Array(7);
        for (const { seed, gain } of jumps) {
          let state = seed;
          const magnitudes = Float64Array.from({ length: BIN_COUNT }, () => {
            state = (state * 48_271) % 2_147_483_647;
            return (gain * state) / 2_147_483_647;
          });
          contrast.measure(magnitudes, peaks, valleys, 0);
          const cold = createSpectralContrast();
          const coldPeaks = new Float64Array(7);
          const coldValleys = new Float64Array(7);
          cold.measure(magnitudes, coldPeaks, coldValleys, 0);
          expect(peaks).toEqual(coldPeaks);
          expect(valleys).toEqual(coldValleys);
          // 6,400 Hz begin in bin 595, librosa's band one before; 2 % of 432 bins are 9.
          const sorted = magnitudes.slice(594).sort();
          const mean = (part: Float64Array) => part.reduce((sum, m) => sum + m, 0) / part.length;
          expect(peaks[6]).toBeCloseTo(mean(sorted.slice(-9)), 9);
          expect(valleys[6]).toBeCloseTo(mean(sorted.slice(0, 9)), 9);
        }
      }),
      { numRuns: 50 },
    );
  });
});
