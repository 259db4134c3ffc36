import { describe, expect, test } from 'vitest';
import { createRestartDelay } from '../../../device/audio/restart-delay.ts';
import { createWantedSound } from '../../../device/audio/wanted-sound.ts';
import { songNumber } from '../../support/songs.ts';

const first = songNumber(1);
const second = songNumber(2);
const started = (playId: number, atMs = 1000) =>
  ({ kind: 'songStarted', playId, atMs, wasAhead: true }) as const;

describe('the sound that is wanted', () => {
  test('a new process is told the song first, then what to prepare', () => {
    const wanted = createWantedSound();
    wanted.prepare([first, second]);
    wanted.play(1, first, 150, 1000);
    expect(wanted.commands()).toEqual([
      { kind: 'play', playId: 1, track: first, fadeInMs: 150 },
      { kind: 'prepare', tracks: [first, second] },
    ]);
  });

  test('a song that sounded goes on where it should be, faded in', () => {
    const wanted = createWantedSound();
    wanted.play(1, first, 50, 1000);
    wanted.hear(started(1, 1003));
    expect(wanted.commands()[0]).toEqual({
      kind: 'play',
      playId: 1,
      track: first,
      fadeInMs: 300,
      startedAtMs: 1003,
    });
  });

  test('only what was asked last is told; a stop leaves nothing to play', () => {
    const wanted = createWantedSound();
    wanted.play(1, first, 150, 1000);
    wanted.play(2, second, 150, 1100);
    expect(wanted.commands()[0]).toMatchObject({ kind: 'play', playId: 2 });
    wanted.stop();
    expect(wanted.commands()).toEqual([{ kind: 'prepare', tracks: [] }]);
  });

  test.each([
    ['songStarted', started(1)],
    ['songEnded', { kind: 'songEnded', playId: 1 }],
    ['songFailed', { kind: 'songFailed', playId: 1, reason: 'broken' }],
  ] as const)('%s of a song no longer wanted is not passed on', (_, event) => {
    const wanted = createWantedSound();
    wanted.play(1, first, 150, 1000);
    wanted.play(2, second, 150, 1000);
    expect(wanted.hear(event)).toBeUndefined();
    expect(wanted.commands()[0]).toMatchObject({ playId: 2 });
  });

  test('a song starts once for the box, however many processes play it', () => {
    const wanted = createWantedSound();
    wanted.play(1, first, 150, 1000);
    expect(wanted.hear(started(1, 1003))).toEqual(started(1, 1003));
    expect(wanted.hear(started(1, 2500))).toBeUndefined();
    expect(wanted.commands()[0]).toMatchObject({ startedAtMs: 1003 });
  });

  test('a song over is told and wanted no more', () => {
    const wanted = createWantedSound();
    wanted.play(1, first, 150, 1000);
    expect(wanted.hear({ kind: 'songEnded', playId: 1 })).toEqual({ kind: 'songEnded', playId: 1 });
    expect(wanted.commands()).toEqual([{ kind: 'prepare', tracks: [] }]);
  });

  test('what concerns the sound as a whole is always passed on', () => {
    const wanted = createWantedSound();
    expect(wanted.hear({ kind: 'soundReady', sink: 'aplay' })).toEqual({ kind: 'soundReady', sink: 'aplay' });
  });

  test('a song that could not begin for five seconds is given up, once', () => {
    const wanted = createWantedSound();
    wanted.play(1, first, 150, 1000);
    expect(wanted.expire(5999)).toBeUndefined();
    expect(wanted.expire(6001)).toMatchObject({ kind: 'songMissed', playId: 1 });
    expect(wanted.expire(9000)).toBeUndefined();
    expect(wanted.commands()).toHaveLength(1);
  });

  test('a song whose time is up while there is no process has ended', () => {
    const wanted = createWantedSound();
    wanted.play(1, first, 150, 1000);
    wanted.hear(started(1, 1000));
    expect(wanted.expire(1000 + first.durationMs)).toBeUndefined();
    expect(wanted.expire(1001 + first.durationMs)).toEqual({ kind: 'songEnded', playId: 1 });
  });
});

describe('the delay before a restart', () => {
  test('is nothing at first and grows to ten seconds while processes die young', () => {
    const delay = createRestartDelay();
    const delays = Array.from({ length: 9 }, () => delay.next(100));
    expect(delays).toEqual([0, 250, 500, 1000, 2000, 5000, 10_000, 10_000, 10_000]);
  });

  test('is nothing again after a process that lived', () => {
    const delay = createRestartDelay();
    for (let death = 0; death < 5; death++) delay.next(100);
    expect(delay.next(60_000)).toBe(0);
    expect(delay.next(100)).toBe(250);
  });
});
