/** The process that tries one model: its native code and its memory are the system's again when it ends. */
import { readFile } from 'node:fs/promises';
import { hearBox } from '../side-process-entry.ts';
import type { TrialAnswer, TrialJob } from './model-trial-messages.ts';
import { tryModel } from './try-model.ts';

const box = hearBox<TrialJob, TrialAnswer>(async (job) => {
  const answer: TrialAnswer = await tryModel(job, (path) => readFile(path)).catch((error: Error) => ({
    kind: 'failed',
    reason: error.message,
  }));
  box.answer(answer);
});
