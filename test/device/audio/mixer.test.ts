import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANNELS, msToFrames } from '../../../device/audio/audio-format.ts';
import { CEILING, LIMITER_DELAY_FRAMES } from '../../../device/audio/limiter.ts';
import { createMixer, type Mixer, type MixerNews } from '../../../device/audio/mixer.ts';
import { createSongFeed, type SongFeed } from '../../../device/audio/song-feed.ts';

const BLOCK_FRAMES = 256;

/** Stereo frames of `sample(frame)`, the right side inverted. */
function material(frames: number, sample: (frame: number) => number): Float32Array<ArrayBuffer> {
  const chunk = new Float32Array(frames * CHANNELS);
  for (let frame = 0; frame < frames; frame++) {
    chunk[frame * CHANNELS] = sample(frame);
    chunk[frame * CHANNELS + 1] = -sample(frame);
  }
  return chunk;
}

function feedOf(...chunks: Float32Array<ArrayBuffer>[]): SongFeed {
  const feed = createSongFeed({ from: 0, aheadFrames: 0, allow: () => {}, giveBack: () => {} });
  for (const chunk of chunks) feed.push(chunk);
  return feed;
}

function completeFeed(...chunks: Float32Array<ArrayBuffer>[]): SongFeed {
  const feed = feedOf(...chunks);
  feed.complete();
  return feed;
}

/** Mixes about `frames` frames; answers the left side and what was told. */
function render(mixer: Mixer, frames: number): { left: number[]; news: MixerNews[] } {
  const left: number[] = [];
  const news: MixerNews[] = [];
  const block = new Float32Array(BLOCK_FRAMES * CHANNELS);
  while (left.length < frames) {
    news.push(...mixer.mix(block));
    for (let i = 0; i < block.length; i += CHANNELS) left.push(block[i]!);
  }
  return { left, news };
}

function largestJump(samples: readonly number[], before = 0): number {
  return samples.reduce(
    (most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? before))),
    0,
  );
}

const tone = (frame: number): number => 0.5 * Math.sin(frame / 20);

