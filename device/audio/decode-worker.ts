/** The decoding thread of the audio process: wires queue, decoder, the port between threads and its spare buffers. */
import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { CHANNELS } from './audio-format.ts';
import { decodeFile } from './decode.ts';
import type { DecodeRequest } from './decode-messages.ts';
import { createDecodeQueue } from './decode-queue.ts';
import { CHUNK_FRAMES, type Chunk, stereoSong } from './stereo-song.ts';

const port = parentPort!;

// On Linux a priority is a thread's own. This one began with the mixing thread's, which must come first.
try {
  setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
} catch {
  // Not permitted here, and then the mixing thread has no better one either.
}

/** Spare buffers, 64 KiB each. */
const spare: ArrayBuffer[] = [];
const MOST_SPARE = 64;

function takeChunk(): Chunk {
  const buffer = spare.pop();
  return buffer === undefined ? new Float32Array(CHUNK_FRAMES * CHANNELS) : new Float32Array(buffer);
}

const queue = createDecodeQueue({
  open: (path, from, signal) => stereoSong(decodeFile(path, { signal }), from, takeChunk),
  answer: (answer) => port.postMessage(answer, answer.kind === 'chunk' ? [answer.samples.buffer] : []),
});

port.on('message', (request: DecodeRequest) => {
  if (request.kind !== 'giveBack') queue.receive(request);
  else if (spare.length < MOST_SPARE) spare.push(request.buffer);
});
