import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../../device/audio/audio-format.ts';
import { DecodeError } from '../../../device/audio/decode-error.ts';
import type { DecodeAnswer } from '../../../device/audio/decode-messages.ts';
import { createDecodeQueue } from '../../../device/audio/decode-queue.ts';
import type { Chunk } from '../../../device/audio/stereo-song.ts';

const CHUNK_FRAMES = 100;

type Song = (signal: AbortSignal) => AsyncGenerator<Chunk>;

function songOf(chunks: number): Song {
  return async function* () {
    for (let chunk = 0; chunk < chunks; chunk++) yield new Float32Array(CHUNK_FRAMES * CHANNELS);
  };
}

/** A song whose file never answers. */
const hanging: Song = (signal) =>
  (async function* () {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    yield new Float32Array(0);
  })();

function setUp(songs: Record<string, Song>) {
  const answers: DecodeAnswer[] = [];
  const aborted: string[] = [];
  const queue = createDecodeQueue({
    open(path, _from, signal) {
      signal.addEventListener('abort', () => aborted.push(path));
      return songs[path]!(signal);
    },
    answer: (answer) => answers.push(answer),
  });
  /** Lets everything happen that can happen without another request. */
  async function settle(): Promise<void> {
    for (let before = -1; before !== answers.length; ) {
      before = answers.length;
      for (let turn = 0; turn < 5; turn++) await nextTurn();
    }
  }
  const kinds = (streamId: number): string[] =>
    answers.filter((answer) => answer.streamId === streamId).map(({ kind }) => kind);
  return { queue, answers, aborted, settle, kinds };
}

const open = (streamId: number, path: string, allowed: number, isUrgent = false) =>
  ({ kind: 'open', streamId, path, from: 0, allowed, isUrgent }) as const;

describe('the decode queue', () => {
  test('decodes no further than allowed, and on when allowed more', async () => {
    const { queue, settle, kinds } = setUp({ a: songOf(10) });
    queue.receive(open(1, 'a', 3 * CHUNK_FRAMES));
    await settle();
    expect(kinds(1)).toEqual(['chunk', 'chunk', 'chunk']);
    queue.receive({ kind: 'allow', streamId: 1, allowed: 5 * CHUNK_FRAMES });
    await settle();
    expect(kinds(1)).toHaveLength(5);
    queue.receive({ kind: 'allow', streamId: 1, allowed: 1e9 });
    await settle();
    expect(kinds(1).slice(-2)).toEqual(['chunk', 'complete']);
  });

  test('what sounds is decoded before what is only ahead', async () => {
    const { queue, answers, settle } = setUp({ ahead: songOf(20), now: songOf(20) });
    queue.receive(open(1, 'ahead', 1e9));
    queue.receive(open(2, 'now', 1e9, true));
    await settle();
    const firstDone = answers.findIndex(({ kind }) => kind === 'complete');
    expect(answers[firstDone]!.streamId).toBe(2);
    // One chunk of the other song was already under way.
    expect(answers.slice(0, firstDone).filter(({ streamId }) => streamId === 1).length).toBeLessThanOrEqual(
      1,
    );
  });

  test('a song decoded ahead that is now wanted goes first from there on', async () => {
    const { queue, answers, settle } = setUp({ a: songOf(30), b: songOf(30) });
    queue.receive(open(1, 'a', 1e9));
    queue.receive(open(2, 'b', 1e9));
    queue.receive({ kind: 'hurry', streamId: 2 });
    await settle();
    expect(answers.find(({ kind }) => kind === 'complete')!.streamId).toBe(2);
  });

  test('a song that hangs on its disk holds up no other', async () => {
    const { queue, settle, kinds } = setUp({ hanging, fine: songOf(3) });
    queue.receive(open(1, 'hanging', 1e9));
    queue.receive(open(2, 'fine', 1e9));
    await settle();
    expect(kinds(2)).toEqual(['chunk', 'chunk', 'chunk', 'complete']);
  });

  test('a closed song is aborted and never heard of again', async () => {
    const { queue, answers, aborted, settle } = setUp({ hanging });
    queue.receive(open(1, 'hanging', 1e9));
    await settle();
    queue.receive({ kind: 'close', streamId: 1 });
    await settle();
    expect(aborted).toEqual(['hanging']);
    expect(answers).toEqual([]);
  });

  test.each([
    [
      'a refusal in its own words',
      new DecodeError('notAudio'),
      'this is not a music file, whatever its name says',
    ],
    ['a fault of ours as such', new TypeError('x is undefined'), 'the decoder failed (x is undefined)'],
  ])('a song that cannot be decoded is told as %s', async (_, error, reason) => {
    const broken: Song = () =>
      (async function* () {
        yield new Float32Array(CHUNK_FRAMES * CHANNELS);
        throw error;
      })();
    const { queue, answers, settle } = setUp({ broken });
    queue.receive(open(1, 'broken', 1e9));
    await settle();
    expect(answers.map(({ kind }) => kind)).toEqual(['chunk', 'failed']);
    expect(answers[1]).toMatchObject({ reason, hint: expect.stringMatching(/\w/) });
  });
});
