import { describe, expect, test } from 'vitest';
import type { PerEmotion } from '../../../models/emotions.ts';
import { FOLD_COUNT, foldOf, judgePopulation } from '../../../models/population/judge-population.ts';
import type { ListeningData } from '../../../models/population/listening-data.ts';
import { madeUpListeners } from '../../support/made-up-listeners.ts';

const data = madeUpListeners({ songs: 40, raters: 3 });
/** Knows the answer: the first two features are its corner. */
const knowing = ([first, second]: readonly number[]): PerEmotion => {
  if (first! > 0) return second! > 10 ? [0.7, 0.1, 0.1, 0.1] : [0.1, 0.1, 0.1, 0.7];
  return second! > 10 ? [0.1, 0.7, 0.1, 0.1] : [0.1, 0.1, 0.7, 0.1];
};

describe('folds', () => {
  test('are of like size and never move', () => {
    const sizes = new Array<number>(FOLD_COUNT).fill(0);
    for (let song = 1; song <= 2000; song++) sizes[foldOf(String(song))]!++;
    expect(Math.min(...sizes)).toBeGreaterThan(350);
    // FNV-1a again, in python3: h = ((h ^ ord(c)) * 0x01000193) & 0xffffffff, then ((h >> 16) ^ (h & 0xffff)) % 5.
    expect(['2', '17', 'Twinkle'].map(foldOf)).toEqual([3, 0, 3]);
  });
});

describe('judging a learner', () => {
  test('never shows it a song it is judged on, nor what anybody said of it', () => {
    const seen: ListeningData[] = [];
    const judged: (readonly number[])[][] = [];
    judgePopulation(data, (training) => {
      seen.push(training);
      const asked: (readonly number[])[] = [];
      judged.push(asked);
      return (features) => {
        asked.push(features);
        return [0.25, 0.25, 0.25, 0.25];
      };
    });
    expect(judged.flat()).toHaveLength(data.songs.length);
    seen.forEach(({ songs, ratings }, fold) => {
      const known = new Set(songs.map(({ songId }) => songId));
      expect(songs.some(({ features }) => judged[fold]!.includes(features))).toBe(false);
      expect(ratings.every(({ songId }) => known.has(songId))).toBe(true);
    });
  });

  test('counts songs by their averaged ratings, and listeners by what each said', () => {
    const figures = judgePopulation(data, () => knowing);
    expect(figures).toMatchObject({ folds: 5, accuracy: 1, majority: 0.25, listeners: 3 });
    expect(figures.logLoss).toBeCloseTo(-Math.log(0.7), 12);
    const right = data.ratings.filter(({ songId, emotion }) => {
      const song = data.songs.find((one) => one.songId === songId)!;
      return knowing(song.features)[['happy', 'angry', 'sad', 'calm'].indexOf(emotion)] === 0.7;
    });
    expect(figures.listenerAccuracy).toBeCloseTo(right.length / data.ratings.length, 12);
    expect(figures.listenerAccuracy).toBeLessThan(1);
  });

  test('leaves out listeners who said too little to count', () => {
    const ratings = data.ratings.filter(({ rater, songId }) => rater !== 'rater-0' || Number(songId) < 20);
    expect(judgePopulation({ ...data, ratings }, () => knowing).listeners).toBe(2);
    expect(judgePopulation({ ...data, ratings: [] }, () => knowing)).toMatchObject({
      accuracy: 1,
      listeners: 0,
      listenerAccuracy: 0,
    });
  });
});
