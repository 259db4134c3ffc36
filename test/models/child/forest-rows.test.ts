import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { embed } from '../../../models/child/embedding.ts';
import { forestRows, MOST_FOREST_SONGS } from '../../../models/child/forest-rows.ts';
import { type HeardSongs, noSongs, withPress } from '../../../models/child/heard-songs.ts';
import { EMOTIONS } from '../../../models/emotions.ts';
import { anyPresses } from './child-fixtures.ts';

const embedding = embed([0.1, 0.2, 0.3, 0.4]);
/** Song ids with the emotions they were called, as positions in `EMOTIONS`. */
const heard = (...songs: readonly [songId: string, ...called: number[]][]): HeardSongs =>
  songs.reduce(
    (all, [songId, ...called]) => called.reduce((own, k) => withPress(own, songId, embedding, k), all),
    noSongs(),
  );
const featuresOf = (songId: string) => [songId.length, 2];

describe('what a forest is trained on', () => {
  test('one row a song: its features, then what most people hear, under what it was called most', () => {
    const { songs, inputs, labels } = forestRows(heard(['aa', 3, 1, 3], ['b', 0]), featuresOf);
    expect({ songs, labels }).toEqual({ songs: 2, labels: [3, 0] });
    expect([...inputs[0]!]).toEqual([2, 2, ...embedding.subarray(1)]);
  });

  test('a song called two things equally often stands under both', () => {
    expect(forestRows(heard(['a', 3, 1], ['b', 2]), featuresOf)).toMatchObject({
      songs: 2,
      labels: [1, 3, 2],
    });
  });

  test('songs without features, or with another number of them than the latest, are left out', () => {
    const songs = heard(['older', 0], ['deaf', 1], ['a', 2], ['b', 3]);
    const given: Record<string, number[]> = { older: [1, 2, 3], a: [1], b: [2] };
    expect(forestRows(songs, (songId) => given[songId])).toMatchObject({ songs: 2, labels: [2, 3] });
    expect(forestRows(songs, () => undefined)).toEqual({ songs: 0, inputs: [], labels: [] });
  });

  test(`at most ${MOST_FOREST_SONGS} songs: those met last`, () => {
    const ids = Array.from({ length: MOST_FOREST_SONGS + 20 }, (_, i) => `${1000 + i}`);
    const songs = heard(...ids.map((id, i): [string, number] => [id, i < 20 ? 0 : 1]));
    expect(forestRows(songs, featuresOf)).toMatchObject({
      songs: MOST_FOREST_SONGS,
      labels: new Array(MOST_FOREST_SONGS).fill(1),
    });
  });

  test('does not depend on the order of presses', () => {
    const pairs = anyPresses(30).chain((presses) =>
      fc.tuple(fc.constant(presses), fc.shuffledSubarray(presses, { minLength: presses.length })),
    );
    const rowsOf = (
      presses: readonly (typeof pairs extends fc.Arbitrary<[infer P, unknown]> ? P : never)[number][],
    ) =>
      forestRows(
        presses.reduce(
          (songs, { songId, populationProbabilities, emotion }) =>
            withPress(songs, songId, embed(populationProbabilities), EMOTIONS.indexOf(emotion)),
          noSongs(),
        ),
        featuresOf,
      );
    fc.assert(
      fc.property(pairs, ([presses, shuffled]) => {
        expect(rowsOf(shuffled)).toEqual(rowsOf(presses));
      }),
    );
  });
});
