/** The loop's side of a trial: one thread for one trial, ended with it, or when it hangs or nobody wants it any more. */
import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled-entry.ts';
import type { TrialAnswer, TrialJob } from './model-trial-messages.ts';

/** Never rejects; `failed` when it was ended before it had an answer. */
export type ModelTrial = (job: TrialJob, stop: AbortSignal) => Promise<TrialAnswer>;

/** The part of a `Worker` that is needed. */
export interface TrialThread {
  postMessage(job: TrialJob): void;
  on(event: 'message', listener: (answer: TrialAnswer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<number>;
}

/** 5,000 presses of 500 songs take about a minute on a desktop, under both models; a busy Pi needs many times that. */
const HANGS_AFTER_MS = 60 * 60_000;

/** Starts `model-trial-worker.ts` from its compiled form; it alone does not keep the process alive. */
export function startTrialThread(): TrialThread {
  const worker = new Worker(compiledEntry(import.meta.url, './model-trial-worker.ts'));
  worker.unref();
  return worker;
}

export function createModelTrial(startThread: () => TrialThread = startTrialThread): ModelTrial {
  return (job, stop) =>
    new Promise((resolve) => {
      if (stop.aborted) return resolve(failed('nobody waits for it any more'));
      const thread = startThread();
      const settle = (answer: TrialAnswer): void => {
        clearTimeout(watchdog);
        stop.removeEventListener('abort', onStop);
        resolve(answer);
        void thread.terminate();
      };
      const onStop = (): void => settle(failed('nobody waits for it any more'));
      const watchdog = setTimeout(
        () => settle(failed(`no answer for ${HANGS_AFTER_MS / 60_000} minutes`)),
        HANGS_AFTER_MS,
      ).unref();
      stop.addEventListener('abort', onStop, { once: true });
      thread.on('message', settle);
      thread.on('error', (error) => settle(failed(error.message)));
      thread.on('exit', () => settle(failed('its thread ended by itself')));
      thread.postMessage(job);
    });
}

function failed(reason: string): TrialAnswer {
  return { kind: 'failed', reason };
}
