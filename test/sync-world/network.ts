/**
 * The network between the boxes and the server, going wrong on command: what real links, proxies, sign-in pages and
 * half-dead servers do to a request and its reply.
 */
import type { Exchange, HttpReply, HttpRequest, Timers } from '../../device/sync/exchange.ts';

/** What becomes of one exchange. `ok` passes. */
export const FAULTS = [
  'unreachable', // nothing arrives
  'requestCut', // half of the request arrives, the server answers that
  'requestLate', // arrives long after the box gave up, maybe after newer ones
  'requestSlow', // arrives in time, but late
  'requestTwice', // arrives twice, one after the other
  'requestFivefold', // arrives five times at once
  'replyLost', // the server commits, the box never hears of it
  'replyCut', // half of the reply arrives
  'replyBare', // a proxy strips the headers it does not know
  'replyNewer', // a later server says more than this box knows
  'hangs', // no reply ever; the box must give up by itself
  'tooLarge', // 413 from a proxy
  'tooMany', // 429 with Retry-After
  'unavailable', // 503 with Retry-After
  'serverError', // 500 from a proxy
  'portal', // a sign-in page with status 200
  'portalJson', // a sign-in page that speaks JSON
  'redirected', // a sign-in page elsewhere
] as const;

export type Fault = 'ok' | (typeof FAULTS)[number];

/** In time: shorter than a request may take. */
const SLOW_MS = 5_000;

export interface Network {
  readonly exchange: Exchange;
  /** What left and never arrived arrives now, oldest first; nobody waits for the replies. */
  deliverLate(): Promise<void>;
  /** Requests on their way that do not wait for time. */
  inFlight(): number;
  /** How many exchanges began. */
  exchanges(): number;
}

export interface NetworkParts {
  /** The server's answer; rejects when there is none. */
  readonly serve: (request: HttpRequest) => Promise<HttpReply>;
  /** Asked once for each exchange. */
  readonly nextFault: () => Fault;
  readonly timers: Timers;
  /** Hears of every fault. */
  readonly tell: (line: string) => void;
}

export function createNetwork({ serve, nextFault, timers, tell }: NetworkParts): Network {
  let inFlight = 0;
  const late: HttpRequest[] = [];
  let exchanges = 0;

  async function pass(request: HttpRequest): Promise<HttpReply> {
    inFlight += 1;
    try {
      return await serve(request);
    } finally {
      inFlight -= 1;
    }
  }

  async function travel(fault: Fault, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    switch (fault) {
      case 'ok':
        return pass(request);
      case 'unreachable':
        throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:7645') });
      case 'requestCut':
        return pass(cutRequest(request));
      case 'requestLate':
        late.push(request);
        return never(signal);
      case 'requestSlow':
        await new Promise<void>((resolve) => void timers.after(SLOW_MS, resolve));
        return pass(request);
      case 'requestTwice':
        await pass(request);
        return pass(request);
      case 'requestFivefold':
        return (await Promise.all(Array.from({ length: 5 }, () => pass(request)))).at(-1)!;
      case 'replyLost':
        await pass(request);
        throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
      case 'replyCut': {
        const reply = await pass(request);
        return { ...reply, body: reply.body.subarray(0, reply.body.byteLength >> 1) };
      }
      case 'replyBare': {
        const { status, contentType, retryAfterMs, body } = await pass(request);
        return { status, contentType, retryAfterMs, body };
      }
      case 'replyNewer':
        return newerReply(await pass(request));
      case 'hangs':
        return never(signal);
      case 'tooLarge':
        return strange(413, 'text/html', '<h1>413 Request Entity Too Large</h1>');
      case 'tooMany':
        return { ...strange(429, 'text/plain', 'slow down'), retryAfterMs: 30_000 };
      case 'unavailable':
        return { ...strange(503, 'text/html', '<h1>503</h1>'), retryAfterMs: 120_000 };
      case 'serverError':
        return strange(500, 'text/html', '<h1>500</h1>');
      case 'portal':
        return strange(200, 'text/html; charset=utf-8', '<title>Welcome to the hospital Wi-Fi</title>');
      case 'portalJson':
        return strange(200, 'application/json', '{"ackedThrough":"everything","status":"ok"}');
      case 'redirected':
        return strange(302, '', '');
    }
  }

  return {
    exchanges: () => exchanges,
    inFlight: () => inFlight,
    exchange(request, signal) {
      const fault = nextFault();
      exchanges += 1;
      tell(`${request.method} ${request.path}: ${fault}`);
      return travel(fault, request, signal);
    },
    async deliverLate() {
      for (const request of late.splice(0)) await pass(request).catch(() => undefined);
    },
  };
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

function cutRequest(request: HttpRequest): HttpRequest {
  const { body } = request;
  return body === undefined ? request : { ...request, body: body.subarray(0, body.byteLength >> 1) };
}

/** The same answer with members a later version might add, at every level. */
function newerReply(reply: HttpReply): HttpReply {
  const text = JSON.stringify(JSON.parse(Buffer.from(reply.body).toString()), (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? { ...value, addedLater: [1] }
      : value,
  );
  return { ...reply, body: Buffer.from(text) };
}

function strange(status: number, contentType: string, text: string): HttpReply {
  return { status, contentType, retryAfterMs: 0, body: Buffer.from(text) };
}
