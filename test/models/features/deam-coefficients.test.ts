/**
 * The descriptors of the DEAM clips laid beside librosa's: the per-coefficient tables, as far as these can be trusted, and
 * the tempo.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { descriptorIndex } from '../../../models/features/descriptors.ts';
import { analyseFrames, type FrameAnalysis } from '../../../models/features/frame-analysis.ts';
import { createResampler } from '../../../models/features/resample.ts';
import { descriptorColumns, songTraits } from '../../../models/features/song-descriptors.ts';
import { meanAndSdOf } from '../../../models/features/statistics.ts';

const deam = new URL('../../../../shared/data/deam/', import.meta.url);
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const hasClips = existsSync(new URL('features_librosa/full_784_songs.csv', deam)) && existsSync(clip(2));

function clip(id: number): URL {
  return new URL(`audio/${id}.mp3`, deam);
}

/** As the tables' decoder and resampler gave it: 16 bits, the encoder's delay kept. */
function signalOf(id: number): Float32Array {
  const command = ['-v', 'error', '-i', clip(id).pathname, '-f', 'f32le', '-ac', '1', '-'];
  const bytes = execFileSync('ffmpeg', command, { maxBuffer: 2 ** 26 });
  const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const sixteenBits = samples.map((x) => Math.max(-1, Math.min(32_767, Math.round(x * 32_768)) / 32_768));
  const resampler = createResampler({ fromHz: 44_100, toHz: 22_050, quality: 'analysis' });
  const delayed = new Float32Array(1105 + sixteenBits.length);
  delayed.set(sixteenBits, 1105);
  const body = resampler.write(delayed);
  const tail = resampler.finish();
  const signal = new Float32Array(body.length + tail.length);
  signal.set(body);
  signal.set(tail, body.length);
  return signal;
}

/**
 * The per-coefficient tables, by descriptor. They were made with librosa told that the 22,050 Hz signal has 44,100 Hz:
 * centroid, bandwidth and roll-off are exactly doubled in them, the fitted line's slope is halved, and their mel, MFCC,
 * chroma, contrast and tonnetz columns come from filters an octave too low (MFCC come back within 1 % in numpy with such
 * filters): of no use to a model of what the box hears. What does not depend on the rate can be checked.
 */
const PER_COEFFICIENT: readonly (readonly [
  name: string,
  column: string,
  factor: number,
  mean: number,
  sd: number,
])[] = [
  ['rms', 'rms', 1, 0.001, 0.003],
  ['zero_crossing_rate', 'zcr', 1, 0.0105, 0.0105],
  ['spectral_flatness', 'spec_flatness', 1, 0.028, 0.006],
  ['spectral_centroid', 'spec_centroid', 2, 0.0105, 0.0105],
  ['spectral_bandwidth', 'spec_bandwidth', 2, 0.0105, 0.0105],
  ['spectral_rolloff', 'spec_rolloff', 2, 0.0105, 0.0105],
  ['poly_1', 'poly_feature_1', 0.5, 0.003, 0.003],
  ['poly_2', 'poly_feature_2', 1, 0.003, 0.003],
];

const PER_COEFFICIENT_CLIPS = [2, 4, 5, 8, 10, 12, 17];

function perCoefficientRows(): Map<number, Map<string, number>> {
  const tables = ['full_784_songs.csv', 'full_762_songs.csv'].flatMap((file) => {
    const [header, ...rows] = readFileSync(new URL(`features_librosa/${file}`, deam), 'utf8')
      .trim()
      .split('\n');
    const columns = header!.split(',');
    const wanted = rows.filter((row) => PER_COEFFICIENT_CLIPS.includes(Number.parseInt(row, 10)));
    return wanted.map((row) => row.split(',').map((cell, i) => [columns[i]!, Number(cell)] as const));
  });
  return new Map(tables.map((row) => [row[0]![1], new Map(row)]));
}

/** librosa's, from the table of aggregates, which was made at the right rate. */
const TEMPI = new Map([
  [2, 143.55],
  [3, 95.7],
  [4, 172.27],
  [5, 99.38],
  [7, 117.45],
  [8, 161.5],
  [10, 95.7],
  [12, 92.29],
  [13, 86.13],
  [17, 107.67],
]);

describe.skipIf(!hasClips || !hasFfmpeg)('the descriptors of the DEAM clips', () => {
  const analyses = new Map<number, FrameAnalysis>();
  const heard = (id: number): FrameAnalysis => {
    if (!analyses.has(id)) analyses.set(id, analyseFrames(signalOf(id)));
    return analyses.get(id)!;
  };

  test('are those of the per-coefficient tables, where these do not hang on the wrong sampling rate', {
    timeout: 60_000,
  }, () => {
    const rows = perCoefficientRows();
    for (const id of PER_COEFFICIENT_CLIPS) {
      const columns = descriptorColumns(heard(id));
      for (const [name, column, factor, ...limits] of PER_COEFFICIENT) {
        const { mean, sd } = meanAndSdOf(columns[descriptorIndex(name)]!);
        [mean, sd].forEach((ours, i) => {
          const theirs = rows.get(id)!.get(`${column}_${['mean', 'std'][i]}`)!;
          expect(Math.abs((factor * ours) / theirs - 1), `${column} ${i} of ${id}`).toBeLessThan(limits[i]!);
        });
      }
    }
  });

  test('tell librosa’s tempo within 3 % for seven of ten, and but for an octave for nine', {
    timeout: 60_000,
  }, () => {
    const ratios = [...TEMPI].map(([id, librosa]) => songTraits(heard(id)).tempoBpm / librosa);
    const near = (ratio: number): boolean => Math.abs(ratio - 1) < 0.03;
    expect(ratios.filter(near).length).toBeGreaterThanOrEqual(7);
    expect(ratios.filter((ratio) => near(ratio) || near(ratio / 2)).length).toBeGreaterThanOrEqual(9);
  });
});
