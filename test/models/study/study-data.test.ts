/** Reading what a study is about: any shape, one clear sentence where it cannot be studied, and what transfer needs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { featureNames } from '../../../models/features/hear-song.ts';
import type { ListeningData } from '../../../models/population/listening-data.ts';
import { readStudyData, StudyDataError } from '../../../models/study/study-data.ts';
import { parseStudyOptions, type StudyOptions } from '../../../models/study/study-options.ts';
import { createProtocols } from '../../../models/study/study-order.ts';
import { studyOrder } from '../../../models/study/study-plan.ts';
import { alignForTransfer } from '../../../models/study/transfer.ts';
import { writeDeamFolder } from '../../support/deam-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { listenerFiles } from './listener-files.ts';
import { simulatedListeners } from './simulated-listeners.ts';

function optionsOf(...argv: string[]): StudyOptions {
  const parsed = parseStudyOptions(argv);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

const data = simulatedListeners({ songs: 20, raters: 4, ratings: 12 });

describe('data', () => {
  test('are read from two files or from the folder that holds them, alike', () => {
    const folder = temporaryFolder();
    const { ratings, features } = listenerFiles(folder, data);
    const few = ['--fewest-ratings', '10'];
    const fromFiles = readStudyData(optionsOf('--ratings', ratings, '--features', features, ...few));
    const fromFolder = readStudyData(optionsOf('--data', folder, ...few));
    expect(fromFolder).toEqual(fromFiles);
    expect(fromFiles.material.tested.columns).toEqual(data.columns);
    expect(fromFiles.material.tested.ratings.map(({ emotion }) => emotion)).toEqual(
      data.ratings.map(({ emotion }) => emotion),
    );
  });

  const refusal = (...argv: string[]): string => {
    try {
      readStudyData(optionsOf(...argv));
    } catch (error) {
      if (error instanceof StudyDataError) return error.message;
      throw error;
    }
    return 'not refused';
  };

  test('that are not there are refused', () => {
    const folder = temporaryFolder();
    expect(refusal('--data', join(folder, 'nowhere'))).toMatch(/There is no folder .*nowhere/);
    expect(refusal('--data', folder)).toMatch(/holds neither DEAM .* nor ratings.csv and features.csv/);
    expect(refusal('--ratings', join(folder, 'r.csv'), '--features', join(folder, 'f.csv'))).toContain(
      'r.csv',
    );
    mkdirSync(join(folder, 'annotations'));
    expect(refusal('--data', folder)).toContain('deam_agg_features_librosa.csv');
  });

  test('of too few people are refused, with what would find some', () => {
    const folder = temporaryFolder();
    listenerFiles(folder, data);
    expect(refusal('--data', folder)).toMatch(
      /Too few people in .*: 0 rated 100 songs or more, and it takes 2. --fewest-ratings 12 or less/,
    );
    expect(refusal('--data', folder, '--songs', '500-600')).toMatch(/Nobody rated these songs at all/);
  });

  test('whose songs have no numbers are not chosen by number', () => {
    const folder = temporaryFolder();
    const named = data.ratings.map((rating) => ({ ...rating, songId: `song ${rating.songId}` }));
    const songs = data.songs.map((song) => ({ ...song, songId: `song ${song.songId}` }));
    listenerFiles(folder, { ...data, ratings: named, songs });
    expect(refusal('--data', folder, '--songs', '2-1000')).toMatch(/not numbered/);
  });

  test('with a broken cell say which', () => {
    const folder = temporaryFolder();
    const { features } = listenerFiles(folder, data);
    writeFileSync(features, 'song,c1\n1,2\n2,loud\n');
    expect(refusal('--data', folder)).toMatch(/features\.csv.*loud/);
  });
});

describe('songs of the seed’s protocol', () => {
  const averaged = Array.from({ length: 8 }, (_, at) => `${at + 1}, ${at < 4 ? 6 : 3}.0, 1.0, 6.0, 1.0\n`);
  const rated = ['w1', 'w2'].flatMap((rater) => averaged.map((_, at) => `${rater},${at + 1},7,7\n`));
  const features = averaged.map((_, at) => [at + 1, ...[...featureNames, 'tempo'].map(() => at)].join(','));

  /** In DEAM's layout, of the box's columns and one more. */
  function deamFolder(songs = 8): string {
    const folder = temporaryFolder();
    writeDeamFolder(folder, {
      averaged: averaged.slice(0, songs).join(''),
      averagedLater: '2001, 5.0, 1.0, 5.0, 5.0, 1.0\n',
      ratings: rated.join(''),
      tables: {
        'deam_agg_features_librosa.csv': `song_id,${featureNames.join()},tempo\n${features.join('\n')}\n`,
      },
    });
    return folder;
  }
  const FEW = ['--fewest-ratings', '2'];
  const ordered = (...argv: string[]) => {
    const options = optionsOf(...argv);
    const { material, notes } = readStudyData(options);
    return { material, notes, names: createProtocols(studyOrder(options, material)).map(({ name }) => name) };
  };

  test('have all columns of DEAM’s table, where the other protocols have the box’s', () => {
    const { material, notes, names } = ordered('--data', deamFolder(), ...FEW);
    expect(material.tested.columns).toEqual(featureNames);
    expect(material.seedProtocol!.columns).toEqual([...featureNames, 'tempo']);
    expect(notes).toEqual([`The seed’s protocol has ${featureNames.length + 1} feature columns.`]);
    expect(names).toContain('seedProtocol');
  });

  test('are DEAM’s openSMILE features where its folder has them', () => {
    const folder = deamFolder();
    mkdirSync(join(folder, 'features'));
    for (const at of averaged.keys()) {
      writeFileSync(
        join(folder, 'features', `${at + 1}.csv`),
        `frameTime;F0final_sma_stddev\n15.0;${at}\n15.5;2\n`,
      );
    }
    const { material } = ordered('--data', folder, ...FEW, '--protocol', 'seed');
    expect(material.seedProtocol!.columns).toEqual(
      ['mean', 'std', 'min', 'max'].map((functional) => `F0final_sma_stddev_${functional}`),
    );
    expect(material.tested.columns).toEqual(featureNames);
  });

  test('are not read for another protocol', () => {
    const { material, notes } = ordered('--data', deamFolder(), ...FEW, '--protocol', 'real');
    expect([material.seedProtocol, notes]).toEqual([undefined, []]);
  });

  test('that have no averaged ratings leave the other protocols to run, and that is said', () => {
    const folder = temporaryFolder();
    listenerFiles(folder, data);
    const { names, notes } = ordered('--data', folder, '--fewest-ratings', '10');
    expect(names).toEqual(['realPeople', 'repeatedLibrary', 'simulatedChildren']);
    expect(notes.join()).toMatch(/Without protocol seed: 0 songs of .* have averaged ratings/);
  });

  test('that are too few are refused where nothing else is asked for', () => {
    const argv = ['--data', deamFolder(7), ...FEW, '--protocol', 'seed'];
    expect(() => ordered(...argv)).toThrow(StudyDataError);
    expect(() => ordered(...argv)).toThrow(/no protocol seed of these data: 7 songs of DEAM/);
  });
});

