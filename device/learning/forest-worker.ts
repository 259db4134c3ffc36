/** Worker thread that trains one forest, at the lowest priority: presses and music always come first. */
import { parentPort } from 'node:worker_threads';
import { trainForest } from '../../models/forest/train-forest.ts';
import { lowerThreadPriority } from '../hardware/thread-priority.ts';
import type { ForestAnswer, ForestJob } from './forest-messages.ts';

lowerThreadPriority();

function train({ rows, seed }: ForestJob): ForestAnswer {
  try {
    return { kind: 'trained', forest: trainForest(rows, seed) };
  } catch (error) {
    return { kind: 'failed', reason: (error as Error).message };
  }
}

const port = parentPort!;
port.on('message', (job: ForestJob) => port.postMessage(train(job)));
