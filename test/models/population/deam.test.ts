import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { EMOTIONS, quadrantOf } from '../../../models/emotions.ts';
import { featureNames } from '../../../models/features/hear-song.ts';
import { type DeamOptions, readDeam, readFeatureTable } from '../../../models/population/deam.ts';
import type { RatedListening } from '../../../models/population/repeated-ratings.ts';
import { type DeamRows, writeDeamFolder } from '../../support/deam-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const AGGREGATES = 'deam_agg_features_librosa.csv';
const ROWS: DeamRows = {
  averaged: '2,3.0,0.8,5,0.4\r\n3,5.4,1,7,1\r\n4,6,1,4,1\r\n',
  averagedLater: '2001,3,1,5,8,1\n',
  ratings: 'a,2,5,6\nb,2,6,6\na,2,9,9\n4eb43aa7x,2,9,9\na,4,9,9\n',
  tables: {
    [AGGREGATES]: 'song_id,tempo,mfcc_mean,zcr_mean\n2,100,1.5,0.1\n3,90,2.5,0.2\n2001,80,3.5,0.3\n',
  },
};

describe('reading DEAM', () => {
  const read = (changes: Partial<DeamRows> = {}, columns?: readonly string[], options?: DeamOptions) => {
    const folder = temporaryFolder();
    writeDeamFolder(folder, { ...ROWS, ...changes });
    return readDeam(folder, columns, options);
  };

  test('joins songs that have features and annotations, by column name, with both averaged layouts', () => {
    const data = read({}, ['zcr_mean', 'mfcc_mean']);
    expect(data.columns).toEqual(['zcr_mean', 'mfcc_mean']);
    expect(data.songs.map(({ songId, features }) => ({ songId, features }))).toEqual([
      { songId: '2', features: [0.1, 1.5] },
      { songId: '3', features: [0.2, 2.5] },
      { songId: '2001', features: [0.3, 3.5] },
    ]);
    expect(data.songs[0]!.averaged).toEqual({
      valence: -0.5,
      arousal: 0,
      valenceDeviation: 0.2,
      arousalDeviation: 0.1,
    });
    expect(data.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('keeps the first of repeated ratings and sets the others aside', () => {
    const { ratings, repeats } = read();
    expect(ratings).toEqual([
      { rater: 'a', songId: '2', emotion: 'angry', valence: 0, arousal: 0.25 },
      { rater: 'b', songId: '2', emotion: 'happy', valence: 0.25, arousal: 0.25 },
    ]);
    expect(repeats).toEqual([{ rater: 'a', songId: '2', emotion: 'happy', valence: 1, arousal: 1 }]);
  });

  test('takes every column where none is asked for', () => {
    expect(read().columns).toEqual(['tempo', 'mfcc_mean', 'zcr_mean']);
  });

  test('takes each song from the first of several tables that has it', () => {
    const one = 'song_id,a,b\n2,1,2\n';
    const other = 'song_id,b,a\n2,9,9\n3,4,3\n';
    const data = read({ tables: { 'one.csv': one, 'other.csv': other } }, undefined, {
      tables: ['one.csv', 'other.csv'],
    });
    expect(data.columns).toEqual(['a', 'b']);
    expect(new Map(data.songs.map(({ songId, features }) => [songId, features]))).toEqual(
      new Map([
        ['2', [1, 2]],
        ['3', [3, 4]],
      ]),
    );
  });

  test('takes what other ears heard instead of the table', () => {
    const heard = { columns: ['loud'], features: new Map([['3', [7]]]), sha256: 'of the audio' };
    const data = read({}, undefined, { heard });
    expect(data.songs).toMatchObject([{ songId: '3', features: [7] }]);
    expect(data.ratings).toEqual([]);
    const other = read({}, undefined, { heard: { ...heard, sha256: 'of other audio' } });
    expect(other.sha256).not.toBe(data.sha256);
  });

  test('any byte that changes changes the hash', () => {
    const before = read().sha256;
    expect(read().sha256).toBe(before);
    expect(read({ ratings: ROWS.ratings.replace('a,2,5,6', 'a,2,5,7') }).sha256).not.toBe(before);
  });

  const table = (row: string) => ({ tables: { [AGGREGATES]: `song_id,tempo,mfcc_mean,zcr_mean\n${row}\n` } });

  test.each<[string, Partial<DeamRows>, RegExp]>([
    [
      'an empty cell',
      table('2,100,,0.1'),
      /librosa\.csv, line 2, column mfcc_mean: is empty, a number is needed/,
    ],
    ['a word', table('2,100,loud,0.1'), /librosa\.csv, line 2, column mfcc_mean: "loud" is not a number/],
    ['a song with two rows', table('2,1,1,1\n2,1,1,1'), /line 3, column song_id: song 2 has a row already/],
    ['a rating that is missing', { ratings: 'a,2,5\n' }, /1_2000\.csv, line 2, column Arousal: is empty/],
    ['an average that is missing', { averaged: '2,3,1,x,1\n' }, /line 2, column arousal_mean: "x" is not/],
  ])('%s is told with file, line and column', (_, changes, message) => {
    expect(() => read(changes, ['mfcc_mean'])).toThrow(message);
  });

  test('the faults of all files are told at once', () => {
    const broken = { ...table('2,100,loud,0.1'), averaged: '2,3,1,x,1\n', ratings: 'a,2,5\n' };
    expect(() => read(broken, ['mfcc_mean'])).toThrow(/mfcc_mean: .*\n.*arousal_mean: .*\n.*Arousal: /);
  });

  test('a column the table lacks is told by name', () => {
    expect(() => read({}, ['tonnetz'])).toThrow(/librosa\.csv, column tonnetz: there is no such column/);
  });

  test('a folder that holds something else is told by the file it lacks', () => {
    expect(() => readDeam(temporaryFolder())).toThrow(
      /deam_agg_features_librosa\.csv: there is no such file/,
    );
  });

  test('the table alone is read for whoever compares with it', () => {
    const folder = temporaryFolder();
    writeDeamFolder(folder, ROWS);
    const { features } = readFeatureTable(folder, ['zcr_mean']);
    expect(features.get('2001')).toEqual([0.3]);
  });
});

const DEAM_FOLDER = fileURLToPath(new URL('../../../../shared/data/deam', import.meta.url));

describe.skipIf(!existsSync(DEAM_FOLDER))('DEAM itself (needs shared/data/deam)', () => {
  // Not in the body: that runs even where the tests are skipped.
  let deam: RatedListening;
  beforeAll(() => {
    deam = readDeam(DEAM_FOLDER, featureNames);
  });

  test('gives all 1,737 songs of the table, and labels take the midpoint as low', () => {
    const labels = deam.songs.map(({ averaged }) => quadrantOf(averaged!.valence, averaged!.arousal));
    // Counted apart: python3 over the same two tables, `> 5`.
    expect(EMOTIONS.map((emotion) => labels.filter((label) => label === emotion).length)).toEqual([
      579, 216, 721, 221,
    ]);
  });

  test('has 85 ratings by people who had rated the song before', () => {
    // Counted apart: python3 csv, songs of the table, without the degenerate rater.
    expect(deam.repeats).toHaveLength(85);
    expect(new Set(deam.ratings.map(({ rater, songId }) => `${rater} ${songId}`)).size).toBe(7037);
  });
});
