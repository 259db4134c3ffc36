/**
 * Sends batches as boxes do: kept-alive connections, a fresh proof each time, again with the server's nonce when it asks,
 * again later when it is busy. Behind a proxy the servers take turns; here request by request.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { acknowledgementSchema } from '../../../sync-server/protocol/event-batch.ts';
import { HEADERS, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import type { FleetBox, SealedBatch } from './fleet-box.ts';

/** What the fleet saw of its servers. */
export interface ClientTally {
  /** Of each request that stored a batch, from the first byte sent to the last received. */
  readonly latenciesMs: number[];
  /** Requests sent again with the nonce of the answer. */
  nonceAsked: number;
  /** Requests answered 429 or 503. */
  refused: number;
  /** Requests not answered: a connection that broke. */
  broken: number;
}

export interface FleetClient {
  readonly tally: ClientTally;
  /** Resolves when the batch is acknowledged to its end; rejects with any answer a box would not expect. */
  send(box: FleetBox, batch: SealedBatch, nonces: NonceMemory): Promise<void>;
  close(): void;
}

/** The last nonce a box was given; undefined when it has none, or an old one. */
export interface NonceMemory {
  nonce: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A box waits longer each time; the fleet's servers are near. */
const RETRY_MS = 100;
const MAX_ATTEMPTS = 50;

/** `sockets`: the connections a proxy would keep open to each server. */
export function createFleetClient(urls: readonly string[], sockets: number): FleetClient {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const tally: ClientTally = { latenciesMs: [], nonceAsked: 0, refused: 0, broken: 0 };
  let turn = 0;

  async function send(box: FleetBox, batch: SealedBatch, nonces: NonceMemory): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const url = urls[turn++ % urls.length]!;
      const startedAtMs = performance.now();
      const answer = await post(agent, url, box.headersFor(batch, url, nonces.nonce), batch.body).catch(
        () => undefined,
      );
      const given = answer?.headers[HEADERS.nonce];
      const hadNonce = nonces.nonce !== undefined;
      if (typeof given === 'string') nonces.nonce = given;
      if (answer?.status === 200) {
        tally.latenciesMs.push(performance.now() - startedAtMs);
        return expectAcknowledged(answer, batch);
      }
      if (answer?.status === 401 && typeof given === 'string' && !hadNonce) tally.nonceAsked++;
      else if (answer === undefined || answer.status === 429 || answer.status === 503) {
        if (answer === undefined) tally.broken++;
        else tally.refused++;
        await sleep(retryAfterMs(answer) + RETRY_MS * attempt * Math.random());
      } else throw new Error(`bench: the server answered ${answer.status}: ${answer.body}`);
    }
    throw new Error(`bench: a batch was refused ${MAX_ATTEMPTS} times`);
  }

  return { tally, send, close: () => agent.destroy() };
}

function expectAcknowledged({ body }: Answer, batch: SealedBatch): void {
  const { ackedThrough, isBehind, quarantined } = acknowledgementSchema.parse(JSON.parse(body));
  const isWhole = ackedThrough.epoch === batch.last.epoch && ackedThrough.seq === batch.last.seq;
  if (!isWhole || isBehind || quarantined.length > 0) {
    throw new Error(`bench: a batch through ${JSON.stringify(batch.last)} was answered ${body}`);
  }
}

function retryAfterMs(answer: Answer | undefined): number {
  return 1000 * Number(answer?.headers['retry-after'] ?? 0);
}

function post(agent: Agent, url: string, headers: Record<string, string>, body: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}${ROUTES.events}`,
      { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8');
        reply.on('data', (part: string) => {
          text += part;
        });
        reply.on('error', reject);
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
