/** What people are told of the music folder while the box runs: one line for each change, titles never in the log. */
import { describe, expect, test } from 'vitest';
import { announcementsOfMusic, announcementsOfStep } from '../../device/announcements.ts';
import type { MusicChange } from '../../device/music/music-folder.ts';
import { songNumber } from '../support/songs.ts';

const NOTHING: MusicChange = {
  isFirst: false,
  added: [],
  removed: [],
  songCount: 4,
  refused: [],
  newlyRefused: [],
  faults: [],
};

const songs = (...numbers: number[]) => numbers.map(songNumber);
const refusal = { path: '/music/odd.wma', reason: 'it is odd', hint: 'Convert it.' };

describe('a change of the music folder', () => {
  test.each<[string, Partial<MusicChange>, readonly string[]]>([
    ['that was the first scan is told by whoever began it', { isFirst: true, added: songs(1) }, []],
    ['that changes no song deserves no line', {}, []],
    ['with one new song names it', { added: songs(1) }, ['1 new: Song 1. 4 songs can be played.']],
    [
      'with many names a few',
      { added: songs(1, 2, 3, 4, 5), songCount: 5 },
      ['5 new: Song 1, Song 2, Song 3 and 2 more. 5 songs can be played.'],
    ],
    [
      'with songs gone and come is one line',
      { added: songs(1), removed: songs(2, 3), songCount: 1 },
      ['1 new: Song 1; 2 gone: Song 2, Song 3. 1 song can be played.'],
    ],
    [
      'with a file that cannot be played says why and what to do',
      { newlyRefused: [refusal], refused: [refusal] },
      ['odd.wma cannot be played: it is odd. Convert it.'],
    ],
  ])('%s', (_, change, lines) => {
    expect(announcementsOfMusic({ ...NOTHING, ...change }).map(({ text }) => text)).toEqual(lines);
  });

  test('leaves no title or path in the log', () => {
    const change = { ...NOTHING, added: songs(1), removed: songs(2), newlyRefused: [refusal] };
    const fields = JSON.stringify(announcementsOfMusic(change).map((line) => line.fields));
    expect(fields).not.toMatch(/Song|odd|music/);
  });
});

test('a stuck button is told once, by name, and touches that were no presses are not told at all', () => {
  const linesFor = (kind: 'buttonStuck' | 'buttonFreed', reason: 'stuck' | 'tooShort') =>
    announcementsOfStep(
      { kind, button: 'happy', atMs: 0 },
      [{ kind: 'record', entry: { kind: 'pressIgnored', button: 'happy', reason, count: 1 }, atMs: 0 }],
      String,
    ).map(({ text }) => text);
  expect(linesFor('buttonStuck', 'stuck')).toEqual([expect.stringMatching(/button happy.*let go/)]);
  expect(linesFor('buttonFreed', 'tooShort')).toEqual([]);
});
