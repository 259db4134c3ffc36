import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createModelTrial, type TrialProcess } from '../../../device/learning/model-trial.ts';
import type { TrialAnswer, TrialJob } from '../../../device/learning/model-trial-messages.ts';
import { bundleOf, songsOfThatWorld, trainSmallModel } from '../../support/model-bundles.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const JOB: TrialJob = { modelId: 'a'.repeat(64), path: 'model', pathBefore: null, songs: [], presses: [] };
const ANSWER: TrialAnswer = { kind: 'tried', presses: 3, logLoss: 1, logLossBefore: 1.1 };

function createFakeThread() {
  const listeners = new Map<string, (value: never) => void>();
  const thread = {
    jobs: [] as TrialJob[],
    isEnded: false,
    postMessage: (job: unknown) => void thread.jobs.push(job as TrialJob),
    on: (event: string, listener: (value: never) => void) => void listeners.set(event, listener),
    async terminate() {
      thread.isEnded = true;
    },
    tell: (event: string, value?: unknown) => listeners.get(event)?.(value as never),
  };
  return thread satisfies TrialProcess;
}

describe('a trial in its process', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each<[string, (thread: ReturnType<typeof createFakeThread>, stop: AbortController) => void, unknown]>([
    ['has an answer', (thread) => thread.tell('message', ANSWER), ANSWER],
    [
      'dies',
      (thread) => thread.tell('exit', { how: 'ended (SIGABRT)', isFromOutside: false }),
      { kind: 'failed', reason: 'its process ended (SIGABRT)' },
    ],
    [
      'hangs',
      () => vi.advanceTimersByTime(60 * 60_000),
      { kind: 'failed', reason: 'no answer for 60 minutes' },
    ],
    [
      'is not wanted any more',
      (_, stop) => stop.abort(),
      { kind: 'failed', reason: 'nobody waits for it any more' },
    ],
  ])('that %s is over, and its process is ended', async (_, happen, expected) => {
    const thread = createFakeThread();
    const stop = new AbortController();
    const answer = createModelTrial(() => thread)(JOB, stop.signal);
    expect([thread.jobs, thread.isEnded]).toEqual([[JOB], false]);
    happen(thread, stop);
    expect(await answer).toEqual(expected);
    expect(thread.isEnded).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that nobody wants is not begun', async () => {
    const answer = createModelTrial(() => {
      throw new Error('begun');
    })(JOB, AbortSignal.abort());
    expect(await answer).toMatchObject({ kind: 'failed' });
  });
});

// Needs the build, as every real process does.
test('a real process tries a real model, while the loop goes on', async () => {
  const path = join(temporaryFolder(), 'model');
  const bytes = bundleOf(trainSmallModel());
  writeFileSync(path, bytes);
  const songs = songsOfThatWorld(12);
  const presses = Array.from({ length: 60 }, (_, i) => songs[(i * 5) % songs.length]!);
  const modelId = createHash('sha256').update(bytes).digest('hex');
  const trial = createModelTrial();
  const never = new AbortController().signal;
  const answer = await trial({ modelId, path, pathBefore: path, songs, presses }, never);
  expect(answer).toMatchObject({ kind: 'tried', presses: 60 });
  if (answer.kind === 'tried') expect(answer.logLoss).toBe(answer.logLossBefore);
  const gone = await trial({ ...JOB, path: `${path}.gone` }, never);
  expect(gone).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/ENOENT/) });
});