describe('the mixer', () => {
  test('gives exact zeros when nothing sounds, also after a song', () => {
    const mixer = createMixer();
    expect(render(mixer, 1024).left.every((sample) => Object.is(sample, 0))).toBe(true);
    mixer.start({ voiceId: 1, feed: completeFeed(material(1000, tone)), gainDb: 0, fadeInMs: 10 });
    render(mixer, 1024);
    expect(mixer.isSilent).toBe(false);
    render(mixer, 1024);
    expect(mixer.isSilent).toBe(true);
    expect(render(mixer, 1024).left.every((sample) => Object.is(sample, 0))).toBe(true);
  });

  test('plays a song as it is once it is faded in, scaled by its gain', () => {
    const mixer = createMixer();
    mixer.start({ voiceId: 1, feed: feedOf(material(20_000, tone)), gainDb: -6, fadeInMs: 100 });
    const { left } = render(mixer, 10_000 + LIMITER_DELAY_FRAMES);
    for (let frame = msToFrames(100); frame < 10_000; frame++) {
      expect(left[frame + LIMITER_DELAY_FRAMES]).toBeCloseTo(tone(frame) * 10 ** (-6 / 20), 6);
    }
  });

  test('fades in along a quarter sine, so that two songs crossing keep their power', () => {
    const mixer = createMixer();
    const fadeFrames = msToFrames(200);
    mixer.start({ voiceId: 1, feed: feedOf(material(20_000, () => 0.5)), gainDb: 0, fadeInMs: 200 });
    const { left } = render(mixer, fadeFrames + BLOCK_FRAMES);
    expect(left[LIMITER_DELAY_FRAMES + Math.round(fadeFrames / 2)]).toBeCloseTo(0.5 * Math.SQRT1_2, 3);
    mixer.releaseAll(200);
    const out = render(mixer, fadeFrames).left;
    const i = LIMITER_DELAY_FRAMES + Math.round(fadeFrames / 3);
    expect(left[i]! ** 2 + out[i]! ** 2).toBeCloseTo(0.25, 3);
  });

  test.each([10, 150, 400])('a stop of %d ms is silent after that long and told as released', (fadeOutMs) => {
    const mixer = createMixer();
    mixer.start({ voiceId: 7, feed: feedOf(material(60_000, tone)), gainDb: 0, fadeInMs: 10 });
    render(mixer, 8192);
    mixer.releaseAll(fadeOutMs);
    const { left, news } = render(mixer, msToFrames(fadeOutMs) + BLOCK_FRAMES);
    expect(news).toEqual([{ kind: 'released', voiceId: 7 }]);
    const after = msToFrames(fadeOutMs) + LIMITER_DELAY_FRAMES;
    expect(left[after - 5]).not.toBe(0);
    expect(left.slice(after + 1).every((sample) => sample === 0)).toBe(true);
  });

  test('a start and a stop without a fade are still no clicks', () => {
    const mixer = createMixer();
    mixer.start({ voiceId: 1, feed: feedOf(material(5000, () => 0.8)), gainDb: 0, fadeInMs: 0 });
    const on = render(mixer, 2048).left;
    mixer.releaseAll(0);
    const off = render(mixer, 2048).left;
    expect(largestJump([...on, ...off])).toBeLessThan(0.8 * 0.01);
    expect(off.at(-1)).toBe(0);
  });

  test('tells the start, the end, and both of a song shorter than a block', () => {
    const mixer = createMixer();
    mixer.start({ voiceId: 1, feed: completeFeed(material(100, tone)), gainDb: 0, fadeInMs: 10 });
    expect(render(mixer, BLOCK_FRAMES).news.map(({ kind }) => kind)).toEqual(['started', 'ended']);
  });

  test('a song that ends on a loud sample is faded to nothing over its last frames', () => {
    const mixer = createMixer();
    mixer.start({ voiceId: 1, feed: completeFeed(material(5000, () => 0.8)), gainDb: 0, fadeInMs: 10 });
    expect(largestJump(render(mixer, 6000).left)).toBeLessThan(0.8 * 0.01);
  });

  test('a decoder that falls behind gives a faded pause, told once, and music again when there is enough', () => {
    const mixer = createMixer();
    const feed = feedOf(material(4000, () => 0.8));
    mixer.start({ voiceId: 1, feed, gainDb: 0, fadeInMs: 10 });
    const before = render(mixer, 6000);
    expect(before.news.map(({ kind }) => kind)).toEqual(['started', 'starved']);
    feed.push(material(500, () => 0.8));
    const waiting = render(mixer, 2048);
    expect(waiting.left.every((sample) => sample === 0)).toBe(true);
    feed.push(material(30_000, () => 0.8));
    const after = render(mixer, 4096);
    expect(Math.max(...after.left)).toBeCloseTo(0.8, 5);
    expect(largestJump([...before.left, ...waiting.left, ...after.left])).toBeLessThan(0.8 * 0.01);
    expect([...waiting.news, ...after.news]).toEqual([]);
  });

  test('a song waiting for its decoder can still be stopped', () => {
    const mixer = createMixer();
    mixer.start({ voiceId: 1, feed: feedOf(material(1000, tone)), gainDb: 0, fadeInMs: 10 });
    render(mixer, 2048);
    mixer.releaseAll(100);
    expect(render(mixer, msToFrames(110)).news).toEqual([{ kind: 'released', voiceId: 1 }]);
  });

  test('turns a song that is far too loud down as a whole instead of clipping each wave', () => {
    const mixer = createMixer();
    mixer.start({
      voiceId: 1,
      feed: feedOf(material(40_000, (f) => 2 * Math.sin(f / 20))),
      gainDb: 0,
      fadeInMs: 10,
    });
    const { left } = render(mixer, 20_000);
    const late = left.slice(10_000);
    const atCeiling = late.filter((sample) => Math.abs(sample) > CEILING * 0.9999).length;
    expect(Math.max(...late)).toBeLessThanOrEqual(CEILING);
    // A clipped sine of this height would be at the ceiling for 70 % of the time.
    expect(atCeiling / late.length).toBeLessThan(0.1);
  });

  const anySample = fc.oneof(
    fc.float({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(Number.NaN, Infinity, -Infinity, 4, -4, 1e30),
  );

  test('whatever a file holds, no sample is above the ceiling or not a number', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anySample, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
        fc.double({ min: -30, max: 60, noNaN: true }),
        (songs, gainDb) => {
          const mixer = createMixer();
          songs.forEach((samples, voiceId) => {
            const feed = feedOf(material(4000, (frame) => samples[frame % samples.length]!));
            mixer.start({ voiceId, feed, gainDb, fadeInMs: 10 });
          });
          const { left } = render(mixer, 5000);
          expect(left.every((sample) => Math.abs(sample) <= CEILING)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  const deed = fc.oneof(
    fc.record({ kind: fc.constant('start' as const), fadeMs: fc.integer({ min: 0, max: 400 }) }),
    fc.record({ kind: fc.constant('stop' as const), fadeMs: fc.integer({ min: 0, max: 400 }) }),
    fc.record({ kind: fc.constant('decode' as const), frames: fc.integer({ min: 1, max: 20_000 }) }),
    fc.record({ kind: fc.constant('complete' as const) }),
    fc.record({ kind: fc.constant('play' as const), frames: fc.integer({ min: 1, max: 12_000 }) }),
  );

  test('however songs are started, stopped, starved and ended, the output moves no faster than fades do', () => {
    // A constant has no movement of its own: every step in the output is a fade or a click.
    const level = 0.15;
    fc.assert(
      fc.property(fc.array(deed, { minLength: 1, maxLength: 25 }), (deeds) => {
        const mixer = createMixer();
        const feeds: SongFeed[] = [];
        const output: number[] = [];
        for (const next of deeds) {
          if (next.kind === 'start') {
            feeds.push(feedOf(material(6000, () => level)));
            mixer.releaseAll(next.fadeMs);
            mixer.start({ voiceId: feeds.length, feed: feeds.at(-1)!, gainDb: 0, fadeInMs: next.fadeMs });
          } else if (next.kind === 'stop') mixer.releaseAll(next.fadeMs);
          else if (next.kind === 'decode') {
            if (!feeds.at(-1)?.isComplete) feeds.at(-1)?.push(material(next.frames, () => level));
          } else if (next.kind === 'complete') feeds.at(-1)?.complete();
          else output.push(...render(mixer, next.frames).left);
        }
        // Each voice may fade by two quarter sines of 10 ms at once.
        const perVoice = (2 * level * Math.PI) / 2 / msToFrames(10);
        expect(largestJump(output)).toBeLessThanOrEqual(perVoice * Math.max(1, feeds.length) + 1e-6);
        expect(largestJump(output)).toBeLessThan(level / 2);
      }),
      { numRuns: 60 },
    );
  });
});
