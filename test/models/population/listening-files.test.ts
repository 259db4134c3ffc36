import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type ListeningFiles,
  parseScale,
  readListeningFiles,
} from '../../../models/population/listening-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FEATURES = 'song,title,loud,bright\n1,One,0.5,3\n2,Two,1.5,4\n3,Three,2.5,5\n';

function read(ratings: string, features = FEATURES, options: Partial<ListeningFiles> = {}) {
  const folder = temporaryFolder();
  const files = { ratings: join(folder, 'people.csv'), features: join(folder, 'sounds.csv') };
  writeFileSync(files.ratings, ratings);
  writeFileSync(files.features, features);
  return readListeningFiles({ ...files, ...options });
}

describe('anybody’s listener data', () => {
  test('are raters, songs, and valence and arousal from 1 to 9', () => {
    const data = read('rater,song,valence,arousal\na,1,9,5\nb,2,5,1\n');
    expect(data.ratings).toEqual([
      { rater: 'a', songId: '1', emotion: 'calm', valence: 1, arousal: 0 },
      { rater: 'b', songId: '2', emotion: 'sad', valence: 0, arousal: -1 },
    ]);
    expect(data).toMatchObject({ name: 'people', repeats: [] });
  });

  test('take every column that holds numbers, and the songs somebody rated', () => {
    const { columns, songs } = read('rater,song,valence,arousal\na,1,9,5\nb,3,5,1\n');
    expect(columns).toEqual(['loud', 'bright']);
    expect(songs).toEqual([
      { songId: '1', features: [0.5, 3] },
      { songId: '3', features: [2.5, 5] },
    ]);
  });

  test('take the columns asked for, in that order', () => {
    const { columns, songs } = read('rater,song,valence,arousal\na,1,9,5\n', FEATURES, {
      columns: ['bright', 'loud'],
    });
    expect({ columns, features: songs[0]!.features }).toEqual({
      columns: ['bright', 'loud'],
      features: [3, 0.5],
    });
  });

  test.each([
    ['other names, case and separator', 'Participant ID;Track_ID;Pleasantness;AROUSAL\nx;2;6,5;4\n'],
    ['columns in another order, and more of them', 'arousal,age,song id,valence,worker\n4,30,2,6.5,x\n'],
  ])('may come with %s', (_, text) => {
    expect(read(text).ratings).toEqual([
      { rater: 'x', songId: '2', emotion: 'calm', valence: 0.375, arousal: -0.25 },
    ]);
  });

  test.each([
    ['happy', 'happy'],
    ['ANGRY', 'angry'],
    ['Q3', 'sad'],
    ['q4', 'calm'],
  ])('may name the emotion itself: %s', (word, emotion) => {
    expect(read(`rater,song,emotion\na,1,${word}\n`).ratings).toEqual([{ rater: 'a', songId: '1', emotion }]);
  });

  test('keep the first of repeated ratings, and those of songs without features out', () => {
    const { ratings, repeats } = read('rater,song,emotion\na,1,sad\na,1,calm\na,9,happy\n');
    expect(ratings.map(({ songId, emotion }) => [songId, emotion])).toEqual([['1', 'sad']]);
    expect(repeats.map(({ songId, emotion }) => [songId, emotion])).toEqual([['1', 'calm']]);
  });

  test('may be on another scale, whose middle is low too', () => {
    const { ratings } = read('rater,song,valence,arousal\na,1,50,51\n', FEATURES, {
      scale: { lowest: 0, highest: 100 },
    });
    expect(ratings).toEqual([{ rater: 'a', songId: '1', emotion: 'angry', valence: 0, arousal: 0.02 }]);
  });
});

describe('what is wrong is told with file, line and column', () => {
  test.each([
    [
      'a rating off the scale',
      'rater,song,valence,arousal\na,1,5,12\n',
      /people\.csv, line 2, column arousal: 12 is not on the scale from 1 to 9/,
    ],
    [
      'a rating that is a word',
      'rater,song,valence,arousal\na,1,low,5\n',
      /line 2, column valence: "low" is not a number/,
    ],
    [
      'an emotion nobody knows',
      'rater,song,emotion\na,1,bored\n',
      /line 2, column emotion: "bored" is none of happy, angry, sad, calm or Q1 to Q4/,
    ],
    ['nobody who rated', 'rater,song,emotion\n,1,sad\n', /line 2, column rater: is empty/],
    [
      'a table without a needed column',
      'song,mood\n1,sad\n',
      /people\.csv: no column is called rater, nor one valence and arousal, or emotion; it has song, mood/,
    ],
    ['an empty file', '', /people\.csv: the file is empty/],
    [
      'songs that nobody rated',
      'rater,song,emotion\na,77,sad\n',
      /sounds\.csv: none of its songs is rated in .*people\.csv/,
    ],
  ])('%s', (_, ratings, message) => {
    expect(() => read(ratings)).toThrow(message);
  });

  test.each([
    [
      'a feature that is a word among numbers',
      'song,loud\n1,0.5\n2,noisy\n',
      /sounds\.csv, line 3, column loud: "noisy" is not a number/,
    ],
    ['a song without an id', 'song,loud\n,0.5\n', /line 2, column song: is empty/],
    ['no feature at all', 'song,title\n1,One\n', /sounds\.csv: no column beside the song’s id holds numbers/],
  ])('%s', (_, features, message) => {
    expect(() => read('rater,song,emotion\na,1,sad\n', features)).toThrow(message);
  });

  test('of both files at once', () => {
    const both = () => read('rater,song,emotion\na,1,bored\n', 'song,loud\n1,0.5\n2,noisy\n');
    expect(both).toThrow(/bored.*\n.*noisy/);
  });
});

test.each([
  ['1-9', { lowest: 1, highest: 9 }],
  ['1..9', { lowest: 1, highest: 9 }],
  ['-1..1', { lowest: -1, highest: 1 }],
  ['-1--0.5', { lowest: -1, highest: -0.5 }],
  ['0 to 100', { lowest: 0, highest: 100 }],
  ['0:10', { lowest: 0, highest: 10 }],
  ['9-1', undefined],
  ['nine', undefined],
  ['', undefined],
])('the scale %j is %j', (text, scale) => {
  expect(parseScale(text)).toEqual(scale);
});
