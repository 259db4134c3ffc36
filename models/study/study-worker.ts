/** Thread: does tasks of a study, one at a time, as they are asked for. */
import { parentPort, workerData } from 'node:worker_threads';
import { createProtocols, type StudyOrder } from './study-order.ts';
import type { TaskAnswer, TaskRequest } from './study-threads.ts';

const protocols = createProtocols(workerData as StudyOrder);

parentPort!.on('message', ({ protocol, task }: TaskRequest) => {
  let answer: TaskAnswer;
  try {
    answer = { kind: 'done', rows: protocols[protocol]!.run(task) };
  } catch (error) {
    answer = {
      kind: 'failed',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  parentPort!.postMessage(answer);
});
