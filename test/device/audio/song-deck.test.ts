import { describe, expect, test } from 'vitest';
import { CHANNELS, msToFrames } from '../../../device/audio/audio-format.ts';
import type { Decoder, OpenSong } from '../../../device/audio/decode-thread.ts';
import { createMixer } from '../../../device/audio/mixer.ts';
import { createOutputPump } from '../../../device/audio/output-pump.ts';
import { createSongDeck } from '../../../device/audio/song-deck.ts';
import { createSongFeed, type SongFeed } from '../../../device/audio/song-feed.ts';
import type { Chunk } from '../../../device/audio/stereo-song.ts';
import type { PlayerEvent } from '../../../device/core/ports.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { songNumber } from '../../support/songs.ts';

const first = songNumber(1);
const second = songNumber(2);

interface Opened {
  readonly song: OpenSong;
  readonly feed: SongFeed;
  isHurried: boolean;
  isClosed: boolean;
  decode(ms: number): void;
  end(failure?: { reason: string; hint: string }): void;
}

/** A decoder that decodes when told. */
function fakeDecoder(): Decoder & { opened: Opened[] } {
  const opened: Opened[] = [];
  return {
    opened,
    open(song) {
      const { from, aheadFrames, onProgress } = song;
      const feed = createSongFeed({ from, aheadFrames, allow: () => {}, giveBack: () => {} });
      const stream: Opened = {
        song,
        feed,
        isHurried: song.isUrgent,
        isClosed: false,
        decode(ms) {
          const chunk: Chunk = new Float32Array(msToFrames(ms) * CHANNELS).fill(0.25);
          feed.push(chunk);
          onProgress();
        },
        end(failure) {
          feed.complete(failure);
          onProgress();
        },
      };
      opened.push(stream);
      return {
        feed,
        hurry() {
          stream.isHurried = true;
        },
        close() {
          stream.isClosed = true;
        },
      };
    },
    check() {},
    close() {},
  };
}

function setUp() {
  const clock = createFakeClock();
  const mixer = createMixer();
  const decoder = fakeDecoder();
  const events: PlayerEvent[] = [];
  const written: number[] = [];
  const pump = createOutputPump({
    monotonicMs: clock.monotonicMs,
    mixer,
    target: { slackMs: 0, backlogMs: 0, write: (block) => written.push(...block) },
    onNews: (news, atMs) => deck.hear(news, atMs),
  });
  const deck = createSongDeck({
    monotonicMs: clock.monotonicMs,
    mixer,
    pump,
    decoder,
    emit: (event) => events.push(event),
  });
  /** Time goes on, the pump with it. */
  function pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.advance(10);
      pump.wake();
    }
  }
  const lastSample = (): number => written.at(-1) ?? 0;
  return { clock, decoder, deck, events, pass, lastSample };
}

const play = (playId: number, track = first, fadeInMs = 50) =>
  ({ kind: 'play', playId, track, fadeInMs }) as const;

