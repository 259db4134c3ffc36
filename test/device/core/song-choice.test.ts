import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChoiceInputs, chooseSong } from '../../../device/core/song-choice.ts';
import type { PerEmotion } from '../../../models/emotions.ts';
import { songNumber } from '../../support/songs.ts';

const songs = [songNumber(1), songNumber(2), songNumber(3)];
const calm = (p: number): PerEmotion => [(1 - p) / 3, (1 - p) / 3, (1 - p) / 3, p];
const inputs = (changes: Partial<ChoiceInputs> = {}): ChoiceInputs => ({
  emotion: 'calm',
  songs,
  predicted: [calm(0.5), calm(0.7), calm(0.68)],
  timesPlayed: new Map(),
  novelty: 0,
  random: 0.4,
  ...changes,
});

describe('with the novelty dial at 0', () => {
  test('the likeliest song is chosen, with propensity 1', () => {
    expect(chooseSong(inputs())).toMatchObject({ track: { songId: songs[1]!.songId }, propensity: 1 });
  });

  test('of songs about as good, the one heard least is chosen', () => {
    const timesPlayed = new Map([[songs[1]!.songId, 1]]);
    expect(chooseSong(inputs({ timesPlayed }))?.track.songId).toBe(songs[2]!.songId);
  });

  test('a clearly worse song is never chosen for being new', () => {
    const timesPlayed = new Map(songs.slice(1).map(({ songId }) => [songId, 1000]));
    expect(chooseSong(inputs({ timesPlayed }))?.track.songId).not.toBe(songs[0]!.songId);
  });

  test('the same inputs give the same song, whatever the draw', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        expect(chooseSong(inputs({ random }))).toEqual(chooseSong(inputs()));
      }),
    );
  });
});

test('there is no choice without songs', () => {
  expect(chooseSong(inputs({ songs: [], predicted: [] }))).toBeUndefined();
});

test('the player is given a track, not the whole library record', () => {
  expect(Object.keys(chooseSong(inputs())!.track).sort()).toEqual(['durationMs', 'gainDb', 'path', 'songId']);
});

test.each([0, 0.3, 1])(
  'with novelty %d the propensity is the share of draws that give the song',
  (novelty) => {
    const draws = 3000;
    const counts = new Map<string, { times: number; propensity: number }>();
    for (let i = 0; i < draws; i++) {
      const { track, propensity } = chooseSong(inputs({ novelty, random: (i + 0.5) / draws }))!;
      const seen = counts.get(track.songId);
      counts.set(track.songId, { times: (seen?.times ?? 0) + 1, propensity });
    }
    for (const { times, propensity } of counts.values()) expect(times / draws).toBeCloseTo(propensity, 2);
    const total = [...counts.values()].reduce((sum, { propensity }) => sum + propensity, 0);
    expect(total).toBeCloseTo(1, 9);
  },
);
