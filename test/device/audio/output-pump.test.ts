import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANNELS, framesToMs } from '../../../device/audio/audio-format.ts';
import type { Mixer, MixerNews } from '../../../device/audio/mixer.ts';
import {
  BLOCK_FRAMES,
  createOutputPump,
  MOST_LEAD_MS,
  WAKE_EVERY_MS,
} from '../../../device/audio/output-pump.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

/** A mixer whose every sample is `level`; tells `news` with the next block. */
function flatMixer(level: number): Mixer & { news: MixerNews[]; isSilent: boolean } {
  return {
    news: [],
    isSilent: level === 0,
    start() {},
    releaseAll() {},
    mix(block) {
      block.fill(level);
      return this.news.splice(0);
    },
  };
}

function setUp({ level = 0.5, slackMs = 0 } = {}) {
  const clock = createFakeClock();
  const mixer = flatMixer(level);
  const written = { frames: 0, writes: 0, last: 0, samples: new Set<number>() };
  const told: { news: MixerNews; atMs: number; framesBefore: number }[] = [];
  const startedAtMs = clock.monotonicMs();
  let gatheredMs = 0;
  const pump = createOutputPump({
    monotonicMs: clock.monotonicMs,
    mixer,
    target: {
      slackMs,
      get backlogMs() {
        return gatheredMs;
      },
      write(block) {
        written.frames += block.length / CHANNELS;
        written.writes += 1;
        for (const sample of block) written.samples.add(sample);
      },
    },
    onNews: (news, atMs) => told.push({ news, atMs, framesBefore: written.frames }),
  });
  const leadMs = (): number => framesToMs(written.frames) - (clock.monotonicMs() - startedAtMs);
  const gather = (ms: number): void => {
    gatheredMs = ms;
  };
  return { clock, mixer, pump, written, told, leadMs, gather };
}

describe('the output pump', () => {
  test('keeps a lead over the clock that never runs out and never passes its limit', () => {
    const { clock, pump, leadMs } = setUp();
    for (let wake = 0; wake < 500; wake++) {
      pump.wake();
      expect(leadMs()).toBeLessThanOrEqual(MOST_LEAD_MS);
      clock.advance(WAKE_EVERY_MS);
      expect(leadMs()).toBeGreaterThan(0);
    }
    expect(pump.figures()).toEqual({ lateWakes: 0, lateMs: 0 });
  });

  test('hands on the first block of a song at once, in the same call', () => {
    const { clock, mixer, pump, told, written } = setUp();
    pump.wake();
    clock.advance(3);
    const before = written.frames;
    mixer.news.push({ kind: 'started', voiceId: 1 });
    pump.pushNow();
    expect(written.frames).toBe(before + BLOCK_FRAMES);
    expect(told).toEqual([
      { news: { kind: 'started', voiceId: 1 }, atMs: clock.monotonicMs(), framesBefore: written.frames },
    ]);
  });

  test('a child drumming on the buttons queues no more than the limit', () => {
    const { pump, leadMs } = setUp();
    pump.wake();
    for (let press = 0; press < 50; press++) pump.pushNow();
    expect(leadMs()).toBeLessThanOrEqual(MOST_LEAD_MS);
  });

  test('hands on what is due in one write, whatever the number of blocks', () => {
    const { pump, written } = setUp();
    pump.wake();
    expect(written.writes).toBe(1);
    expect(written.frames).toBeGreaterThan(BLOCK_FRAMES);
  });

  test('after a wake too late it goes on from now instead of queueing what was missed, and counts it', () => {
    const { clock, pump, written } = setUp();
    pump.wake();
    const leadFrames = written.frames;
    clock.advance(1000);
    pump.wake();
    expect(written.frames).toBeLessThanOrEqual(2 * leadFrames + BLOCK_FRAMES);
    expect(pump.figures().lateWakes).toBe(1);
    expect(pump.figures().lateMs).toBeCloseTo(1000 - framesToMs(leadFrames), 6);
  });

  test('a late wake is no loss while the card plays on from its own buffer', () => {
    const { clock, pump, leadMs } = setUp({ slackMs: 20 });
    pump.wake();
    clock.advance(45);
    pump.wake();
    expect(pump.figures().lateWakes).toBe(0);
    expect(leadMs()).toBeGreaterThan(0);
  });

  test('in silence it hands on half as often, and still never lets the lead run out', () => {
    const { clock, pump, written, leadMs } = setUp({ level: 0 });
    for (let wake = 0; wake < 200; wake++) {
      pump.wake();
      clock.advance(WAKE_EVERY_MS);
      expect(leadMs()).toBeGreaterThan(WAKE_EVERY_MS);
    }
    expect(written.writes).toBeLessThan((200 * WAKE_EVERY_MS) / (2 * framesToMs(BLOCK_FRAMES)) + 2);
  });

  test('waits until what has gathered before the card is gone, once it was there twice', () => {
    const { clock, pump, written, gather } = setUp();
    pump.wake();
    gather(100);
    pump.waitForBacklog();
    clock.advance(WAKE_EVERY_MS);
    pump.wake();
    const before = written.frames;
    pump.waitForBacklog();
    for (let waited = 0; waited < 90; waited += WAKE_EVERY_MS) {
      clock.advance(WAKE_EVERY_MS);
      pump.wake();
      pump.pushNow();
    }
    expect(written.frames).toBe(before);
    gather(0);
    clock.advance(30);
    pump.wake();
    expect(written.frames).toBeGreaterThan(before);
  });

  test('takes no notice of a period that the output is just collecting', () => {
    const { clock, pump, written, gather } = setUp();
    gather(11);
    for (let beat = 0; beat < 20; beat++) {
      pump.waitForBacklog();
      clock.advance(10);
      pump.wake();
    }
    expect(framesToMs(written.frames)).toBeGreaterThan(200);
  });

  test('lateness in silence is heard by no one and not counted', () => {
    const { clock, pump } = setUp({ level: 0 });
    pump.wake();
    clock.advance(5000);
    pump.wake();
    expect(pump.figures()).toEqual({ lateWakes: 0, lateMs: 0 });
  });

  test.each([
    [0, 0],
    [1, 32_767],
    [-1, -32_767],
    [0.5, 16_384],
  ])('writes %d as %d on the 16-bit scale', (level, expected) => {
    const { pump, written } = setUp({ level });
    pump.wake();
    expect([...written.samples]).toEqual([expected]);
  });

  test('however wakes and presses fall, the lead stays within its limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ afterMs: fc.double({ min: 0, max: 60, noNaN: true }), isPress: fc.boolean() })),
        (turns) => {
          const { clock, pump, leadMs } = setUp();
          for (const { afterMs, isPress } of turns) {
            clock.advance(afterMs);
            if (isPress) pump.pushNow();
            else pump.wake();
            // Time that was forgiven makes the lead smaller when counted from the beginning, never larger.
            expect(leadMs()).toBeLessThanOrEqual(MOST_LEAD_MS + 1e-6);
          }
        },
      ),
    );
  });
});
