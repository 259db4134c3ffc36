import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeviceKey } from '../../../device/sync/device-key.ts';
import { createFetchExchange, type Exchange, type HttpReply } from '../../../device/sync/exchange.ts';
import { createProvenExchange } from '../../../device/sync/proven-exchange.ts';
import { type ProblemCode, problemBody } from '../../../sync-server/protocol/problem.ts';
import type { ProofClaims } from '../../../sync-server/protocol/proof.ts';
import { HEADERS, NONCE_LIFETIME_MS, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { BOOT_ID } from '../../support/journal-events.ts';
import { createTestServer, type TestServer } from '../../support/test-server.ts';

const ASK = { method: 'GET', path: '/v1/cursor' } as const;
const UNTIL_STOPPED = new AbortController().signal;
const key = createDeviceKey();
const keys = { candidates: () => [key], accepted: async () => {}, allRefused: () => {} };

function answer(headers: Partial<HttpReply> = {}): HttpReply {
  return {
    status: 200,
    contentType: 'application/json',
    retryAfterMs: 0,
    body: Buffer.from('{}'),
    ...headers,
  };
}

function refusal(code: ProblemCode, headers: Partial<HttpReply> = {}): HttpReply {
  return answer({ status: 401, body: Buffer.from(JSON.stringify(problemBody(code))), ...headers });
}

/** A server that answers with `replies` in turn, 10 ms each, and what the proofs said to it. */
function prove(replies: readonly HttpReply[]) {
  const clock = createFakeClock();
  const claims: ProofClaims[] = [];
  const exchange: Exchange = async ({ headers }) => {
    claims.push(decodeJwt(headers![HEADERS.proof]!) as unknown as ProofClaims);
    clock.advance(10);
    return replies[claims.length - 1]!;
  };
  const proofClock = { ...clock, bootId: BOOT_ID };
  const proven = createProvenExchange({ exchange, serverUrl: 'http://box.example', keys, clock: proofClock });
  return { ask: () => proven.exchange(ASK, UNTIL_STOPPED), claims, proven };
}

describe('a proven exchange', () => {
  test('begins without a nonce, and silently asks again with the one it is given', async () => {
    const { ask, claims } = prove([refusal('nonceRequired', { nonce: 'n1' }), answer({ nonce: 'n2' })]);
    expect((await ask()).status).toBe(200);
    expect(claims.map(({ nonce }) => nonce)).toEqual([undefined, 'n1']);
  });

  test('keeps the nonce of every answer, also of refusals, until there is another', async () => {
    const stranger = answer();
    const replies = [answer({ nonce: 'n1' }), refusal('overloaded', { nonce: 'n2' }), stranger, answer()];
    const { ask, claims } = prove(replies);
    for (const _ of replies) await ask();
    expect(claims.map(({ nonce }) => nonce)).toEqual([undefined, 'n1', 'n2', 'n2']);
  });

  test('asks again once and no more', async () => {
    const never = refusal('nonceRequired', { nonce: 'n1' });
    const { ask, claims } = prove([never, never, never]);
    expect((await ask()).status).toBe(401);
    expect(claims).toHaveLength(2);
  });

  test.each<ProblemCode>(['proofInvalid', 'proofReplayed', 'keyUnknown', 'tokenMissing'])(
    'leaves "%s" to the caller',
    async (code) => {
      const { ask, claims } = prove([refusal(code, { nonce: 'n1' })]);
      expect(await ask()).toMatchObject({ status: 401 });
      expect(claims).toHaveLength(1);
    },
  );

  test('tells the box’s clocks, and the last exchange with the server’s time in between', async () => {
    const { ask, claims, proven } = prove([
      refusal('nonceRequired', { nonce: 'n1', serverTimeMs: 5_000 }),
      answer(),
      answer(),
    ]);
    expect(proven.lastExchange()).toBeUndefined();
    await ask();
    await ask();
    const clocks = { bootId: BOOT_ID, clockState: 'ntp' };
    const lastExchange = { sentMs: 1000, receivedMs: 1010, serverMs: 5_000 };
    expect(claims.map((each) => each.clocks)).toEqual([
      { ...clocks, monotonicMs: 1000, wallMs: Date.UTC(2026, 0, 1) },
      { ...clocks, monotonicMs: 1010, wallMs: Date.UTC(2026, 0, 1) + 10, lastExchange },
      { ...clocks, monotonicMs: 1020, wallMs: Date.UTC(2026, 0, 1) + 20, lastExchange },
    ]);
  });

  test('takes no time from an exchange that broke off', async () => {
    const proven = createProvenExchange({
      exchange: () => Promise.reject(new Error('read ECONNRESET')),
      serverUrl: 'http://box.example',
      keys,
      clock: { ...createFakeClock(), bootId: BOOT_ID },
    });
    await expect(proven.exchange(ASK, UNTIL_STOPPED)).rejects.toThrow('ECONNRESET');
    expect(proven.lastExchange()).toBeUndefined();
  });
});

describe('over a real socket', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await createTestServer();
  });
  afterEach(() => server.app.close());

  test('a megabyte whose nonce has grown too old is refused unread, then taken', async () => {
    const serverUrl = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const box = await server.enrolBox();
    const { exchange } = createProvenExchange({
      exchange: createFetchExchange(serverUrl),
      serverUrl,
      keys: { ...keys, candidates: () => [box.key] },
    });
    expect(await exchange(ASK, UNTIL_STOPPED)).toMatchObject({ status: 200 });
    server.clock.nowMs += NONCE_LIFETIME_MS;
    const body = Buffer.from(JSON.stringify({ padding: 'x'.repeat(900_000) }));
    const headers = { 'content-type': 'application/json' };
    const reply = await exchange({ method: 'POST', path: ROUTES.events, headers, body }, UNTIL_STOPPED);
    expect(reply.status).toBe(422);
  });
});
