/** Meyda on a thread of its own: the garbage it leaves is then collected on its own time, not on its rival's. */
import { parentPort, workerData } from 'node:worker_threads';
import { runMeyda } from './feature-rivals.ts';

const { signal } = workerData as { readonly signal: Float32Array };

parentPort!.on('message', () => {
  const begin = performance.now();
  runMeyda(signal);
  parentPort!.postMessage(performance.now() - begin);
});
