import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEar, featureNames, type HeardSong } from '../../../models/features/hear-song.ts';
import { referenceSong } from './reference/reference-song.ts';

/** Made by librosa_recipe.py beside it. */
const expected: Record<string, Record<string, number>> = JSON.parse(
  readFileSync(new URL('./reference/expected-aggregates.json', import.meta.url), 'utf8'),
);

function hear(channels: readonly Float32Array[], sampleRateHz: number, pieceLength = 10_000): HeardSong {
  const ear = createEar({ sampleRateHz, channels: channels.length });
  const length = channels[0]?.length ?? 0;
  for (let start = 0; start < length; start += pieceLength) {
    ear.write(channels.map((channel) => channel.subarray(start, start + pieceLength)));
  }
  return ear.finish();
}

function numbersOf(song: HeardSong): number[] {
  const { durationMs, loudnessLufs, samplePeakDb, truePeakDb, windowStartMs } = song;
  const { waveform, curves } = song.overview;
  return [
    ...song.features,
    ...[durationMs, loudnessLufs, samplePeakDb, truePeakDb, windowStartMs],
    ...song.descriptors.values,
    ...Object.values(song.song),
    ...[waveform.columnMs, ...waveform.low, ...waveform.high],
    ...[curves.columnMs, ...curves.values, ...curves.chroma],
  ];
}

function tone(hz: number, sampleRateHz: number, seconds: number, amplitude = 0.5): Float32Array {
  const length = Math.round(sampleRateHz * seconds);
  return Float32Array.from({ length }, (_, n) => amplitude * Math.sin((2 * Math.PI * hz * n) / sampleRateHz));
}

