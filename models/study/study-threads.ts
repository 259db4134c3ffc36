/** Runs tasks in worker threads, each with the whole data and its own preparations. */
import { Worker } from 'node:worker_threads';
import type { Task } from './protocols/protocol.ts';
import type { TaskRunner } from './run-study.ts';
import type { PersonScore } from './scores.ts';
import type { StudyOrder } from './study-order.ts';

/** What a thread answers. */
export type TaskAnswer =
  | { readonly kind: 'done'; readonly rows: readonly PersonScore[] }
  | { readonly kind: 'failed'; readonly reason: string };

export interface TaskRequest {
  readonly protocol: number;
  readonly task: Task;
}

/** The compiled worker; Node 20 runs no TypeScript, so code run from source (tests) takes it from dist. */
export function studyWorkerEntry(): URL {
  const source = new URL('./study-worker.ts', import.meta.url);
  if (!import.meta.url.endsWith('.ts')) return new URL(source.href.replace(/\.ts$/, '.js'));
  return new URL('../../dist/models/study/study-worker.js', import.meta.url);
}

/** `count` threads, each a runner; end them with `close`. */
export function startStudyThreads(
  order: StudyOrder,
  count: number,
): { readonly runners: readonly TaskRunner[]; close(): Promise<void> } {
  const workers = Array.from({ length: count }, () => new Worker(studyWorkerEntry(), { workerData: order }));
  return {
    runners: workers.map((worker) => ({
      run(protocol, task) {
        return new Promise((resolve, reject) => {
          const settle = (conclude: () => void): void => {
            worker.off('message', onAnswer);
            worker.off('error', onError);
            worker.off('exit', onExit);
            conclude();
          };
          const onError = (error: unknown): void => settle(() => reject(error));
          const onExit = (): void => settle(() => reject(new Error('study thread: ended before its task')));
          const onAnswer = (answer: TaskAnswer): void =>
            settle(() => {
              if (answer.kind === 'done') resolve(answer.rows);
              else reject(new Error(`study task ${task.ground}, ${task.person}: ${answer.reason}`));
            });
          worker.on('message', onAnswer);
          worker.on('error', onError);
          worker.on('exit', onExit);
          worker.postMessage({ protocol, task } satisfies TaskRequest);
        });
      },
    })),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
