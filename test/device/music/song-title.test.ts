/** A song is called as a person would read its file's name. */
import { expect, test } from 'vitest';
import { titleFromPath } from '../../../device/music/song-title.ts';

test.each([
  ['/music/Nocturne.mp3', 'Nocturne'],
  ['/music/01 - Nocturne.mp3', 'Nocturne'],
  ['/music/07_-_Let_It_Go.ogg', 'Let It Go'],
  ['/music/1-03. Spring.flac', 'Spring'],
  ['/music/04 Long Drive.flac', 'Long Drive'],
  ['/music/99 Luftballons.mp3', '99 Luftballons'],
  ['/music/1999.mp3', '1999'],
  ['/music/99.mp3', '99'],
  ['/music/Op. 9 No. 2.mp3', 'Op. 9 No. 2'],
  ['/music/  two   spaces .mp3', 'two spaces'],
  ['/music/cafe\u0301.mp3', 'caf\u00e9'],
  ['/music/archive.tar.mp3', 'archive.tar'],
  ['/music/___.mp3', '___.mp3'],
])('%s is called "%s"', (path, title) => {
  expect(titleFromPath(path)).toBe(title);
});
