import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findOpenSmileFolder, readOpenSmileFeatures } from '../../../models/study/opensmile-features.ts';
import { readSeedListening } from '../../../models/study/seed-protocol-listening.ts';
import { writeDeamFolder } from '../../support/deam-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const EXAMPLE = '../shared/data/opensmile-260';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder(), 'features');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const HEADER = 'frameTime;F0final_sma_stddev;F0final_sma_amean\n';

describe('openSMILE features', () => {
  test('are mean, deviation, least and greatest of each column over the song', () => {
    const { columns, features } = readOpenSmileFeatures(
      folderOf({ '12.csv': `${HEADER}15.0;1;10\n15.5;2;20\n16.0;6;60\n` }),
    );
    expect(columns).toEqual(
      ['F0final_sma_stddev', 'F0final_sma_amean'].flatMap((name) =>
        ['mean', 'std', 'min', 'max'].map((functional) => `${name}_${functional}`),
      ),
    );
    // numpy: [1, 2, 6] mean 3, std(ddof=1) sqrt(7)
    const [first, second] = [
      [3, Math.sqrt(7), 1, 6],
      [30, 10 * Math.sqrt(7), 10, 60],
    ];
    for (const [at, value] of [...first!, ...second!].entries()) {
      expect(features.get('12')![at]).toBeCloseTo(value, 10);
    }
  });

  test('come by number of the song, with other files passed over', () => {
    const row = `${HEADER}0;1;1\r\n0.5;2;3\r\n`;
    const { features } = readOpenSmileFeatures(
      folderOf({ '10.csv': row, '2.csv': row, 'readme.csv': 'x', '3.txt': 'x' }),
    );
    expect([...features.keys()]).toEqual(['2', '10']);
  });

  test('that are no number in all of a song become the other songs’ mean', () => {
    const { features } = readOpenSmileFeatures(
      folderOf({
        '1.csv': `${HEADER}0;4;1\n`,
        '2.csv': `${HEADER}0;8;1\n`,
        '3.csv': `${HEADER}0;NaN;1\n0.5;inf;2\n`,
      }),
    );
    expect(features.get('3')!.slice(0, 4)).toEqual([6, 0, 6, 6]);
    expect(features.get('3')![4]).toBe(1.5);
  });

  test('that are another version’s are refused with the file’s name', () => {
    const folder = folderOf({ '1.csv': `${HEADER}0;4;1\n`, '2.csv': 'frameTime;loudness\n0;1\n' });
    expect(() => readOpenSmileFeatures(folder)).toThrow(/2\.csv.*not those of 1\.csv/);
  });

  test.each([
    ['commas instead of semicolons', 'frameTime,a,b\n0,1,2\n', /semicolons/],
    ['no rows', HEADER, /rows below/],
    ['a row cut short', `${HEADER}0;1;2\n0.5;1\n`, /line 3: 2 cells/],
  ])('with %s are refused, saying where', (_, text, fault) => {
    expect(() => readOpenSmileFeatures(folderOf({ '7.csv': text }))).toThrow(fault);
  });

  test('are found beside the annotations, one folder deeper too, or not at all', () => {
    const deam = temporaryFolder();
    expect(findOpenSmileFolder(deam)).toBeUndefined();
    mkdirSync(join(deam, 'features', 'features'), { recursive: true });
    expect(findOpenSmileFolder(deam)).toBeUndefined();
    writeFileSync(join(deam, 'features', 'features', '2.csv'), `${HEADER}0;1;2\n`);
    expect(findOpenSmileFolder(deam)).toBe(join(deam, 'features', 'features'));
  });

  test.skipIf(!existsSync(EXAMPLE))('in DEAM’s own layout are 1,040 of a song', () => {
    const [file] = readdirSync(EXAMPLE).filter((name) => name.endsWith('.csv'));
    const folder = folderOf({ '2.csv': readFileSync(join(EXAMPLE, file!), 'utf8') });
    const { columns, features, sha256 } = readOpenSmileFeatures(folder);
    expect(columns).toHaveLength(1040);
    expect(features.get('2')!.every(Number.isFinite)).toBe(true);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the seed’s protocol', () => {
  function deamFolder(): string {
    const folder = temporaryFolder();
    writeDeamFolder(folder, {
      averaged: '2, 6.0, 1.0, 6.0, 1.0\n3, 3.0, 1.0, 3.0, 1.0\n',
      averagedLater: '2001, 5.0, 1.0, 5.0, 5.0, 1.0\n',
      ratings: 'w1,2,7,7\n',
      tables: { 'deam_agg_features_librosa.csv': 'song_id,tempo,rms_mean\n2,100,1\n3,120,2\n' },
    });
    return folder;
  }

  test('runs on every column of the librosa table', () => {
    expect(readSeedListening(deamFolder()).columns).toEqual(['tempo', 'rms_mean']);
  });

  test('runs on the openSMILE features where they are there, and on their songs', () => {
    const folder = deamFolder();
    mkdirSync(join(folder, 'features'));
    writeFileSync(join(folder, 'features', '3.csv'), `${HEADER}15.0;1;10\n15.5;2;20\n`);
    const { columns, songs, sha256 } = readSeedListening(folder);
    expect(columns).toHaveLength(8);
    expect(songs.map(({ songId }) => songId)).toEqual(['3']);
    expect(sha256).not.toBe(readSeedListening(deamFolder()).sha256);
  });
});
