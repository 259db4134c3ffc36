import { describe, expect, test } from 'vitest';
import { findSong } from '../../../../provisioning/cli/library/find-song.ts';

const song = (songId: string, title: string, path = `/music/${title}.mp3`) => ({ songId, title, path });
const SONGS = [
  song('abcdef01', 'Korasón'),
  song('abcdef99', 'Calm'),
  song('12345678', 'Calm Sea'),
  song('deadbeef', 'The Calm Before'),
  song('cafe0000', 'decade'),
];

describe('a song is meant by', () => {
  test.each([
    ['its whole title, also where others begin so', 'calm', 'Calm'],
    ['the beginning of its title', 'calm s', 'Calm Sea'],
    ['a part of its title', 'before', 'The Calm Before'],
    ['its title without accents', 'korason', 'Korasón'],
    ['the beginning of its id', 'abcdef9', 'Calm'],
    ['its file', '/music/Calm Sea.mp3', 'Calm Sea'],
    ['letters that could be an id but are a title', 'decade', 'decade'],
  ])('%s', (_, words, title) => {
    expect(findSong(SONGS, words)).toMatchObject({ kind: 'found', song: { title } });
  });

  test('several where the words do not tell them apart', () => {
    expect(findSong(SONGS, 'abcdef')).toMatchObject({ kind: 'several', songs: [{}, {}] });
    expect(findSong([...SONGS, song('0', 'Calm')], 'Calm')).toMatchObject({
      kind: 'several',
      songs: [{}, {}],
    });
  });

  test.each(['nothing', '/music/none.mp3', '999999'])('none: %s', (words) => {
    expect(findSong(SONGS, words)).toEqual({ kind: 'none' });
  });
});
