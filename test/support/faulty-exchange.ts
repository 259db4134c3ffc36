/**
 * A transport that goes wrong on command, around a server without a socket.
 */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Exchange, HttpReply, HttpRequest } from '../../device/sync/exchange.ts';
import { HEADERS } from '../../sync-server/protocol/protocol-limits.ts';

/** What becomes of one exchange. `ok` passes; the others are what real networks and servers do. */
export type Fault =
  | 'ok'
  | 'unreachable' // nothing arrives
  | 'replyLost' // the server commits, the box never hears of it
  | 'replyCut' // half of the reply arrives
  | 'duplicated' // the request arrives twice
  | 'hangs' // no reply ever; the box must give up by itself
  | 'tooLarge' // 413 from a proxy
  | 'tooMany' // 429 with Retry-After
  | 'serverError' // 500 from a proxy
  | 'portal' // a sign-in page with status 200
  | 'redirected'; // a sign-in page elsewhere

export const FAULTS: readonly Fault[] = [
  'unreachable',
  'replyLost',
  'replyCut',
  'duplicated',
  'hangs',
  'tooLarge',
  'tooMany',
  'serverError',
  'portal',
  'redirected',
];

export interface FaultyExchange {
  readonly exchange: Exchange;
  /** What was asked, in order. */
  readonly requests: readonly HttpRequest[];
  /** Exchanges that will still answer by themselves. */
  inFlight(): number;
}

/** Where boxes think the server is. */
export const FAULTY_URL = 'http://box.example';
const FAULTY_HOST = new URL(FAULTY_URL).host;

/** Passes requests to `app()`; `nextFault` is asked before each. */
export function createFaultyExchange(app: () => FastifyInstance, nextFault: () => Fault): FaultyExchange {
  const requests: HttpRequest[] = [];
  let inFlight = 0;

  async function pass({ method, path, headers, body }: HttpRequest): Promise<HttpReply> {
    const reply = await app().inject({
      method,
      url: path,
      headers: { host: FAULTY_HOST, ...headers },
      ...(body === undefined ? {} : { payload: Buffer.from(body) }),
    });
    return replyOf(reply);
  }

  async function misbehave(fault: Exclude<Fault, 'hangs'>, request: HttpRequest): Promise<HttpReply> {
    switch (fault) {
      case 'ok':
        return pass(request);
      case 'unreachable':
        throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:7645') });
      case 'replyLost':
        await pass(request);
        throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
      case 'replyCut': {
        const reply = await pass(request);
        return { ...reply, body: reply.body.subarray(0, reply.body.length / 2) };
      }
      case 'duplicated':
        await pass(request);
        return pass(request);
      case 'tooLarge':
        return strange(413, 'text/html', '<h1>413 Request Entity Too Large</h1>');
      case 'tooMany':
        return { ...strange(429, 'text/plain', 'slow down'), retryAfterMs: 30_000 };
      case 'serverError':
        return strange(500, 'text/html', '<h1>500</h1>');
      case 'portal':
        return strange(200, 'text/html; charset=utf-8', '<title>Welcome to the hospital Wi-Fi</title>');
      case 'redirected':
        return strange(302, '', '');
    }
  }

  return {
    requests,
    inFlight: () => inFlight,
    async exchange(request, signal) {
      requests.push(request);
      const fault = nextFault();
      if (fault === 'hangs') {
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        );
      }
      inFlight += 1;
      try {
        return await misbehave(fault, request);
      } finally {
        inFlight -= 1;
      }
    },
  };
}

function strange(status: number, contentType: string, text: string): HttpReply {
  return { status, contentType, retryAfterMs: 0, body: Buffer.from(text) };
}

/** What an app answered, as the box reads it. */
export function replyOf({ statusCode, headers, rawPayload }: LightMyRequestResponse): HttpReply {
  const nonce = headers[HEADERS.nonce];
  const serverTimeMs = headers[HEADERS.serverTime];
  return {
    status: statusCode,
    contentType: String(headers['content-type'] ?? ''),
    retryAfterMs: Number(headers['retry-after'] ?? 0) * 1000,
    ...(nonce === undefined ? {} : { nonce: String(nonce) }),
    ...(serverTimeMs === undefined ? {} : { serverTimeMs: Number(serverTimeMs) }),
    body: rawPayload,
  };
}
