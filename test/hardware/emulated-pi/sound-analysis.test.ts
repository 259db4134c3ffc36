import { describe, expect, test } from 'vitest';
import { msToFrames } from '../../../device/audio/audio-format.ts';
import { createRandom } from '../../../models/population/learners/seeded-random.ts';
import { createSongFinder } from '../../support/song-in-sound.ts';
import { firstAudible, interruptTimes, longestUnbroken, parseRecording, silences } from './recording.ts';
import { followSong } from './song-following.ts';

/** Noise below some 2 kHz, never the same twice. */
function madeUpSong(seed: number, seconds: number): Float32Array {
  const random = createRandom(seed);
  let [once, twice] = [0, 0];
  return Float32Array.from({ length: msToFrames(seconds * 1000) }, () => {
    once += 0.2 * (random() - 0.5 - once);
    twice += 0.2 * (once - twice);
    return twice;
  });
}

const SONG = madeUpSong(1, 4);
const OTHER = madeUpSong(2, 4);

describe('finding a song in what was heard', () => {
  const finder = createSongFinder(SONG);

  test.each([0, 1, 1234, 100_003, SONG.length - 8820])(
    'a piece from frame %i is found there, at any gain',
    (at) => {
      const piece = SONG.slice(at, at + 8820).map((sample) => 0.3 * sample);
      const match = finder.find(piece);
      expect(match.at).toBe(at);
      expect(match.correlation).toBeCloseTo(1, 6);
    },
  );

  test('a piece of another song is like it nowhere', () => {
    expect(finder.find(OTHER.slice(5000, 13_820)).correlation).toBeLessThan(0.6);
  });
});

describe('following a song through a recording', () => {
  const windowFrames = msToFrames(100);

  test('every window of an undisturbed song is found, in order', () => {
    const windows = followSong(SONG, SONG, { from: 0, to: SONG.length, windowFrames });
    expect(windows).toHaveLength(40);
    expect(windows.every(({ correlation }) => correlation > 0.999)).toBe(true);
    expect(windows.map(({ at }) => at)).toEqual(windows.map((_, i) => i * windowFrames));
  });

  test('after a hole the song is found again where it went on', () => {
    const hole = msToFrames(130);
    const cut = msToFrames(1000);
    const heard = new Float32Array(SONG.length + hole);
    heard.set(SONG.subarray(0, cut));
    heard.set(SONG.subarray(cut), cut + hole);
    const windows = followSong(heard, SONG, { from: 0, to: heard.length, windowFrames });
    const missed = windows.filter(({ correlation }) => correlation < 0.9);
    expect(missed.length).toBeLessThanOrEqual(2);
    for (const { from, at } of windows.filter((window) => window.from > cut + hole))
      expect(at).toBe(from - hole);
  });

  test('another song is not followed', () => {
    const windows = followSong(OTHER, SONG, { from: 0, to: OTHER.length, windowFrames });
    expect(windows.every(({ correlation }) => correlation < 0.9)).toBe(true);
  });
});

describe('reading what the emulated Pi recorded', () => {
  const sound = Buffer.alloc(4 * 44_100);
  sound.writeInt16LE(33, 4 * 441);

  test('frames have the time the card gave them, whatever one late mark says', () => {
    const recording = parseRecording(sound, '441 2010000000\n882 2020000000\n1323 2090000000\n');
    expect(recording.msOf(0)).toBeCloseTo(2000, 6);
    expect(recording.frameAt(2010)).toBe(441);
  });

  test('a hole in the recording is told', () => {
    expect(() => parseRecording(sound, '441 2010000000\noverrun\n')).toThrow('1 hole');
  });

  test('the first sample that can be heard is found, and the silences around it', () => {
    const { samples } = parseRecording(sound, '441 2010000000\n');
    expect(firstAudible(samples, 0)).toBe(441);
    expect(firstAudible(samples, 442)).toBeUndefined();
    expect(silences(samples, 10)).toEqual([
      { from: 0, to: 441 },
      { from: 442, to: 44_100 },
    ]);
  });

  test('the longest piece without a hole is found', () => {
    const samples = new Float32Array(1000).fill(0.1);
    samples.fill(0, 100, 200);
    samples.fill(0, 600, 610);
    expect(longestUnbroken(samples, { from: 50, to: 900 })).toEqual({ from: 200, to: 900 });
    expect(longestUnbroken(samples, { from: 0, to: 90 })).toEqual({ from: 0, to: 90 });
  });

  test('only interrupts of the line asked for are its edges', () => {
    const trace = `# tracer: nop
            node-166     [000] dNh..    83.057706: irq_handler_entry: irq=30 name=gpiolib
          <idle>-0       [001] d.h..    83.118949: irq_handler_entry: irq=31 name=gpiolib
`;
    expect(interruptTimes(trace, 30)).toEqual([expect.closeTo(83_057.706, 3)]);
  });
});
