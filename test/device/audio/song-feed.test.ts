import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANNELS, msToFrames } from '../../../device/audio/audio-format.ts';
import { createSongFeed } from '../../../device/audio/song-feed.ts';
import type { Chunk } from '../../../device/audio/stereo-song.ts';

/** Frames `first`, `first + 1`, ... as their own samples. */
function counting(first: number, frames: number): Chunk {
  return Float32Array.from({ length: frames * CHANNELS }, (_, i) => first + Math.floor(i / CHANNELS));
}

function setUp(options: { from?: number; aheadFrames?: number } = {}) {
  const allowed: number[] = [];
  const givenBack: Chunk[] = [];
  const feed = createSongFeed({
    from: options.from ?? 0,
    aheadFrames: options.aheadFrames ?? 44_100,
    allow: (frames) => allowed.push(frames),
    giveBack: (chunk) => givenBack.push(chunk),
  });
  return { feed, allowed, givenBack };
}

describe('a song feed', () => {
  test('gives every frame once and in order, however chunks and reads are cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, sizes, (chunkFrames, readFrames) => {
        const { feed, givenBack } = setUp();
        let pushed = 0;
        for (const frames of chunkFrames) {
          feed.push(counting(pushed, frames));
          pushed += frames;
        }
        const into = new Float32Array(700 * CHANNELS);
        const heard: number[] = [];
        for (const frames of [...readFrames, ...Array<number>(30).fill(700)]) {
          const count = feed.read(into, frames);
          for (let frame = 0; frame < count; frame++) heard.push(into[frame * CHANNELS]!);
        }
        expect(heard).toEqual(Array.from({ length: pushed }, (_, frame) => frame));
        expect(feed.position).toBe(pushed);
        expect(givenBack).toHaveLength(chunkFrames.length);
      }),
      { numRuns: 50 },
    );
  });

  test('skipping leaves the next frame exact and counts towards the position', () => {
    const { feed } = setUp({ from: 1000 });
    feed.push(counting(1000, 300));
    feed.push(counting(1300, 300));
    expect(feed.skip(450)).toBe(450);
    const into = new Float32Array(CHANNELS);
    feed.read(into, 1);
    expect([...into]).toEqual([1450, 1450]);
    expect(feed.position).toBe(1451);
    expect(feed.skip(9999)).toBe(149);
  });

  test('lets the decoder on in steps of a quarter second, never further than the agreed lead', () => {
    const aheadFrames = msToFrames(2000);
    const { feed, allowed } = setUp({ aheadFrames });
    feed.push(counting(0, aheadFrames));
    const into = new Float32Array(441 * CHANNELS);
    for (let read = 0; read < 100; read++) feed.read(into, 441);
    expect(allowed).toHaveLength(4);
    expect(allowed.at(-1)).toBeLessThanOrEqual(100 * 441 + aheadFrames);
  });

  test('a larger lead is told to the decoder at once', () => {
    const { feed, allowed } = setUp({ aheadFrames: 1000 });
    feed.setAhead(5000);
    expect(allowed).toEqual([5000]);
    feed.setAhead(2000);
    expect(allowed).toEqual([5000]);
  });

  test('a song that breaks off can be read up to there, and says why', () => {
    const { feed } = setUp();
    feed.push(counting(0, 10));
    feed.complete({ reason: 'broken', hint: 'mend it' });
    expect(feed.framesReady).toBe(10);
    expect(feed.isComplete).toBe(true);
    expect(feed.failure).toEqual({ reason: 'broken', hint: 'mend it' });
  });

  test('a discarded feed gives back what it has and what still comes', () => {
    const { feed, givenBack } = setUp();
    feed.push(counting(0, 10));
    feed.discard();
    feed.push(counting(10, 10));
    expect(givenBack).toHaveLength(2);
    expect(feed.framesReady).toBe(0);
  });
});
