/**
 * The learner's side of training: one forest at a time in a thread of its own, which ends with its forest. A thread
 * that dies or hangs is tried once more; a forest that cannot be trained is told, and the box goes on without it.
 */
import { Worker } from 'node:worker_threads';
import type { ForestRows } from '../../models/child/forest-rows.ts';
import type { Forest } from '../../models/child/forest-votes.ts';
import { compiledEntry } from '../compiled-entry.ts';
import type { ForestAnswer, ForestJob } from './forest-messages.ts';

/** Trains forests beside the loop. */
export interface ForestTraining {
  /** Never rejects; undefined where it cannot be trained, which `onFault` has been told. */
  train(rows: ForestRows, seed: number): Promise<Forest | undefined>;
  /** Ends what is being trained; its promise stays open. */
  close(): void;
}

/** The part of a `Worker` that is needed. */
export interface TrainingThread {
  postMessage(job: ForestJob): void;
  on(event: 'message', listener: (answer: ForestAnswer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<number>;
}

/** 500 songs take 2 s on a desktop; a Pi that also hears new songs needs some minutes. After this it hangs. */
const HANGS_AFTER_MS = 30 * 60_000;

/** 500 songs of 42 inputs train within 8 MB; a larger heap would only make the collector lazy. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/** A second thread finds out whether the first one's end was chance. */
const ATTEMPTS = 2;

interface ThreadDeath {
  readonly kind: 'died';
  readonly reason: string;
}

function death(reason: string): ThreadDeath {
  return { kind: 'died', reason };
}

/** Starts `forest-worker.ts` from its compiled form; it alone does not keep the process alive. */
export function startTrainingThread(): TrainingThread {
  const worker = new Worker(compiledEntry(import.meta.url, './forest-worker.ts'), {
    resourceLimits: RESOURCE_LIMITS,
  });
  worker.unref();
  return worker;
}

export function createForestThread(
  onFault: (reason: string) => void,
  startThread: () => TrainingThread = startTrainingThread,
): ForestTraining {
  let current: TrainingThread | undefined;
  let isClosed = false;

  /** What one thread makes of the job; it is ended in any case. */
  function attempt(
    job: ForestJob,
  ): Promise<ForestAnswer | { readonly kind: 'died'; readonly reason: string }> {
    return new Promise((resolve) => {
      const thread = startThread();
      current = thread;
      const settle = (answer: Parameters<typeof resolve>[0]): void => {
        if (isClosed || current !== thread) return;
        clearTimeout(watchdog);
        current = undefined;
        resolve(answer);
        void thread.terminate();
      };
      const watchdog = setTimeout(
        () => settle(death(`no answer for ${HANGS_AFTER_MS / 60_000} minutes`)),
        HANGS_AFTER_MS,
      ).unref();
      thread.on('message', settle);
      thread.on('error', (error) => settle(death(error.message)));
      thread.on('exit', () => settle(death('its thread ended by itself')));
      thread.postMessage(job);
    });
  }

  return {
    async train(rows, seed) {
      let reason = '';
      for (let made = 0; made < ATTEMPTS; made++) {
        const answer = await attempt({ rows, seed }).catch((error: Error) => death(error.message));
        if (answer.kind === 'trained') return answer.forest;
        reason = answer.reason;
        // The same rows would fail the same way again.
        if (answer.kind === 'failed') break;
      }
      onFault(
        `One part of what the box has learnt could not be worked out anew (a forest of ${rows.songs} songs); ` +
          `it goes on with the rest and tries again when more songs are known. ${reason}`,
      );
      return undefined;
    },
    close() {
      isClosed = true;
      void current?.terminate();
    },
  };
}
