import { describe, expect, test } from 'vitest';
import { RETRY_CAP_MS } from '../../../device/core/outbox.ts';
import {
  confirmWithdrawal,
  type Downlink,
  type DownlinkParts,
  downloadModel,
  LOOK_EVERY_MS,
  startDownlink,
} from '../../../device/sync/downlink.ts';
import type { CallResult } from '../../../device/sync/server-calls.ts';
import type { DownlinkAnswer } from '../../../sync-server/protocol/downlink.ts';
import { type ProblemCode, problemBody } from '../../../sync-server/protocol/problem.ts';
import { createFakeTimers } from '../../support/fake-timers.ts';

const NOTHING: DownlinkAnswer = { downlinkVersion: 1, settings: null, model: null, withdrawal: null };
const SETTINGS = { version: 2, values: { novelty: 1 } };
const MODEL = { modelId: 'a'.repeat(64), sizeBytes: 7, signature: 'A'.repeat(86) };
const WITHDRAWAL = {
  orderId: '01900000-0000-7000-8000-0000000000aa',
  participantId: '01900000-0000-7000-8000-0000000000bb',
};

type Result = CallResult<unknown>;
const OFFLINE: Result = { kind: 'silence', reason: 'connect ECONNREFUSED' };
const answer = (value: unknown): Result => ({ kind: 'answer', value });
const refusal = (code: ProblemCode, retryAfterMs = 0): Result => ({
  kind: 'refusal',
  problem: problemBody(code),
  retryAfterMs,
});

/** Runs what is ready, and what that makes ready. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 1; turns++) await new Promise((resolve) => setImmediate(resolve));
}

function createBox(replies: Result[] = []) {
  const timers = createFakeTimers();
  const box = {
    timers,
    random: 0.5,
    /** What the server says next; the last is said for ever. */
    replies,
    asked: [] as string[],
    taken: [] as unknown[],
    waits: [] as string[],
    /** What the parts answer. */
    notNow: undefined as { reason: string } | undefined,
    parts(): DownlinkParts {
      const take = async (part: unknown) => {
        box.taken.push(part);
        return box.notNow;
      };
      return {
        calls: {
          request: async (method: string, path: string) => {
            box.asked.push(`${method} ${path}`);
            return (box.replies.length > 1 ? box.replies.shift() : box.replies[0]) as never;
          },
          download: async () => OFFLINE as never,
        },
        timers,
        random: () => box.random,
        takeSettings: take,
        takeModel: take,
        takeWithdrawal: take,
        onWaiting: (reason, retryInMs) => box.waits.push(`${reason} ${retryInMs}`),
      };
    },
    async start(): Promise<Downlink> {
      const downlink = startDownlink(box.parts());
      await settle();
      return downlink;
    },
    async runNext(): Promise<void> {
      expect(timers.runNext()).toBe(true);
      await settle();
    },
  };
  return box;
}

