/**
 * Decides which song is decoded next: the one that sounds before those decoded ahead, and none further than it is
 * allowed, so that memory stays bounded. Runs inside the decoding thread; a song that hangs on its disk does not hold
 * up a more urgent one.
 */
import { CHANNELS } from './audio-format.ts';
import type { DecodeAnswer, DecodeRequest } from './decode-messages.ts';
import type { Chunk } from './stereo-song.ts';

interface Stream {
  readonly streamId: number;
  readonly chunks: AsyncGenerator<Chunk>;
  readonly abort: AbortController;
  allowed: number;
  delivered: number;
  isUrgent: boolean;
  isDecoding: boolean;
}

/** What concerns one song. */
export type StreamRequest = Extract<DecodeRequest, { streamId: number }>;

export interface DecodeQueue {
  receive(request: StreamRequest): void;
}

export function createDecodeQueue(ports: {
  readonly open: (path: string, from: number, signal: AbortSignal) => Stream['chunks'];
  readonly answer: (answer: DecodeAnswer) => void;
}): DecodeQueue {
  const streams = new Map<number, Stream>();

  function schedule(): void {
    const wanting = [...streams.values()].filter(({ delivered, allowed }) => delivered < allowed);
    const urgent = wanting.filter(({ isUrgent }) => isUrgent);
    for (const stream of urgent.length > 0 ? urgent : wanting) {
      if (!stream.isDecoding) void decodeNext(stream);
    }
  }

  async function decodeNext(stream: Stream): Promise<void> {
    const { streamId } = stream;
    stream.isDecoding = true;
    try {
      const { value: samples, done } = await stream.chunks.next();
      if (!streams.has(streamId)) return;
      if (done) over(stream, { kind: 'complete', streamId });
      else {
        stream.delivered += samples.length / CHANNELS;
        ports.answer({ kind: 'chunk', streamId, samples });
      }
    } catch (error) {
      if (streams.has(streamId)) over(stream, { kind: 'failed', streamId, ...failureOf(error) });
    }
    stream.isDecoding = false;
    // Decoding from memory never leaves the microtasks, and requests arrive only in between.
    setImmediate(schedule);
  }

  function over({ streamId }: Stream, answer: DecodeAnswer): void {
    streams.delete(streamId);
    ports.answer(answer);
  }

  return {
    receive(request) {
      const { streamId } = request;
      const stream = streams.get(streamId);
      if (request.kind === 'open') {
        const abort = new AbortController();
        const { allowed, isUrgent } = request;
        const chunks = ports.open(request.path, request.from, abort.signal);
        streams.set(streamId, {
          streamId,
          chunks,
          abort,
          allowed,
          delivered: 0,
          isUrgent,
          isDecoding: false,
        });
      } else if (stream === undefined) return;
      else if (request.kind === 'allow') stream.allowed = request.allowed;
      else if (request.kind === 'hurry') stream.isUrgent = true;
      else {
        streams.delete(streamId);
        stream.abort.abort();
        // Lets the decoder close its file; a file that breaks while being closed no longer matters.
        stream.chunks.return(undefined).catch(() => {});
      }
      schedule();
    },
  };
}

/** `DecodeError` carries words for people; anything else is a fault of ours and says so. */
function failureOf(error: unknown): { reason: string; hint: string } {
  const { reason, hint } = error as { reason?: unknown; hint?: unknown };
  if (typeof reason === 'string' && typeof hint === 'string') return { reason, hint };
  return {
    reason: `the decoder failed (${error instanceof Error ? error.message : String(error)})`,
    hint: 'Convert the song to mp3 or flac on a computer and copy it to the box again.',
  };
}
