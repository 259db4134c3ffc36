/**
 * The thread that owns the database. An fsync on an SD card takes tens of milliseconds, so no other thread of the
 * box ever waits for one. Requests are answered in the order they came, each durable before its answer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './database.ts';
import { createOperations } from './operations.ts';
import type { StorageAnswer, StorageReady, StorageRequest, StorageWorkerOptions } from './storage.ts';

const port = parentPort;
if (port === null) throw new Error('storage-worker runs as a worker thread only');

const { path, openedAtMs } = workerData as StorageWorkerOptions;
const { database, epoch, setAsideAs } = openDatabase(path, openedAtMs);
const operations = createOperations(database);

port.on('message', (request: StorageRequest) => {
  if (request.operation === 'close') {
    database.close();
    port.postMessage({ id: request.id, result: undefined } satisfies StorageAnswer);
    port.close();
    return;
  }
  try {
    const operation = operations[request.operation] as (...values: readonly unknown[]) => unknown;
    port.postMessage({ id: request.id, result: operation(...request.values) } satisfies StorageAnswer);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    port.postMessage({
      id: request.id,
      failure: `${request.operation} ${path}: ${reason}`,
    } satisfies StorageAnswer);
  }
});
port.postMessage({ ready: true, epoch, setAsideAs } satisfies StorageReady);
