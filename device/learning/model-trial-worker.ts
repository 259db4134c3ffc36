/** Worker thread that tries one model, at the lowest priority: presses and music always come first. */
import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { lowerThreadPriority } from '../hardware/thread-priority.ts';
import type { TrialAnswer, TrialJob } from './model-trial-messages.ts';
import { tryModel } from './try-model.ts';

lowerThreadPriority();

const port = parentPort!;
port.on('message', async (job: TrialJob) => {
  const answer: TrialAnswer = await tryModel(job, (path) => readFile(path)).catch((error: Error) => ({
    kind: 'failed',
    reason: error.message,
  }));
  port.postMessage(answer);
});
