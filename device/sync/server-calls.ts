/**
 * The requests an enrolled box makes, each proven, each with its timeout, each answered by a value: nothing here throws.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { z } from 'zod';
import {
  type Acknowledgement,
  acknowledgementSchema,
  type CursorAnswer,
  cursorAnswerSchema,
} from '../../sync-server/protocol/event-batch.ts';
import { PROTOCOL_VERSION, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import type { OutgoingBatch } from '../core/outbox.ts';
import { type Exchange, exchangeWithin, type HttpReply, type HttpRequest, type Timers } from './exchange.ts';
import type { KeyRing } from './key-ring.ts';
import { type RotationOutcome, rotateKey } from './key-rotation.ts';
import { createProvenExchange, type ProofClock } from './proven-exchange.ts';
import { type ReadReply, readFileReply, readReply } from './read-reply.ts';

/** An answer, a refusal, a stranger's reply, or no reply. */
export type CallResult<T> = ReadReply<T> | { readonly kind: 'silence'; readonly reason: string };

export interface ServerCalls {
  cursor(): Promise<CallResult<CursorAnswer>>;
  send(batch: OutgoingBatch): Promise<CallResult<Acknowledgement>>;
  /** Any request of the protocol; `message` becomes its body, with the protocol's version added. */
  request<T extends z.ZodType>(
    method: HttpRequest['method'],
    path: string,
    options: { readonly message?: object; readonly schema: T },
  ): Promise<CallResult<z.output<T>>>;
  /** A file of at most `maxBytes`; a larger one is silence. */
  download(path: string, maxBytes: number): Promise<CallResult<Uint8Array>>;
  /** Replaces the box's key when it is old enough by the server's clock; costs nothing when it is not. Ask after a sync. */
  rotateKeyIfDue(): Promise<RotationOutcome>;
}

export interface ServerCallsParts {
  readonly exchange: Exchange;
  /** Where `exchange` goes. */
  readonly serverUrl: string;
  readonly keys: KeyRing;
  readonly clock: ProofClock;
  readonly timers: Timers;
  /** Ends every call when it aborts. */
  readonly stop: AbortSignal;
}

/** A batch of 1 MB at 0.5 Mbit/s takes 16 s. */
const REQUEST_TIMEOUT_MS = 20_000;

/** A download of 16 MB at 0.5 Mbit/s takes 256 s. */
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;

/** A rotation that failed is tried again after an hour. */
const ROTATION_RETRY_MS = 60 * 60_000;

const compress = promisify(gzip);

export function createServerCalls(parts: ServerCallsParts): ServerCalls {
  const { serverUrl, keys, clock, timers, stop } = parts;
  const proven = createProvenExchange(parts);
  let nextRotationMs = 0;

  async function call<T>(
    request: HttpRequest,
    read: (reply: HttpReply) => ReadReply<T>,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<CallResult<T>> {
    try {
      return read(await exchangeWithin(proven.exchange, request, { timeoutMs, timers, stop }));
    } catch (error) {
      return { kind: 'silence', reason: silenceReason(error) };
    }
  }

  const calls: ServerCalls = {
    cursor: () => calls.request('GET', ROUTES.cursor, { schema: cursorAnswerSchema }),
    send: (batch) => calls.request('POST', ROUTES.events, { message: batch, schema: acknowledgementSchema }),
    async request(method, path, { message, schema }) {
      const request = message === undefined ? { method, path } : await withBody(method, path, message);
      return call(request, (reply) => readReply(reply, schema));
    },
    download: (path, maxBytes) =>
      call({ method: 'GET', path, maxReplyBytes: maxBytes }, readFileReply, DOWNLOAD_TIMEOUT_MS),
    async rotateKeyIfDue() {
      const serverMs = proven.lastExchange()?.serverMs;
      const nowMs = clock.monotonicMs();
      const isDue = serverMs !== undefined && nowMs >= nextRotationMs && keys.isRotationDue(serverMs);
      if (!isDue) return { kind: 'notDue' };
      nextRotationMs = nowMs + ROTATION_RETRY_MS;
      return rotateKey({ calls, keys, serverUrl, nonce: proven.nonce });
    },
  };
  return calls;
}

async function withBody(method: HttpRequest['method'], path: string, message: object): Promise<HttpRequest> {
  const body = await compress(JSON.stringify({ protocol: PROTOCOL_VERSION, ...message }));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return { method, path, headers, body };
}

/** Whether the batch must be smaller; a proxy in between may say so without our words. */
export function isTooLarge(result: CallResult<unknown>): boolean {
  if (result.kind === 'refusal') return result.problem.status === 413;
  return result.kind === 'stranger' && result.status === 413;
}

/** Why there was no reply, in a clause; fetch hides the reason in the cause. */
export function silenceReason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code || message : message;
}
