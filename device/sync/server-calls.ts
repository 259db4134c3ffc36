/**
 * The requests an enrolled box makes, each with its timeout, each answered by a value: nothing here throws.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type Acknowledgement,
  acknowledgementSchema,
  type CursorAnswer,
  cursorAnswerSchema,
} from '../../sync-server/protocol/event-batch.ts';
import { PROTOCOL_VERSION, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import type { OutgoingBatch } from '../core/outbox.ts';
import { type Exchange, exchangeWithin, type HttpReply, type HttpRequest, type Timers } from './exchange.ts';
import { type ReadReply, readReply } from './read-reply.ts';

/** An answer, a refusal, a stranger's reply, or no reply. */
export type CallResult<T> = ReadReply<T> | { readonly kind: 'silence'; readonly reason: string };

export interface ServerCalls {
  cursor(): Promise<CallResult<CursorAnswer>>;
  send(batch: OutgoingBatch): Promise<CallResult<Acknowledgement>>;
}

/** A batch of 1 MB at 0.5 Mbit/s takes 16 s. */
const REQUEST_TIMEOUT_MS = 20_000;

const compress = promisify(gzip);

/** Calls that carry `deviceToken` and end when `stop` aborts. */
export function createServerCalls(parts: {
  readonly exchange: Exchange;
  readonly deviceToken: string;
  readonly timers: Timers;
  readonly stop: AbortSignal;
}): ServerCalls {
  const { exchange, deviceToken, timers, stop } = parts;

  const call = async <T>(
    request: HttpRequest,
    read: (reply: HttpReply) => ReadReply<T>,
  ): Promise<CallResult<T>> => {
    const headers = { ...request.headers, authorization: `Bearer ${deviceToken}` };
    const within = { timeoutMs: REQUEST_TIMEOUT_MS, timers, stop };
    try {
      return read(await exchangeWithin(exchange, { ...request, headers }, within));
    } catch (error) {
      return { kind: 'silence', reason: silenceReason(error) };
    }
  };

  return {
    cursor: () =>
      call({ method: 'GET', path: ROUTES.cursor }, (reply) => readReply(reply, cursorAnswerSchema)),
    async send(batch) {
      const body = await compress(JSON.stringify({ protocol: PROTOCOL_VERSION, ...batch }));
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      return call({ method: 'POST', path: ROUTES.events, headers, body }, (reply) =>
        readReply(reply, acknowledgementSchema),
      );
    },
  };
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
