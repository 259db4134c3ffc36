import { describe, expect, test } from 'vitest';
import {
  agoWords,
  announcement,
  learntWords,
  libraryWords,
  songTime,
  syncWords,
} from '../../../device/panel/page/status-words.ts';
import type { PageStatus } from '../../../device/panel/panel-protocol.ts';

const IDLE: PageStatus = {
  sink: 'aplay',
  pressesLearnt: 3,
  sync: { pendingEvents: 0 },
  faults: [],
  feed: [],
};
const PLAYING: PageStatus = {
  ...IDLE,
  playing: {
    songId: '1'.repeat(32),
    title: 'Morning Kite',
    emotion: 'happy',
    durationMs: 60_000,
    positionMs: 0,
    gainDb: 0,
  },
};

describe('what is said aloud', () => {
  test.each<[string, PageStatus | undefined, PageStatus, string | undefined]>([
    ['a song starts', IDLE, PLAYING, 'Playing Morning Kite, asked for happy.'],
    ['a song plays already', undefined, PLAYING, 'Playing Morning Kite, asked for happy.'],
    ['the same song goes on', PLAYING, PLAYING, undefined],
    ['the music stops', PLAYING, IDLE, 'The music stopped.'],
    ['nothing happens', IDLE, IDLE, undefined],
    ['the first status is idle', undefined, IDLE, undefined],
    [
      'a press was learnt',
      PLAYING,
      { ...PLAYING, pressesLearnt: 4, feed: [{ kind: 'learnt', text: 'Morning Kite is sad', agoMs: 0 }] },
      'Morning Kite is sad.',
    ],
    ['a press was learnt without a line', IDLE, { ...IDLE, pressesLearnt: 4 }, 'Learnt.'],
    [
      'a fault appears',
      IDLE,
      { ...IDLE, faults: ['No sound card; plug one in.'] },
      'No sound card; plug one in.',
    ],
    [
      'a fault stays',
      { ...IDLE, faults: ['No sound card.'] },
      { ...IDLE, faults: ['No sound card.'] },
      undefined,
    ],
  ])('%s', (_what, before, after, words) => {
    expect(announcement(before, after)).toBe(words);
  });
});

describe('what is written for adults', () => {
  test.each([
    [0, 'just now'],
    [59_999, 'just now'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [172_800_000, '2 days ago'],
  ])('%d ms since is "%s"', (agoMs, words) => expect(agoWords(agoMs)).toBe(words));

  test.each([
    [0, 'nothing yet'],
    [1, 'from 1 press'],
    [12, 'from 12 presses'],
  ])('%d presses are learnt "%s"', (presses, words) => expect(learntWords(presses)).toBe(words));

  test.each([
    [undefined, undefined],
    [{ done: 3, total: 80 }, 'Getting to know your songs: 3 of 80'],
    [{ done: 3, total: 80, secondsLeft: 61 }, 'Getting to know your songs: 3 of 80, about 2 min left'],
    [{ done: 80, total: 80, secondsLeft: 0 }, 'Getting to know your songs: 80 of 80'],
  ])('a library of %j is "%s"', (library, words) => expect(libraryWords(library)).toBe(words));

  test.each([
    [0, '0:00'],
    [65_999, '1:05'],
    [3_600_000, '60:00'],
  ])('%d ms of song is %s', (durationMs, words) => expect(songTime(durationMs)).toBe(words));

  test.each([
    [{ pendingEvents: 0 }, 0, 'not yet'],
    [{ pendingEvents: 3, syncedAgoMs: 0 }, 0, '3 waiting'],
    [{ pendingEvents: 0, syncedAgoMs: 0 }, 0, 'just now'],
    [{ pendingEvents: 0, syncedAgoMs: 50_000 }, 70_000, '2 min ago'],
  ])('sync %j after %d ms is "%s"', (sync, sinceMs, words) => expect(syncWords(sync, sinceMs)).toBe(words));
});
