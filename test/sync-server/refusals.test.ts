import { gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  PROBLEM_MEDIA_TYPE,
  PROBLEMS,
  type ProblemCode,
  problemSchema,
} from '../../sync-server/protocol/problem.ts';
import { HEADERS, PROTOCOL_VERSION, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { ENROLMENT_ATTEMPTS } from '../../sync-server/routes/enrol-route.ts';
import { createToken } from '../../sync-server/secrets.ts';
import { StoreUnavailableError } from '../../sync-server/store/store.ts';
import { createUuidV7 } from '../../sync-server/uuid-v7.ts';
import { journalEvents } from '../support/journal-events.ts';
import { createTestBox, type TestBox } from '../support/test-box.ts';
import {
  createTestServer,
  type EnrolledTestBox,
  TEST_SITE,
  type TestServer,
} from '../support/test-server.ts';
import { expectDocumented } from './fuzz/expect-documented.ts';
import { type PlainRequest, signedRequest } from './fuzz/signed-request.ts';

const batch = {
  protocol: PROTOCOL_VERSION,
  after: { epoch: 0, seq: 0 },
  epoch: 1,
  firstSeq: 1,
  chainBefore: '0'.repeat(64),
  events: journalEvents(1, 1, 3),
};
const CURSOR: PlainRequest = { method: 'GET', url: ROUTES.cursor };
const DAY_MS = 24 * 3_600_000;
const JSON_TYPE = { 'content-type': 'application/json' };

type Reply = Promise<LightMyRequestResponse>;

let server: TestServer;
let box: EnrolledTestBox;
let usedCode: string;
let expiredCode: string;

beforeAll(async () => {
  server = await createTestServer();
  box = await server.enrolBox();
  usedCode = await server.createEnrolmentCode();
  await server.enrolBox(usedCode);
  server.clock.nowMs -= 1.1 * DAY_MS;
  expiredCode = await server.createEnrolmentCode();
  server.clock.nowMs += 1.1 * DAY_MS;
});
afterAll(() => server.app.close());

/** A batch of the enrolled box, or whatever else stands in `payload`. */
function post(payload: unknown, headers: Record<string, string> = {}): Reply {
  const isText = typeof payload === 'string' || payload instanceof Uint8Array;
  return box.inject({
    method: 'POST',
    url: ROUTES.events,
    headers: { ...JSON_TYPE, ...headers },
    payload: isText ? payload : JSON.stringify(payload),
  });
}

function enrol(code: string, by: TestBox = createTestBox(server.app), remoteAddress = '192.0.2.1'): Reply {
  const payload = { protocol: PROTOCOL_VERSION, code };
  return by.inject({ method: 'POST', url: ROUTES.enrol, payload, remoteAddress });
}

const plain = (method: 'GET' | 'DELETE', url: string, headers = {}): Reply =>
  server.app.inject({ method, url, headers });

function exportPage(query = '', token = server.researcherToken): Reply {
  return plain('GET', `${ROUTES.exportEvents}${query}`, { authorization: `Bearer ${token}` });
}

async function freshNonce(): Promise<string> {
  return String((await plain('GET', ROUTES.cursor)).headers[HEADERS.nonce]);
}

const gzip = { 'content-encoding': 'gzip' };

/** Every code of the table, with requests that earn it. */
const REFUSED: Readonly<Record<ProblemCode, Readonly<Record<string, () => Reply>>>> = {
  badRequest: {
    'an address that is not percent-encoded UTF-8': () => plain('GET', '/v1/%ff'),
  },
  bodyUnreadable: {
    'no body': () => box.inject({ method: 'POST', url: ROUTES.events, headers: JSON_TYPE }),
    'half a JSON document': () => post('{"protocol":1,'),
    'bytes that are not UTF-8': () => post(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    NaN: () => post('{"protocol":NaN}'),
    'a broken gzip stream': () => post(gzipSync('{}').subarray(0, 12), gzip),
    'plain JSON that claims to be gzip': () => post('{}', gzip),
  },
  bodyTooDeep: {
    '10,000 nested arrays': () => post('['.repeat(10_000) + ']'.repeat(10_000)),
    'nesting inside one event': () =>
      post({ ...batch, events: [JSON.parse(`${'[{"a":'.repeat(20)}1${'}]'.repeat(20)}`)] }),
  },
  bodyInvalid: {
    null: () => post('null'),
    'a number': () => post('9007199254740993'),
    'no events': () => post({ ...batch, events: [] }),
    'a seq below 1': () => post({ ...batch, firstSeq: 0 }),
    'a seq beyond exact integers': () => post({ ...batch, firstSeq: 2 ** 53 }),
    'a prototype key for a batch': () => post('{"__proto__":{"protocol":1}}'),
    'a chain that is none': () => post({ ...batch, chainBefore: 'x' }),
  },
  queryInvalid: {
    'a negative page': () => exportPage('?after=-1'),
    'a page of nothing': () => exportPage('?limit=0'),
    'a page beyond the limit': () => exportPage('?limit=5001'),
    'two beginnings': () => exportPage('?after=1&after=2'),
  },
  bodyTooLarge: {
    'more than 1 MB': () => post(JSON.stringify({ ...batch, padding: 'x'.repeat(1_000_001) })),
    '501 events': () => post({ ...batch, events: journalEvents(1, 1, 501) }),
    'a gzip bomb': () => post(gzipSync(Buffer.alloc(50_000_000, 0x20)), gzip),
    'an enrolment of 5 kB': () => enrol('x'.repeat(5_000)),
  },
  mediaTypeUnsupported: {
    'a form': () => post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    'JSON in Latin-1': () => post('{}', { 'content-type': 'application/json; charset=iso-8859-1' }),
    brotli: () => post('{}', { 'content-encoding': 'br' }),
  },
  protocolUnsupported: {
    'a batch from the future': () => post({ protocol: PROTOCOL_VERSION + 1, something: 'else' }),
  },
  contentDigestMismatch: {
    'a body that was changed on the way': async () => {
      const body = Buffer.from(JSON.stringify(batch));
      const signed = signedRequest({ method: 'POST', url: ROUTES.events, body }, box.key, await freshNonce());
      return server.app.inject({ ...signed, payload: Buffer.concat([body, Buffer.from(' ')]) });
    },
  },
  tokenMissing: {
    'no header': () => plain('GET', ROUTES.exportEvents),
    'another scheme': () => plain('GET', ROUTES.exportEvents, { authorization: 'Basic YTpi' }),
    'a box that asks for the export': () => box.inject({ method: 'GET', url: ROUTES.exportQuarantine }),
  },
  tokenUnknown: {
    'a token nobody has': () => exportPage('', createToken()),
    'a token of no shape': () => exportPage('', 'x'),
  },
  proofMissing: {
    'no proof': () => plain('GET', ROUTES.cursor),
    'a researcher who asks for a cursor': () =>
      plain('GET', ROUTES.cursor, { authorization: `Bearer ${server.researcherToken}` }),
  },
  proofInvalid: {
    'no JWT': () => plain('GET', ROUTES.cursor, { [HEADERS.proof]: 'x' }),
    'a proof for another address': async () => {
      const signed = signedRequest(CURSOR, box.key, await freshNonce());
      return server.app.inject({ ...signed, url: ROUTES.downlink });
    },
  },
  proofReplayed: {
    'the same request again': async () => {
      const signed = signedRequest(CURSOR, box.key, await freshNonce());
      await server.app.inject(signed);
      return server.app.inject(signed);
    },
  },
  nonceRequired: {
    'no nonce': () => server.app.inject(signedRequest(CURSOR, box.key, undefined)),
    'a nonce nobody gave': () => server.app.inject(signedRequest(CURSOR, box.key, 'A'.repeat(43))),
  },
  keyUnknown: {
    'a box that was never enrolled': () =>
      createTestBox(server.app).inject({ method: 'GET', url: ROUTES.cursor }),
  },
  deviceRevoked: {
    'a box that was taken off': async () => {
      const revoked = await server.enrolBox();
      await server.store.revoke(TEST_SITE, revoked.answer.deviceId);
      return revoked.inject({ method: 'GET', url: ROUTES.cursor });
    },
  },
  tooManyAttempts: {
    'one guess more than are allowed': async () => {
      const guess = () => enrol('1111-1111-1111', undefined, '192.0.2.99');
      for (let nth = 0; nth < ENROLMENT_ATTEMPTS.ofCode; nth += 1) await guess();
      return guess();
    },
  },
  codeUnknown: { 'a guessed code': () => enrol('0000-0000-0000') },
  codeExpired: { 'a code of yesterday': () => enrol(expiredCode) },
  codeUsed: { 'a code another box used': () => enrol(usedCode) },
  modelUnknown: {
    'a model nobody published': () =>
      box.inject({ method: 'GET', url: ROUTES.model.replace(':modelId', 'a'.repeat(64)) }),
    'a model of no shape': () =>
      box.inject({ method: 'GET', url: ROUTES.model.replace(':modelId', '__proto__') }),
  },
  orderUnknown: {
    'an order nobody gave': () => {
      const payload = { protocol: PROTOCOL_VERSION, orderId: createUuidV7(server.clock.nowMs) };
      return box.inject({ method: 'POST', url: ROUTES.withdrawn, payload });
    },
  },
  notFound: {
    'an unknown address': () => plain('GET', '/wp-login.php'),
    'a known address with another method': () => plain('DELETE', ROUTES.events),
  },
  // Of the store and of the load: below, and where they are made.
  overloaded: {},
  storeUnavailable: {},
  internal: {},
};

const cases = Object.entries(REFUSED).flatMap(([code, requests]) =>
  Object.entries(requests).map(([what, ask]) => [what, code as ProblemCode, ask] as const),
);

describe('the server refuses, by the problem table,', () => {
  test.each(cases)('%s: %s', async (_what, code, ask) => {
    const reply = await ask();
    expect(reply.headers['content-type']).toContain(PROBLEM_MEDIA_TYPE);
    expect(problemSchema.parse(reply.json())).toMatchObject({ code, status: PROBLEMS[code].status });
    expect(reply.statusCode).toBe(PROBLEMS[code].status);
    const { method = 'GET', url = '' } = reply.raw.req;
    expect(expectDocumented({ method, url }, reply)).toBe(code);
  });

  test('and stores nothing of what it refused', async () => {
    expect((await exportPage()).json()).toMatchObject({ rows: [], next: null, quarantined: 0 });
  });

  test.each([
    ['storeUnavailable', new StoreUnavailableError('SQLite: database or disk is full (SQLITE_FULL)')],
    ['internal', new TypeError('undefined is not a function')],
  ] as const)('a store that fails: %s, and the reason stays in the log', async (code, error) => {
    const failing = await createTestServer();
    const sender = await failing.enrolBox();
    failing.store.append = () => Promise.reject(error);
    const reply = await sender.inject({ method: 'POST', url: ROUTES.events, payload: batch });
    expect(problemSchema.parse(reply.json())).toMatchObject({ code });
    expect(reply.statusCode).toBe(PROBLEMS[code].status);
    expect(reply.body).not.toContain(error.message);
    if (code === 'storeUnavailable') expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    await failing.app.close();
  });

  test('a refusal never repeats what was sent', async () => {
    const reply = await post({ ...batch, epoch: 'a-secret-value' });
    expect(reply.statusCode).toBe(422);
    expect(reply.body).not.toContain('a-secret-value');
  });
});
