/** The loop's side of a trial: one process for one trial, ended with it, or when it hangs or nobody wants it any more. */
import { compiledEntry } from '../compiled-entry.ts';
import { type SideProcess, startSideProcess } from '../side-process.ts';
import type { TrialAnswer, TrialJob } from './model-trial-messages.ts';

/** Never rejects; `failed` when it was ended before it had an answer. */
export type ModelTrial = (job: TrialJob, stop: AbortSignal) => Promise<TrialAnswer>;

/** The parts of a `SideProcess` that are needed. */
export type TrialProcess = Pick<SideProcess, 'postMessage' | 'on' | 'terminate'>;

/** A bound against a runaway; a long history is some MB. */
const MAX_HEAP_MB = 256;

/** 5,000 presses of 500 songs take about a minute on a desktop, under both models; a busy Pi needs many times that. */
const HANGS_AFTER_MS = 60 * 60_000;

/** Starts `model-trial-process.ts` from its compiled form; it alone does not keep the box alive. */
export function startTrialProcess(): TrialProcess {
  return startSideProcess(compiledEntry(import.meta.url, './model-trial-process.ts'), {
    maxHeapMb: MAX_HEAP_MB,
  });
}

export function createModelTrial(start: () => TrialProcess = startTrialProcess): ModelTrial {
  return (job, stop) =>
    new Promise((resolve) => {
      if (stop.aborted) return resolve(failed('nobody waits for it any more'));
      const trial = start();
      const settle = (answer: TrialAnswer): void => {
        clearTimeout(watchdog);
        stop.removeEventListener('abort', onStop);
        resolve(answer);
        void trial.terminate();
      };
      const onStop = (): void => settle(failed('nobody waits for it any more'));
      const watchdog = setTimeout(
        () => settle(failed(`no answer for ${HANGS_AFTER_MS / 60_000} minutes`)),
        HANGS_AFTER_MS,
      ).unref();
      stop.addEventListener('abort', onStop, { once: true });
      trial.on('message', settle);
      trial.on('exit', ({ how }) => settle(failed(`its process ${how}`)));
      trial.postMessage(job);
    });
}

function failed(reason: string): TrialAnswer {
  return { kind: 'failed', reason };
}