describe('the song deck', () => {
  test('a song decoded ahead starts within the call and goes on in the same stream', () => {
    const { clock, decoder, deck, events } = setUp();
    deck.prepare([first, second]);
    for (const stream of decoder.opened) stream.decode(2000);
    deck.play(play(1));
    expect(events).toEqual([{ kind: 'songStarted', playId: 1, atMs: clock.monotonicMs(), wasAhead: true }]);
    expect(decoder.opened[0]!.isHurried).toBe(true);
    expect(decoder.opened[0]!.isClosed).toBe(false);
  });

  test('a song taken from those prepared is decoded ahead again', () => {
    const { decoder, deck } = setUp();
    deck.prepare([first, second]);
    deck.play(play(1));
    expect(decoder.opened.map(({ song }) => song.path)).toEqual([first.path, second.path, first.path]);
    expect(decoder.opened[2]!.isHurried).toBe(false);
  });

  test('a song not decoded ahead starts with its first tenth of a second', () => {
    const { decoder, deck, events, pass } = setUp();
    deck.play(play(1));
    pass(50);
    decoder.opened[0]!.decode(90);
    expect(events).toEqual([]);
    decoder.opened[0]!.decode(20);
    expect(events).toMatchObject([{ kind: 'songStarted', playId: 1, wasAhead: false }]);
  });

  test('a new list closes what is no longer on it and keeps the rest', () => {
    const { decoder, deck } = setUp();
    deck.prepare([first, second]);
    deck.prepare([second]);
    expect(decoder.opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  test('a song played to its end is told as ended, after its last sample', () => {
    const { decoder, deck, events, pass, lastSample } = setUp();
    deck.play(play(1));
    decoder.opened[0]!.decode(500);
    decoder.opened[0]!.end();
    pass(440);
    expect(events.map(({ kind }) => kind)).toEqual(['songStarted']);
    pass(100);
    expect(events.map(({ kind }) => kind)).toEqual(['songStarted', 'songEnded']);
    expect(lastSample()).toBe(0);
  });

  test('a stopped song is silent within its fade and tells nothing more', () => {
    const { decoder, deck, events, pass, lastSample } = setUp();
    deck.play(play(1));
    decoder.opened[0]!.decode(5000);
    pass(500);
    expect(lastSample()).not.toBe(0);
    deck.stop(300);
    pass(350);
    expect(lastSample()).toBe(0);
    expect(events.map(({ kind }) => kind)).toEqual(['songStarted']);
    expect(decoder.opened[0]!.isClosed).toBe(true);
  });

  test('a song stopped before it could start never starts', () => {
    const { decoder, deck, events, pass } = setUp();
    deck.play(play(1));
    deck.stop(300);
    decoder.opened[0]!.decode(1000);
    pass(100);
    expect(events).toEqual([]);
    expect(decoder.opened[0]!.isClosed).toBe(true);
  });

  test('a song asked for under another takes over; the other tells nothing more', () => {
    const { decoder, deck, events, pass } = setUp();
    deck.play(play(1));
    decoder.opened[0]!.decode(200);
    decoder.opened[0]!.end();
    deck.play(play(2, second, 500));
    decoder.opened[1]!.decode(5000);
    pass(1000);
    expect(events.map((event) => 'playId' in event && event.playId)).toEqual([1, 2]);
    expect(decoder.opened[0]!.isClosed).toBe(true);
  });

  test.each([
    ['broken from the first byte', 0, []],
    ['broken in the middle', 500, ['songStarted']],
  ] as const)('a song %s fails with a reason without its path', (_, decodedMs, before) => {
    const { decoder, deck, events, pass } = setUp();
    deck.play(play(1));
    const stream = decoder.opened[0]!;
    if (decodedMs > 0) stream.decode(decodedMs);
    stream.end({ reason: `cannot read ${first.path}`, hint: 'Copy it again.' });
    pass(1000);
    expect(events.map(({ kind }) => kind)).toEqual([...before, 'songFailed']);
    expect(events.at(-1)).toEqual({
      kind: 'songFailed',
      playId: 1,
      reason: 'cannot read the file. Copy it again.',
    });
  });

  test('a song that failed ahead is tried again when it is asked for', () => {
    const { decoder, deck, events } = setUp();
    deck.prepare([first]);
    decoder.opened[0]!.end({ reason: 'stick pulled out', hint: '' });
    deck.play(play(1));
    expect(events).toEqual([]);
    decoder.opened[1]!.decode(200);
    expect(events).toMatchObject([{ kind: 'songStarted', wasAhead: false }]);
  });

  test('a song without a sample has failed', () => {
    const { decoder, deck, events } = setUp();
    deck.play(play(1));
    decoder.opened[0]!.end();
    expect(events).toEqual([{ kind: 'songFailed', playId: 1, reason: 'there is no sound in the file' }]);
  });

  test('a song begun in an earlier process goes on where it should be, decoding time included', () => {
    const { clock, decoder, deck, events } = setUp();
    const startedAtMs = clock.monotonicMs();
    clock.advance(10_000);
    deck.play({ ...play(1), startedAtMs });
    const stream = decoder.opened[0]!;
    expect(stream.song.from).toBe(msToFrames(10_000));
    clock.advance(400);
    stream.decode(300);
    expect(events).toEqual([]);
    stream.decode(300);
    expect(events).toMatchObject([{ kind: 'songStarted', playId: 1 }]);
    // The first block has been handed on: 256 frames.
    expect(stream.feed.position).toBe(msToFrames(10_400) + 256);
  });

  test('a song that would be over by now has ended', () => {
    const { clock, decoder, deck, events } = setUp();
    deck.play({ ...play(1), startedAtMs: clock.monotonicMs() - 70_000 });
    decoder.opened[0]!.end();
    expect(events).toEqual([{ kind: 'songEnded', playId: 1 }]);
  });

  test('knows how many songs would start at once', () => {
    const { decoder, deck } = setUp();
    deck.prepare([first, second, songNumber(3)]);
    expect(deck.figures().headsReady).toBe(0);
    decoder.opened[0]!.decode(2000);
    decoder.opened[1]!.decode(50);
    decoder.opened[2]!.end({ reason: 'broken', hint: '' });
    expect(deck.figures().headsReady).toBe(1);
  });

  test('counts the pauses a slow decoder made', () => {
    const { decoder, deck, pass } = setUp();
    deck.play(play(1));
    decoder.opened[0]!.decode(200);
    pass(1000);
    expect(deck.figures().starvations).toBe(1);
  });
});
