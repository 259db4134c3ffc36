/**
 * Renders pieces on worker threads, one a worker at a time, and hands each finished song over before its worker
 * takes the next. Ends every worker when it is done, when a song fails and when it is told to stop.
 */
import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../../compiled-entry.ts';
import type { RenderAnswer, RenderJob } from './render-messages.ts';

export type RenderedSong = Extract<RenderAnswer, { kind: 'rendered' }>;

/** Resolves when every title is rendered and kept; rejects with the first failure or the signal's reason. */
export async function renderAll(
  titles: readonly string[],
  workers: number,
  keep: (title: string, song: RenderedSong) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const waiting = [...titles];
  const threads: Worker[] = [];
  const stopped = rejectionOf(signal);

  async function work(): Promise<void> {
    const worker = new Worker(compiledEntry(import.meta.url, './render-worker.ts'));
    threads.push(worker);
    // Between two jobs nobody asks; an error then must not end the process.
    worker.on('error', () => {});
    for (let title = waiting.shift(); title !== undefined; title = waiting.shift()) {
      const answer = await ask(worker, { title });
      if (answer.kind === 'failed') throw new Error(`compose ${title}: ${answer.reason}`);
      await keep(title, answer);
    }
  }

  try {
    const crew = Array.from({ length: Math.min(workers, titles.length) }, work);
    await Promise.race([Promise.all(crew), stopped.promise]);
  } finally {
    stopped.release();
    // The others take no further title, and what they still render is not wanted.
    waiting.length = 0;
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function ask(worker: Worker, job: RenderJob): Promise<RenderAnswer> {
  return new Promise((resolve, reject) => {
    // Each listener by name: removeAllListeners would also take the ones Node itself keeps on a worker's port.
    const release = () => {
      worker.off('message', onAnswer);
      worker.off('error', onError);
      worker.off('exit', onExit);
    };
    const onAnswer = (answer: RenderAnswer) => {
      release();
      resolve(answer);
    };
    const onError = (error: Error) => {
      release();
      reject(error);
    };
    const onExit = () => {
      release();
      reject(new Error(`compose ${job.title}: its worker ended`));
    };
    worker.on('message', onAnswer);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(job);
  });
}

/** A promise that only ever rejects, with the signal's reason. */
function rejectionOf(signal: AbortSignal | undefined): { promise: Promise<never>; release: () => void } {
  let onAbort = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal?.reason);
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  return { promise, release: () => signal?.removeEventListener('abort', onAbort) };
}