describe('the downlink', () => {
  test('is fetched at the start, handed on part by part, and fetched again after six hours', async () => {
    const box = createBox([answer({ ...NOTHING, settings: SETTINGS, model: MODEL })]);
    await box.start();
    expect(box.taken).toEqual([SETTINGS, MODEL]);
    expect(box.timers.pendingMs()).toEqual([LOOK_EVERY_MS]);
    await box.runNext();
    expect(box.asked).toEqual(['GET /v1/downlink', 'GET /v1/downlink']);
  });

  test('is fetched at once when the uplink hears of another version, once a version', async () => {
    const box = createBox([answer(NOTHING)]);
    const downlink = await box.start();
    downlink.heardOf(1);
    await settle();
    expect(box.asked).toHaveLength(1);
    box.replies = [answer({ ...NOTHING, downlinkVersion: 2, settings: SETTINGS })];
    downlink.heardOf(2);
    downlink.heardOf(2);
    await settle();
    expect(box.asked).toHaveLength(2);
    // Also a lower one: the server was restored.
    downlink.heardOf(1);
    await settle();
    expect(box.asked).toHaveLength(3);
  });

  test('is fetched once more when a version was heard of while it was on its way', async () => {
    const box = createBox([answer(NOTHING), answer({ ...NOTHING, downlinkVersion: 2, settings: SETTINGS })]);
    const downlink = startDownlink(box.parts());
    downlink.heardOf(2);
    await settle();
    expect(box.asked).toHaveLength(2);
    expect(box.taken).toEqual([SETTINGS]);
  });

  test('is asked for with growing pauses while there is no network, for a year if need be', async () => {
    const box = createBox([OFFLINE]);
    await box.start();
    expect(box.waits).toEqual(['connect ECONNREFUSED 500']);
    for (let i = 0; i < 12; i++) await box.runNext();
    expect(box.waits.at(-1)).toBe(`connect ECONNREFUSED ${RETRY_CAP_MS / 2}`);
    const yearMs = 365 * 24 * 60 * 60_000;
    box.random = 0.999;
    while (box.timers.nowMs() < yearMs) await box.runNext();
    box.random = 0.5;
    box.replies = [answer({ ...NOTHING, downlinkVersion: 900, settings: SETTINGS, model: MODEL })];
    await box.runNext();
    expect(box.taken).toEqual([SETTINGS, MODEL]);
    // The next failure begins with a short pause again.
    box.replies = [OFFLINE];
    await box.runNext();
    expect(box.waits.at(-1)).toBe('connect ECONNREFUSED 500');
  }, 20_000);

  test('that could not be taken is asked for again soon; the other part was taken', async () => {
    const box = createBox([answer({ ...NOTHING, settings: SETTINGS, model: MODEL })]);
    box.notNow = { reason: 'disk full' };
    const downlink = await box.start();
    expect(box.taken).toEqual([SETTINGS, MODEL]);
    expect(box.waits).toEqual(['disk full; disk full 500']);
    // An acknowledgement with the same version is no reason to hurry.
    downlink.heardOf(1);
    await settle();
    expect(box.asked).toHaveLength(1);
    box.notNow = undefined;
    await box.runNext();
    expect(box.timers.pendingMs()).toEqual([LOOK_EVERY_MS]);
  });

  test('of a box that was taken off the server is asked for every hour', async () => {
    const box = createBox([refusal('deviceRevoked')]);
    await box.start();
    expect(box.timers.pendingMs()).toEqual([60 * 60_000]);
  });

  test('with a withdrawal brings nothing else, and is the last', async () => {
    const box = createBox([answer({ ...NOTHING, settings: SETTINGS, model: MODEL, withdrawal: WITHDRAWAL })]);
    const downlink = await box.start();
    expect(box.taken).toEqual([WITHDRAWAL]);
    downlink.heardOf(7);
    await settle();
    expect([box.asked.length, box.timers.pendingMs()]).toEqual([1, []]);
  });

  test('repeats a withdrawal that could not be carried out', async () => {
    const box = createBox([answer({ ...NOTHING, withdrawal: WITHDRAWAL })]);
    box.notNow = { reason: 'disk full' };
    await box.start();
    box.notNow = undefined;
    await box.runNext();
    expect(box.taken).toEqual([WITHDRAWAL, WITHDRAWAL]);
    expect(box.timers.pendingMs()).toEqual([]);
  });

  test('is not fetched any more once closed', async () => {
    const box = createBox([answer(NOTHING)]);
    const downlink = await box.start();
    await downlink.close();
    downlink.heardOf(3);
    await settle();
    expect([box.asked.length, box.timers.pendingMs()]).toEqual([1, []]);
  });
});

describe('the word that all is erased', () => {
  async function confirm(box: ReturnType<typeof createBox>, stop = new AbortController()) {
    const done = confirmWithdrawal({ ...box.parts(), orderId: WITHDRAWAL.orderId, stop: stop.signal });
    await settle();
    return { done, stop };
  }

  test.each<[string, Result]>([
    ['is taken', answer({ orderId: WITHDRAWAL.orderId })],
    ['was taken before, and the key forgotten', refusal('keyUnknown')],
    ['is not waited for by a restored server', refusal('orderUnknown')],
    ['comes from a box that was taken off since', refusal('deviceRevoked')],
  ])('%s: it need not be said again', async (_, reply) => {
    const box = createBox([reply]);
    const { done } = await confirm(box);
    expect(await done).toBe(true);
    expect(box.asked).toEqual(['POST /v1/withdrawn']);
  });

  test('is said again until it is heard', async () => {
    const box = createBox([
      OFFLINE,
      refusal('storeUnavailable', 5_000),
      { kind: 'stranger', status: 200, reason: 'a sign-in page', retryAfterMs: 0 },
      answer({ orderId: WITHDRAWAL.orderId }),
    ]);
    const { done } = await confirm(box);
    for (let i = 0; i < 3; i++) await box.runNext();
    expect(await done).toBe(true);
    expect(box.waits.map((wait) => wait.replace(/^.* /, ''))).toEqual(['500', '6000', '2000']);
  });

  test('waits for the next start when the box is stopped', async () => {
    const box = createBox([OFFLINE]);
    const { done, stop } = await confirm(box);
    stop.abort();
    expect(await done).toBe(false);
    expect(box.timers.pendingMs()).toEqual([]);
  });
});

test('a model is asked for by its id and in its size, and no answer is a reason', async () => {
  const asked: unknown[] = [];
  const bytes = new Uint8Array([1, 2, 3]);
  const download = (result: Result) => async (path: string, maxBytes: number) => {
    asked.push([path, maxBytes]);
    return result as CallResult<Uint8Array>;
  };
  expect(await downloadModel({ download: download(answer(bytes)) }, MODEL)).toBe(bytes);
  expect(await downloadModel({ download: download(OFFLINE) }, MODEL)).toEqual({
    failure: 'connect ECONNREFUSED',
  });
  expect(asked[0]).toEqual([`/v1/models/${MODEL.modelId}`, 7]);
});
