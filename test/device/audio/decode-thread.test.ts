import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../../device/audio/audio-format.ts';
import type { DecodeAnswer, DecodeRequest } from '../../../device/audio/decode-messages.ts';
import { createDecodeThread, type DecodingThread } from '../../../device/audio/decode-thread.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

/** A thread that records what it is asked and answers when told. */
function fakeThread() {
  const asked: DecodeRequest[] = [];
  const listeners = new Map<string, (value: never) => void>();
  let isTerminated = false;
  const thread: DecodingThread = {
    postMessage: (request) => asked.push(request),
    on: (event: string, listener: (value: never) => void) => listeners.set(event, listener),
    async terminate() {
      isTerminated = true;
      return 0;
    },
  };
  const tell = (event: string, value: unknown): void => listeners.get(event)?.(value as never);
  return {
    thread,
    asked,
    answer: (answer: DecodeAnswer) => tell('message', answer),
    crash: (error: Error) => tell('error', error),
    isTerminated: () => isTerminated,
  };
}

function setUp() {
  const clock = createFakeClock();
  const threads: ReturnType<typeof fakeThread>[] = [];
  const faults: string[] = [];
  const decoder = createDecodeThread({
    monotonicMs: clock.monotonicMs,
    onFault: (message) => faults.push(message),
    startThread() {
      threads.push(fakeThread());
      return threads.at(-1)!.thread;
    },
  });
  let progress = 0;
  const open = (path = 'a', aheadFrames = 1000) =>
    decoder.open({ path, from: 0, aheadFrames, isUrgent: false, onProgress: () => void progress++ });
  return { clock, threads, faults, decoder, open, progress: () => progress };
}

const chunk = (streamId: number, frames: number): DecodeAnswer => ({
  kind: 'chunk',
  streamId,
  samples: new Float32Array(frames * CHANNELS),
});

describe('the decoding thread', () => {
  test('is started before the first song, so that the first press does not wait for it', () => {
    expect(setUp().threads).toHaveLength(1);
  });

  test('what it decodes arrives in the feed of its song, used buffers go back', () => {
    const { threads, open, progress } = setUp();
    const { feed } = open();
    threads[0]!.answer(chunk(1, 300));
    expect(feed.framesReady).toBe(300);
    feed.skip(300);
    threads[0]!.answer({ kind: 'complete', streamId: 1 });
    expect(feed.isComplete).toBe(true);
    expect(progress()).toBe(2);
    expect(threads[0]!.asked.map(({ kind }) => kind)).toEqual(['open', 'giveBack']);
  });

  test('what arrives for a closed song goes straight back', () => {
    const { threads, open, progress } = setUp();
    const stream = open();
    stream.close();
    threads[0]!.answer(chunk(1, 300));
    expect(progress()).toBe(0);
    expect(threads[0]!.asked.map(({ kind }) => kind)).toEqual(['open', 'close', 'giveBack']);
  });

  test('a crash breaks off every open song, and the next one gets a new thread', () => {
    const { threads, faults, open } = setUp();
    const { feed } = open('a');
    threads[0]!.answer(chunk(1, 300));
    threads[0]!.crash(new Error('unreachable code'));
    expect(feed).toMatchObject({ framesReady: 300, isComplete: true });
    expect(feed.failure?.reason).toBe('the decoder crashed on a song');
    expect(faults).toEqual(['the decoding thread crashed: unreachable code']);
    open('b');
    expect(threads).toHaveLength(2);
    expect(threads[1]!.asked).toMatchObject([{ kind: 'open', path: 'b' }]);
  });

  test('a thread that owes samples and is silent for ten seconds is replaced', () => {
    const { clock, threads, decoder, open } = setUp();
    const { feed } = open();
    clock.advance(9000);
    decoder.check();
    expect(feed.isComplete).toBe(false);
    clock.advance(2000);
    decoder.check();
    expect(feed.failure?.reason).toMatch(/no progress for 10 seconds/);
    expect(threads[0]!.isTerminated()).toBe(true);
  });

  test('a thread that owes nothing may be silent for ever', () => {
    const { clock, threads, decoder, open, faults } = setUp();
    open('a', 300);
    threads[0]!.answer(chunk(1, 300));
    for (let hour = 0; hour < 5; hour++) {
      clock.advance(3_600_000);
      decoder.check();
    }
    expect(faults).toEqual([]);
  });
});
