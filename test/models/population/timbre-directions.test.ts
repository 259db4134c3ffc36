import { describe, expect, test } from 'vitest';
import { timbreOf } from '../../../models/child/timbre.ts';
import { findTimbreDirections } from '../../../models/population/timbre-directions.ts';
import { seededRandom } from '../child/child-fixtures.ts';

/** Twelve correlated features on scales of their own, the last one constant. */
function songsOf(count: number, seed: number): number[][] {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => {
    const hidden = [normal(), normal(), normal()];
    const mixed = Array.from({ length: 11 }, (_, j) => hidden[j % 3]! * (1 + j) + normal() * 0.5 + 100 * j);
    return [...mixed, 7];
  });
}

const songs = songsOf(300, 5);
const directions = findTimbreDirections(songs);
const scores = songs.map((song) => timbreOf(directions, song));

describe('directions of timbre', () => {
  test('are at most ten, and none for what does not vary', () => {
    expect(directions.components).toHaveLength(10);
    expect(findTimbreDirections(songs.map((song) => [song[0]!, song[11]!])).components).toHaveLength(1);
  });

  test('give the songs they were found in scores of mean 0, variance 1, without correlation', () => {
    // Scores are clipped at 3 deviations, which takes a hundredth or two of the variance.
    for (let a = 0; a < 10; a++) {
      const mean = scores.reduce((sum, score) => sum + score[a]!, 0) / songs.length;
      expect(Math.abs(mean)).toBeLessThan(0.02);
      for (let b = 0; b <= a; b++) {
        const product = scores.reduce((sum, score) => sum + score[a]! * score[b]!, 0) / songs.length;
        expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(0.05);
      }
    }
  });

  test('do not depend on the order of the songs, nor on the scale of a feature', () => {
    const turned = findTimbreDirections(
      [...songs].reverse().map((song) => song.map((x, j) => (j === 2 ? x * 1000 - 5 : x))),
    );
    for (const song of songs.slice(0, 20)) {
      const other = timbreOf(
        turned,
        song.map((x, j) => (j === 2 ? x * 1000 - 5 : x)),
      );
      for (const [at, score] of timbreOf(directions, song).entries()) expect(other[at]).toBeCloseTo(score, 4);
    }
  });

  test('find nothing extreme in a song unlike all others', () => {
    for (const score of timbreOf(directions, new Array<number>(12).fill(1e9)))
      expect(Math.abs(score)).toBeLessThanOrEqual(3);
  });

  test('take a song without features, or with others, as middling', () => {
    expect(timbreOf(directions, undefined)).toEqual(new Array(10).fill(0));
    expect(timbreOf(directions, [1, 2, 3])).toEqual(new Array(10).fill(0));
  });

  test('need two songs', () => {
    expect(() => findTimbreDirections(songs.slice(0, 1))).toThrow('two songs make no directions, got 1');
  });
});
