/**
 * Whatever is sent: a documented answer, no crash, no growth, and every event that was acknowledged is there exactly.
 * About 1,500 requests here; AMECS_SLOW_TESTS=1 sends 25,000, `npm run test:explore` other ones.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '../../../sync-server/protocol/canonical-json.ts';
import type { Acknowledgement } from '../../../sync-server/protocol/event-batch.ts';
import { HEADERS, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import {
  createTestServer,
  type EnrolledTestBox,
  TEST_SITE,
  type TestServer,
} from '../../support/test-server.ts';
import { expectDocumented } from './expect-documented.ts';
import type { Sender } from './hostile-proofs.ts';
import { hostileRequest } from './hostile-requests.ts';
import { signedRequest } from './signed-request.ts';

const REQUESTS = process.env.AMECS_SLOW_TESTS === '1' ? 25_000 : 1_500;

/** Time passes between two requests, so that nonces and proofs grow old as they do in life. */
const STEP_MS = 200;

/** V8's own, the answers' statistics and the proofs of a few minutes; a leak of 1 kB a request would be 25 MB. */
const MAX_HEAP_GROWTH_BYTES = 12_000_000;

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

let server: TestServer;
let box: EnrolledTestBox;
let sender: Sender;

beforeAll(async () => {
  server = await createTestServer();
  box = await server.enrolBox();
  const reply = await server.app.inject(
    signedRequest({ method: 'GET', url: ROUTES.cursor }, box.key, undefined),
  );
  sender = {
    key: box.key,
    nonce: String(reply.headers[HEADERS.nonce]),
    researcherToken: server.researcherToken,
  };
});
afterAll(() => server.app.close());

/** Everyone asks from another place, so that the limit of attempts does not hide what lies behind it. */
function addressOf(nth: number): string {
  return `10.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth & 255}`;
}

/** `epoch.seq body` of every event the server said is safe. */
const acknowledged = new Set<string>();

function remember(request: InjectOptions, acknowledgement: Acknowledgement): void {
  if (acknowledgement.isBehind) return;
  const bytes = request.payload as Buffer;
  const isZipped = /gzip/i.test(String(request.headers!['content-encoding'] ?? ''));
  const batch = JSON.parse(new TextDecoder().decode(isZipped ? gunzipSync(bytes) : bytes)) as {
    epoch: number;
    firstSeq: number;
    events: unknown[];
  };
  batch.events.forEach((event, index) => {
    acknowledged.add(`${batch.epoch}.${batch.firstSeq + index} ${canonicalJson(event)}`);
  });
}

async function everythingKept(): Promise<{ log: readonly string[]; quarantine: readonly string[] }> {
  const rows = await server.store.eventsAfter(TEST_SITE, 0, 1e6);
  const raw = await server.store.quarantined(TEST_SITE, 0, 1e6);
  return {
    log: rows.map(({ event }) => `${event.stamp.epoch}.${event.stamp.seq} ${canonicalJson(event)}`),
    quarantine: raw.map(({ epoch, seq, body }) => `${epoch}.${seq} ${body}`),
  };
}

test(
  `${REQUESTS} hostile requests: each answer is documented, memory stays, nothing acknowledged is missing`,
  async () => {
    const codes = new Map<string, number>();
    let sent = 0;
    let heapBefore = 0;
    await fc.assert(
      fc.asyncProperty(hostileRequest, async ({ make }) => {
        server.clock.nowMs += STEP_MS;
        const request = make(sender);
        const reply = await server.app.inject({ ...request, remoteAddress: addressOf(sent) });
        const code = expectDocumented(request, reply);
        codes.set(code, (codes.get(code) ?? 0) + 1);
        const nonce = reply.headers[HEADERS.nonce];
        if (nonce !== undefined) sender = { ...sender, nonce: String(nonce) };
        const isBatch = request.url.split('?', 1)[0] === ROUTES.events && request.method === 'POST';
        if (isBatch && code === 'done') remember(request, reply.json());
        sent += 1;
        if (sent === Math.floor(REQUESTS / 3)) {
          collectGarbage();
          heapBefore = process.memoryUsage().heapUsed;
        }
      }),
      { numRuns: REQUESTS },
    );
    collectGarbage();
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(MAX_HEAP_GROWTH_BYTES);

    // The requests got everywhere they should: no gate keeps them from what they are for.
    for (const code of [
      'done',
      'bodyUnreadable',
      'bodyTooDeep',
      'bodyInvalid',
      'bodyTooLarge',
      'mediaTypeUnsupported',
    ]) {
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(2);
    }
    for (const code of [
      'proofInvalid',
      'nonceRequired',
      'queryInvalid',
      'tokenUnknown',
      'notFound',
      'badRequest',
    ]) {
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(0);
    }

    expect(acknowledged.size).toBeGreaterThan(50);
    // An event may be in the log and, from a batch that parted from it, in the quarantine; never twice in the log.
    const { log, quarantine } = await everythingKept();
    expect(new Set(log.map((kept) => kept.split(' ', 1)[0])).size).toBe(log.length);
    expect([...new Set([...log, ...quarantine])].sort()).toEqual([...acknowledged].sort());
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  },
  REQUESTS * 20,
);

test('the server still works for a box that behaves', async () => {
  // The attempts at enrolment that failed are forgotten after a while.
  server.clock.nowMs += 3_600_000;
  const other = await server.enrolBox();
  expect((await other.inject({ method: 'GET', url: ROUTES.cursor })).json()).toMatchObject({ heads: [] });
});
