import { describe, expect, test } from 'vitest';
import type { Emotion } from '../../../models/emotions.ts';
import type { ListenedSong, Rating } from '../../../models/population/listening-data.ts';
import { normalBelow, sharesOfAverages } from '../../../models/population/soft-shares.ts';
import { fitStandardiser } from '../../../models/population/standardiser.ts';
import {
  ratedSongs,
  songTargets,
  TARGETS,
  trainingSamples,
  withoutRaters,
} from '../../../models/population/training-samples.ts';

const song = (songId: string, averaged?: ListenedSong['averaged']): ListenedSong => ({
  songId,
  features: [Number(songId)],
  ...(averaged === undefined ? {} : { averaged }),
});
const rating = (
  rater: string,
  songId: string,
  emotion: Emotion,
  valence?: number,
  arousal?: number,
): Rating => ({
  rater,
  songId,
  emotion,
  ...(valence === undefined ? {} : { valence }),
  ...(arousal === undefined ? {} : { arousal }),
});
const SAD = { valence: -0.5, arousal: -0.5, valenceDeviation: 0.4, arousalDeviation: 0.4 };

describe('shares worked out from averages', () => {
  test('a mean on the midpoint is mostly low, because `> 5` is', () => {
    const shares = sharesOfAverages({ valence: 0, arousal: 0, valenceDeviation: 0.4, arousalDeviation: 0.4 });
    // Phi((0 - 0.125) / 0.4) = Phi(-0.3125) = 0.37733 (scipy.stats.norm.cdf)
    expect(shares[0]).toBeCloseTo(0.37733 ** 2, 4);
    expect(shares[2]).toBeCloseTo((1 - 0.37733) ** 2, 4);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test('a song all agreed on is not certain, and one of unknown deviations is an ordinary one', () => {
    const sure = sharesOfAverages({ valence: 0.25, arousal: 0.25, valenceDeviation: 0, arousalDeviation: 0 });
    expect(sure[0]).toBeCloseTo(normalBelow(1) ** 2, 12);
    const { valence, arousal } = SAD;
    expect(sharesOfAverages({ valence, arousal })[2]).toBeCloseTo(sharesOfAverages(SAD)[2], 1);
  });

  // scipy.stats.norm.cdf
  test.each([
    [0, 0.5],
    [1, 0.841344746],
    [-1.96, 0.024997895],
    [5, 0.999999713],
  ])('a normal lies below %d with probability %d', (x, p) => {
    expect(Math.abs(normalBelow(x) - p)).toBeLessThan(7.5e-8);
  });
});

describe('what people said of a song', () => {
  test('is counted and averaged from their own ratings, not from the averages', () => {
    const ratings = [
      rating('a', '1', 'happy', 1, 0.5),
      rating('b', '1', 'sad', -0.5, 0),
      rating('c', '1', 'sad', -0.25, -1),
      rating('d', '1', 'calm', 0.75, -0.5),
    ];
    expect(songTargets(song('1', SAD), ratings)).toEqual({
      valence: 0.25,
      arousal: -0.25,
      shares: [0.25, 0, 0.5, 0.25],
      raters: 4,
    });
  });

  test('where only emotions were asked for lies in the middle of their quadrants', () => {
    const ratings = [rating('a', '1', 'angry'), rating('b', '1', 'calm', 0.1, -0.3)];
    expect(songTargets(song('1'), ratings)).toMatchObject({ valence: -0.2, arousal: 0.1 });
  });

  test('else is what the averages say, trusted little', () => {
    expect(songTargets(song('1', SAD), [])).toMatchObject({ valence: -0.5, arousal: -0.5, raters: 0.1 });
  });

  test('may be nothing at all', () => {
    expect(songTargets(song('1'), [])).toBeNull();
  });
});

describe('someone left out', () => {
  const songs = [song('1', SAD), song('2', SAD), song('3', SAD), song('4')];
  const ratings = [
    rating('a', '1', 'happy', 1, 1),
    rating('b', '1', 'sad', -1, -1),
    rating('a', '2', 'happy', 1, 1),
    rating('b', '4', 'calm', 0.5, -0.5),
  ];
  const left = withoutRaters({ songs, ratings }, new Set(['a']));

  test('vanishes from counts and means', () => {
    expect(left.ratings.map(({ rater }) => rater)).toEqual(['b', 'b']);
    expect(ratedSongs(left)[0]!.targets).toEqual({
      valence: -1,
      arousal: -1,
      shares: [0, 0, 1, 0],
      raters: 1,
    });
  });

  test('vanishes from averages: a song only they are known to have rated teaches nothing', () => {
    expect(ratedSongs(left).map(({ song: { songId } }) => songId)).toEqual(['1', '3', '4']);
    for (const { songId, averaged } of left.songs) expect(averaged).toEqual(songId === '3' ? SAD : undefined);
  });

  test('leaves no trace: whatever they had said, the same is learnt', () => {
    const other = ratings.map((own) => (own.rater === 'a' ? rating('a', own.songId, 'angry', -1, 1) : own));
    expect(withoutRaters({ songs, ratings: other }, new Set(['a']))).toEqual(left);
  });

  test('who rated nothing changes nothing', () => {
    expect(withoutRaters({ songs, ratings }, new Set(['z']))).toEqual({ songs, ratings });
  });
});

test('samples have a row for each song somebody said something of; a song counts by the root of its raters', () => {
  const songs = [song('1'), song('2', SAD), song('3'), song('4')];
  const ratings = ['a', 'b', 'c', 'd'].map((rater) => rating(rater, '4', 'happy', 0.5, 0.25));
  const rated = ratedSongs({ songs, ratings });
  const { z, targets, weights } = trainingSamples(
    rated,
    fitStandardiser(rated.map((own) => own.song.features)),
  );
  expect([...z.values]).toEqual([-1, 1]);
  expect(TARGETS).toEqual(['valence', 'arousal', 'happy', 'angry', 'sad', 'calm']);
  expect([...targets.values.subarray(6)]).toEqual([0.5, 0.25, 1, 0, 0, 0]);
  expect(weights[0]! / weights[1]!).toBeCloseTo(Math.sqrt(0.1) / 2, 12);
  expect((weights[0]! + weights[1]!) / 2).toBeCloseTo(1, 12);
});