describe('hearing a song', () => {
  test.each([22_050, 44_100, 48_000])(
    'gives what an independent implementation gives, from %i Hz',
    (rateHz) => {
      const { features } = hear([referenceSong(rateHz, 5)], rateHz);
      featureNames.forEach((name, i) => {
        const reference = expected[rateHz]![name]!;
        // Single-precision mel bands and spectra for chroma leave some 1e-8; mean slopes lie near zero.
        const tolerance = name === 'mfcc_delta_mean' ? 1e-6 : 1e-6 * Math.abs(reference);
        expect(Math.abs(features[i]! - reference), name).toBeLessThan(tolerance);
      });
    },
  );

  test('hears stereo as its mean, whatever the size of the blocks', () => {
    const song = referenceSong(44_100, 2);
    const mono = hear([song], 44_100);
    const stereo = hear([song, song], 44_100, 777);
    expect(stereo.features).toEqual(mono.features);
    // Mono is measured as the box plays it, on both loudspeakers.
    expect(stereo.loudnessLufs).toBeCloseTo(mono.loudnessLufs, 9);
    expect(stereo.samplePeakDb).toBe(mono.samplePeakDb);
  });

  test('gives nearly the same features for the same sound at another rate', () => {
    const from44 = hear([tone(880, 44_100, 3)], 44_100).features;
    const from48 = hear([tone(880, 48_000, 3)], 48_000).features;
    for (const name of ['centroid_mean', 'rolloff_mean', 'melspectrogram_mean', 'mfcc_std', 'zcr_mean']) {
      const i = featureNames.indexOf(name);
      expect(from48[i]! / from44[i]!, name).toBeCloseTo(1, 2);
    }
  });

  test('describes a long song by 45 s near its middle, and tells where they begin', () => {
    const rateHz = 22_050;
    const song = new Float32Array(100 * rateHz);
    song.set(tone(440, rateHz, 55), 20 * rateHz);
    const heard = hear([song], rateHz);
    const middle = hear([tone(440, rateHz, 45)], rateHz);
    // The stream's 25th second, of which the lead of silence is 25 ms.
    expect(heard.windowStartMs).toBeCloseTo(24_974.943, 3);
    const i = featureNames.indexOf('melspectrogram_mean');
    expect(heard.features[i]! / middle.features[i]!).toBeCloseTo(1, 2);
    expect(heard.durationMs).toBe(100_000);
  });

  const odd: [string, readonly Float32Array[], number][] = [
    ['nothing at all', [new Float32Array(0)], 44_100],
    ['one sample', [Float32Array.of(1)], 44_100],
    ['0.2 s', [tone(500, 44_100, 0.2)], 44_100],
    ['silence', [new Float32Array(44_100)], 44_100],
    ['a constant', [new Float32Array(44_100).fill(0.7)], 44_100],
    ['clipping', [tone(500, 44_100, 1, 40)], 44_100],
    ['NaN', [new Float32Array(44_100).fill(Number.NaN)], 44_100],
    ['infinities', [new Float32Array(44_100).fill(-Infinity)], 44_100],
    ['integers passed as floats', [tone(500, 44_100, 1, 3e38)], 44_100],
    ['six channels', Array.from({ length: 6 }, (_, c) => tone(200 * (c + 1), 48_000, 1)), 48_000],
    ['8 kHz', [tone(500, 8000, 1)], 8000],
    ['192 kHz', [tone(500, 192_000, 1)], 192_000],
    ['an odd rate', [tone(500, 37_813, 1)], 37_813],
  ];
  test.each(odd)('gives only finite numbers for %s', (_, channels, rateHz) => {
    const numbers = numbersOf(hear(channels, rateHz));
    expect(numbers.length).toBeGreaterThan(25 + 1040 + 5);
    expect(numbers.every(Number.isFinite)).toBe(true);
  });

  test('never lets a NaN out, whatever bits the samples are', () => {
    const rate = fc.constantFrom(8000, 11_025, 22_050, 44_100, 48_000, 96_000);
    fc.assert(
      fc.property(
        rate,
        fc.array(fc.float(), { maxLength: 3000 }),
        fc.integer({ min: 1, max: 3 }),
        (rateHz, bits, n) => {
          const samples = Float32Array.from(bits);
          const heard = hear(
            Array.from({ length: n }, () => samples),
            rateHz,
            512,
          );
          expect(numbersOf(heard).every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('gives the 1,040 descriptors by name, the traits of the song, and what a picture needs', () => {
    const rateHz = 44_100;
    const heard = hear([referenceSong(rateHz, 12)], rateHz);
    const { version, names, values } = heard.descriptors;
    expect(version).toMatch(/^amecs-1040\/\d+$/);
    expect(values.length).toBe(1040);
    // The aggregate and the descriptor are of the same frames; half seconds weigh them a little differently.
    const centroid = values[names.indexOf('spectral_centroid_amean_mean')]!;
    expect(centroid / heard.features[featureNames.indexOf('centroid_mean')]!).toBeCloseTo(1, 1);
    expect(heard.song.dynamicRangeLu).toBeGreaterThan(0);
    expect(heard.song.keyClarity).toBeGreaterThan(0);
    const { waveform, curves } = heard.overview;
    expect(waveform.low.length * waveform.columnMs).toBeGreaterThanOrEqual(12_000);
    expect(waveform.low.length).toBeLessThanOrEqual(200);
    expect(waveform.low.length).toBeGreaterThan(99);
    // The song begins with 0.3 s of silence.
    expect(waveform.high[0]).toBe(0);
    expect(Math.max(...waveform.high)).toBeGreaterThan(0.2);
    expect(curves.columnMs).toBe(500);
    expect(curves.values.length).toBe(24 * curves.names.length);
    expect(curves.chroma.length).toBe(24 * 12);
    expect(curves.values[24 * curves.names.indexOf('spectral_centroid') + 5]).toBeGreaterThan(200);
  });

  test('says that silence is silent', () => {
    const heard = hear([new Float32Array(44_100)], 44_100);
    expect(heard).toMatchObject({
      loudnessLufs: -70,
      samplePeakDb: -120,
      truePeakDb: -120,
      windowStartMs: 0,
    });
    expect(heard.features[featureNames.indexOf('flatness_mean')]).toBeCloseTo(1, 9);
    expect(heard.features[featureNames.indexOf('centroid_mean')]).toBe(0);
  });

  test('refuses blocks that do not fit what was announced', () => {
    const ear = createEar({ sampleRateHz: 44_100, channels: 2 });
    expect(() => ear.write([new Float32Array(3)])).toThrow(/expected 2 channels/);
    expect(() => ear.write([new Float32Array(3), new Float32Array(4)])).toThrow(/lengths \[3, 4\]/);
    expect(() => createEar({ sampleRateHz: 44_100, channels: 0 })).toThrow(/0 channels/);
    expect(() => createEar({ sampleRateHz: 0, channels: 1 })).toThrow(/whole numbers of Hz/);
  });
});
