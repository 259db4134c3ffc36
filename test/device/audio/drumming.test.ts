/**
 * A child drumming on the buttons: deck, mixer, limiter and pump together, any sequence of presses, stops, ends and slow
 * decoders. Songs are a constant, which has no movement of its own: whatever moves in the output is a fade or a click.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHANNELS, msToFrames } from '../../../device/audio/audio-format.ts';
import type { Decoder } from '../../../device/audio/decode-thread.ts';
import { CEILING } from '../../../device/audio/limiter.ts';
import { createMixer } from '../../../device/audio/mixer.ts';
import { createOutputPump, WAKE_EVERY_MS } from '../../../device/audio/output-pump.ts';
import { createSongDeck } from '../../../device/audio/song-deck.ts';
import { createSongFeed, type SongFeed } from '../../../device/audio/song-feed.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { songNumber } from '../../support/songs.ts';

const FULL_SCALE = 32_767;

/** Faster than two hands can; a voice cut short is gone by then. */
const SHORTEST_GAP_MS = 15;

/** The most that sound at once: four, and one being cut short. */
const MOST_VOICES = 5;

const tracks = [1, 2, 3, 4, 5, 6].map((n) => ({ ...songNumber(n), gainDb: 0 }));

function setUp(level: number) {
  const clock = createFakeClock();
  const mixer = createMixer();
  const feeds: { readonly feed: SongFeed; readonly onProgress: () => void }[] = [];
  const decoder: Decoder = {
    open({ from, aheadFrames, onProgress }) {
      const feed = createSongFeed({ from, aheadFrames, allow: () => {}, giveBack: () => {} });
      feeds.push({ feed, onProgress });
      return { feed, hurry() {}, close() {} };
    },
    check() {},
    close() {},
  };
  const left: number[] = [];
  const pump = createOutputPump({
    monotonicMs: clock.monotonicMs,
    mixer,
    target: {
      slackMs: 0,
      backlogMs: 0,
      write(block) {
        for (let i = 0; i < block.length; i += CHANNELS) left.push(block[i]! / FULL_SCALE);
      },
    },
    onNews: (news, atMs) => deck.hear(news, atMs),
  });
  const deck = createSongDeck({ monotonicMs: clock.monotonicMs, mixer, pump, decoder, emit: () => {} });
  deck.prepare(tracks);
  return {
    clock,
    mixer,
    deck,
    left,
    /** The decoder gets so much further with its latest songs. */
    decode(ms: number) {
      for (const { feed, onProgress } of feeds.slice(-8)) {
        if (feed.isComplete) continue;
        feed.push(new Float32Array(msToFrames(ms) * CHANNELS).fill(level));
        onProgress();
      }
    },
    end() {
      for (const { feed, onProgress } of feeds.slice(-8)) {
        feed.complete();
        onProgress();
      }
    },
    pass(ms: number) {
      for (let passed = 0; passed < ms; passed += WAKE_EVERY_MS) {
        clock.advance(Math.min(WAKE_EVERY_MS, ms - passed));
        pump.wake();
      }
    },
  };
}

const deed = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('play' as const, 'resume' as const),
      track: fc.nat({ max: 5 }),
      fadeMs: fc.integer({ min: 0, max: 400 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('stop' as const), fadeMs: fc.integer({ min: 0, max: 400 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('decode' as const), ms: fc.integer({ min: 1, max: 400 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const) }) },
);
const day = fc.array(fc.tuple(deed, fc.integer({ min: SHORTEST_GAP_MS, max: 150 })), {
  minLength: 5,
  maxLength: 40,
});

/** Plays the deeds, ends everything, and gives all that was heard. */
function drummed(
  level: number,
  deeds: readonly (readonly [typeof deed extends fc.Arbitrary<infer T> ? T : never, number])[],
) {
  const box = setUp(level);
  let playId = 0;
  for (const [next, gapMs] of deeds) {
    if (next.kind === 'decode') box.decode(next.ms);
    else if (next.kind === 'end') box.end();
    else if (next.kind === 'stop') box.deck.stop(next.fadeMs);
    else {
      playId += 1;
      const track = tracks[next.track]!;
      const asked = { kind: 'play', playId, track, fadeInMs: next.fadeMs } as const;
      const startedAtMs = box.clock.monotonicMs() - 100;
      box.deck.play(next.kind === 'resume' ? { ...asked, startedAtMs } : asked);
    }
    box.pass(gapMs);
  }
  box.deck.stop(0);
  box.pass(600);
  expect(box.mixer.isSilent).toBe(true);
  expect(box.left.at(-1)).toBe(0);
  return box.left;
}

function largestJump(samples: readonly number[]): number {
  let most = 0;
  for (let i = 0; i < samples.length; i++)
    most = Math.max(most, Math.abs(samples[i]! - (samples[i - 1] ?? 0)));
  return most;
}

/** A voice moves by two quarter sines of 10 ms at once: its fade and its edge. */
const mostFadeJump = (level: number): number => (MOST_VOICES * 2 * level * (Math.PI / 2)) / msToFrames(10);

/** Half a step of 16 bits at each of two samples. */
const ROUNDING = 1 / FULL_SCALE;

test('whatever is pressed, no sample jumps further than the fades allow', () => {
  let loudest = 0;
  fc.assert(
    fc.property(day, (deeds) => {
      const left = drummed(0.15, deeds);
      loudest = Math.max(loudest, ...left);
      expect(largestJump(left)).toBeLessThanOrEqual(mostFadeJump(0.15) + ROUNDING);
    }),
    { numRuns: 25 },
  );
  // A click would be a jump by a whole song's level; and songs were heard, one over the other too.
  expect(mostFadeJump(0.15)).toBeLessThan(0.15 / 10);
  expect(loudest).toBeGreaterThan(0.2);
});

test('songs so loud that the limiter works all the time stay under the ceiling and do not click either', () => {
  fc.assert(
    fc.property(day, (deeds) => {
      const left = drummed(0.8, deeds);
      expect(Math.max(...left)).toBeLessThanOrEqual(CEILING);
      // What five such songs can be bent down by from one sample to the next: see gain-curve.ts.
      expect(largestJump(left)).toBeLessThanOrEqual(mostFadeJump(0.8) + (MOST_VOICES * 0.8) / 32 + ROUNDING);
      expect(largestJump(left)).toBeLessThan(0.2);
    }),
    { numRuns: 15 },
  );
});
