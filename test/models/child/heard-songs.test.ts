import { describe, expect, test } from 'vitest';
import { embed } from '../../../models/child/embedding.ts';
import { noSongs, withPress } from '../../../models/child/heard-songs.ts';

const bright = embed([0.7, 0.1, 0.1, 0.1]);
const gentle = embed([0.1, 0.1, 0.1, 0.7]);

describe('songs heard', () => {
  test('keep one row a song, in the order of first presses, however often it is pressed', () => {
    let songs = noSongs();
    for (const [id, embedding, emotion] of [
      ['a', bright, 0],
      ['b', gentle, 3],
      ['a', bright, 1],
      ['a', bright, 0],
    ] as const) {
      songs = withPress(songs, id, embedding, emotion);
    }
    expect(songs.ids).toEqual(['a', 'b']);
    expect([...songs.counts]).toEqual([2, 1, 0, 0, 0, 0, 0, 1]);
    expect([...songs.embeddings]).toEqual([...bright, ...gentle]);
    expect(songs.rowOf.get('b')).toBe(1);
  });

  test('take a song’s latest embedding, for that is what predictions will see', () => {
    const songs = withPress(withPress(noSongs(), 'a', bright, 0), 'a', gentle, 0);
    expect([...songs.embeddings]).toEqual([...gentle]);
    expect([...songs.counts]).toEqual([2, 0, 0, 0]);
  });
});

describe('the embedding', () => {
  // ln 0.7 - mean = 0.75 ln 7, ln 0.1 - mean = -0.25 ln 7
  test('is 1 and the log-probabilities around their mean', () => {
    const [constant, ...centred] = bright;
    expect(constant).toBe(1);
    expect(centred[0]).toBeCloseTo(0.75 * Math.log(7), 12);
    for (const other of centred.slice(1)) expect(other).toBeCloseTo(-0.25 * Math.log(7), 12);
  });
});
