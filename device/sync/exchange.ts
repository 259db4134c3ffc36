/**
 * One request and its reply over HTTP: the only file of the box that opens a connection to the server.
 * Follows no redirect, since that is how sign-in pages catch requests, and asks no other origin than the server's.
 */
import { HEADERS } from '../../sync-server/protocol/protocol-limits.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Such as `/v1/events`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** A longer reply is cut off and counts as none; `MAX_REPLY_BYTES` unless a download says more. */
  readonly maxReplyBytes?: number;
}

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  /** What the server asked for with Retry-After, or 0. */
  readonly retryAfterMs: number;
  /** The nonce for the next proof; only our server gives one. */
  readonly nonce?: string;
  /** Milliseconds since 1970 on the server's clock as it answered. */
  readonly serverTimeMs?: number;
  readonly body: Uint8Array;
}

/** Rejects when there is no whole reply; must let go when `signal` aborts. */
export type Exchange = (request: HttpRequest, signal: AbortSignal) => Promise<HttpReply>;

/** Runs `run` after `ms`; the result cancels it. */
export interface Timers {
  after(ms: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** The largest reply is a cursor that tells of 1,000 epochs: about 110 kB. */
const MAX_REPLY_BYTES = 256 * 1024;

/** An exchange with the server at `serverUrl` by the platform's fetch. */
export function createFetchExchange(serverUrl: string): Exchange {
  return async ({ method, path, headers, body, maxReplyBytes = MAX_REPLY_BYTES }, signal) => {
    const address = new URL(path, serverUrl);
    if (address.origin !== new URL(serverUrl).origin) {
      throw new Error(`${method} ${path}: not an address of ${serverUrl}`);
    }
    const reply = await fetch(address, {
      method,
      redirect: 'manual',
      signal,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    });
    const nonce = reply.headers.get(HEADERS.nonce);
    const serverTimeMs = readServerTime(reply.headers.get(HEADERS.serverTime));
    return {
      status: reply.status,
      contentType: reply.headers.get('content-type') ?? '',
      retryAfterMs: retryAfterMs(reply.headers.get('retry-after')),
      ...(nonce === null ? {} : { nonce }),
      ...(serverTimeMs === undefined ? {} : { serverTimeMs }),
      body: await readCapped(reply, maxReplyBytes),
    };
  };
}

/** `exchange`, but rejecting after `timeoutMs` and at once when `stop` aborts, whatever the exchange does. */
export async function exchangeWithin(
  exchange: Exchange,
  request: HttpRequest,
  { timeoutMs, timers, stop }: { timeoutMs: number; timers: Timers; stop: AbortSignal },
): Promise<HttpReply> {
  if (stop.aborted) throw new Error(STOPPED);
  const connection = new AbortController();
  let release = (): void => {};
  const givenUp = new Promise<never>((_resolve, reject) => {
    const giveUp = (reason: string): void => {
      reject(new Error(reason));
      connection.abort();
    };
    const onStop = (): void => giveUp(STOPPED);
    const cancelTimeout = timers.after(timeoutMs, () => giveUp(`no answer within ${timeoutMs / 1000} s`));
    stop.addEventListener('abort', onStop, { once: true });
    release = () => {
      cancelTimeout();
      stop.removeEventListener('abort', onStop);
    };
  });
  try {
    return await Promise.race([exchange(request, connection.signal), givenUp]);
  } finally {
    release();
  }
}

const STOPPED = 'stopped before there was an answer';

/** Seconds only: a date would need a clock that the box may not have. */
function retryAfterMs(header: string | null): number {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : 0;
}

function readServerTime(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

async function readCapped(reply: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of reply.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new Error('the reply is larger than any of our server');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