describe('transfer', () => {
  const other = simulatedListeners({ songs: 15, raters: 3, ratings: 10, seed: 2, columns: ['b', 'c', 'd'] });
  const named: ListeningData = {
    ...data,
    columns: ['a', 'b', 'c', 'e'],
    ratings: data.ratings.map((rating) => ({ ...rating, rater: `other ${rating.rater}` })),
  };
  const aligned = (training: ListeningData, tested: ListeningData, preferred: readonly string[] = []) => {
    const result = alignForTransfer(training, tested, preferred);
    if (result.kind === 'refused') throw new Error(result.reason);
    return result;
  };

  test('keeps the columns both have, in one order', () => {
    const { training, tested } = aligned(named, other).material;
    expect(training.columns).toEqual(['b', 'c']);
    expect(tested.columns).toEqual(['b', 'c']);
    expect(training.songs[0]!.features).toEqual(named.songs[0]!.features.slice(1, 3));
    expect(tested.songs[0]!.features).toEqual(other.songs[0]!.features.slice(0, 2));
  });

  test('keeps of these the preferred where there are any', () => {
    expect(aligned(named, other, ['c', 'z']).material.tested.columns).toEqual(['c']);
    expect(aligned(named, other, ['z']).material.tested.columns).toEqual(['b', 'c']);
  });

  test('without a column in common is refused', () => {
    const stranger = { ...other, name: 'others', columns: ['x', 'y', 'z'] };
    expect(alignForTransfer(named, stranger, [])).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(
        /no feature column in common: one has a, b, c and 1 more, the other x, y, z/,
      ),
    });
  });

  test('of a set to itself is refused: nothing is left to learn from', () => {
    expect(alignForTransfer(named, named, [])).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/0 songs are left to learn from/),
    });
  });

  test('takes songs of the same number for different ones, unless they sound the same', () => {
    const both = { ...other, songs: [...other.songs.slice(1), named.songs[0]!].map(withThree) };
    const result = aligned({ ...named, columns: ['b', 'c', 'd', 'e'] }, both);
    expect(result.material.training.songs).toHaveLength(named.songs.length - 1);
    expect(result.material.training.ratings.some(({ songId }) => songId === '1')).toBe(false);
    expect(result.notes.join(' ')).toMatch(/1 songs of .* left out of training/);
    expect(aligned(named, other).material.training.songs).toHaveLength(named.songs.length);
  });

  test('leaves raters of both out of training, and averages they are in', () => {
    const same = { ...named, ratings: data.ratings };
    const result = aligned(same, other);
    const raters = new Set(result.material.training.ratings.map(({ rater }) => rater));
    expect([...raters]).toEqual(['rater-4']);
    expect(result.notes.join(' ')).toMatch(/3 raters of .* are tested too/);
    const theirs = new Set(
      data.ratings.filter(({ rater }) => rater !== 'rater-4').map(({ songId }) => songId),
    );
    for (const { songId, averaged } of result.material.training.songs) {
      expect(averaged === undefined, songId).toBe(theirs.has(songId));
    }
  });
});

function withThree(song: ListeningData['songs'][number]): ListeningData['songs'][number] {
  return { ...song, features: song.features.slice(0, 3) };
}
