import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROBLEMS, type ProblemCode, problemSchema } from '../../sync-server/protocol/problem.ts';
import { ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { createToken } from '../../sync-server/secrets.ts';
import { StoreUnavailableError } from '../../sync-server/store/event-store.ts';
import { journalEvents } from '../support/journal-events.ts';
import { createTestServer, type TestServer } from '../support/test-server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const batch = {
  protocol: 1,
  after: { epoch: 0, seq: 0 },
  epoch: 1,
  firstSeq: 1,
  events: journalEvents(1, 1, 3),
};

let server: TestServer;
let deviceToken: string;
let usedCode: string;
let expiredCode: string;

beforeAll(async () => {
  server = await createTestServer();
  deviceToken = await server.enrolBox();
  usedCode = await server.createEnrolmentCode();
  await server.app.inject({ method: 'POST', url: ROUTES.enrol, payload: enrolment(usedCode) });
  server.clock.nowMs -= 25 * 3_600_000;
  expiredCode = await server.createEnrolmentCode();
  server.clock.nowMs += 25 * 3_600_000;
});
afterAll(() => server.app.close());

function enrolment(code: string) {
  return { protocol: 1, code, enrolmentKey: createToken() };
}

function post(payload: unknown, headers: Record<string, string> = {}): InjectOptions {
  const authorization = `Bearer ${deviceToken}`;
  return {
    method: 'POST',
    url: ROUTES.events,
    headers: { ...JSON_TYPE, authorization, ...headers },
    payload: payload as NonNullable<InjectOptions['payload']>,
  };
}

const gzip = { 'content-encoding': 'gzip' };

/** Every code of the table, with requests that earn it. */
const REFUSED: Readonly<Record<ProblemCode, Readonly<Record<string, () => InjectOptions>>>> = {
  badRequest: {
    'an address that is not percent-encoded UTF-8': () => ({ method: 'GET', url: '/v1/%ff' }),
  },
  bodyUnreadable: {
    'no body': () => ({
      ...post(undefined),
      headers: { ...JSON_TYPE, authorization: `Bearer ${deviceToken}` },
    }),
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
    'an enrolment without a key': () => ({
      method: 'POST',
      url: ROUTES.enrol,
      payload: { protocol: 1, code: 'A' },
    }),
  },
  queryInvalid: {
    'a negative page': () => exportRequest('?after=-1'),
    'a page of nothing': () => exportRequest('?limit=0'),
    'a page beyond the limit': () => exportRequest('?limit=5001'),
  },
  bodyTooLarge: {
    'more than 1 MB': () => post(JSON.stringify({ ...batch, padding: 'x'.repeat(1_000_001) })),
    '501 events': () => post({ ...batch, events: journalEvents(1, 1, 501) }),
    'a gzip bomb': () => post(gzipSync(Buffer.alloc(50_000_000, 0x20)), gzip),
    'an enrolment of 5 kB': () => ({
      method: 'POST',
      url: ROUTES.enrol,
      payload: enrolment('x'.repeat(5_000)),
    }),
  },
  mediaTypeUnsupported: {
    'a form': () => post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    'JSON in Latin-1': () => post('{}', { 'content-type': 'application/json; charset=iso-8859-1' }),
    brotli: () => post('{}', { 'content-encoding': 'br' }),
  },
  protocolUnsupported: {
    'a batch from the future': () => post({ protocol: 2, something: 'else' }),
  },
  tokenMissing: {
    'no header': () => ({ method: 'GET', url: ROUTES.cursor }),
    'another scheme': () => ({ method: 'GET', url: ROUTES.cursor, headers: { authorization: 'Basic YTpi' } }),
  },
  tokenUnknown: {
    'a token nobody has': () => ({
      method: 'GET',
      url: ROUTES.cursor,
      headers: { authorization: `Bearer ${createToken()}` },
    }),
    'a token of no shape': () => ({
      method: 'GET',
      url: ROUTES.cursor,
      headers: { authorization: 'Bearer x' },
    }),
    'a box that asks for the export': () => ({
      method: 'GET',
      url: ROUTES.exportEvents,
      headers: { authorization: `Bearer ${deviceToken}` },
    }),
    'a researcher who sends events': () => post(batch, { authorization: `Bearer ${server.researcherToken}` }),
  },
  codeUnknown: {
    'a guessed code': () => ({ method: 'POST', url: ROUTES.enrol, payload: enrolment('0000-0000-0000') }),
  },
  codeExpired: {
    'a code of yesterday': () => ({ method: 'POST', url: ROUTES.enrol, payload: enrolment(expiredCode) }),
  },
  codeUsed: {
    'a code another box used': () => ({ method: 'POST', url: ROUTES.enrol, payload: enrolment(usedCode) }),
  },
  notFound: {
    'an unknown address': () => ({ method: 'GET', url: '/wp-login.php' }),
    'a known address with another method': () => ({ method: 'DELETE', url: ROUTES.events }),
  },
  storeUnavailable: {},
  internal: {},
};

const cases = Object.entries(REFUSED).flatMap(([code, requests]) =>
  Object.entries(requests).map(([what, request]) => ({ code: code as ProblemCode, what, request })),
);

function exportRequest(query: string): InjectOptions {
  const headers = { authorization: `Bearer ${server.researcherToken}` };
  return { method: 'GET', url: `${ROUTES.exportEvents}${query}`, headers };
}

describe('the server refuses, by the problem table,', () => {
  test.each(cases)('$what: $code', async ({ code, request }) => {
    const reply = await server.app.inject(request());
    expect(reply.headers['content-type']).toContain('application/problem+json');
    expect(problemSchema.parse(reply.json())).toMatchObject({ code, status: PROBLEMS[code].status });
    expect(reply.statusCode).toBe(PROBLEMS[code].status);
  });

  test('and stores nothing of what it refused', async () => {
    const reply = await server.app.inject(exportRequest(''));
    expect(reply.json()).toMatchObject({ rows: [], next: null, quarantined: 0 });
  });

  test.each([
    ['storeUnavailable', new StoreUnavailableError('SQLite: database or disk is full (SQLITE_FULL)')],
    ['internal', new TypeError('undefined is not a function')],
  ] as const)('a store that fails: %s, and the reason stays in the log', async (code, error) => {
    const failing = await createTestServer();
    const token = await failing.enrolBox();
    failing.store.append = () => Promise.reject(error);
    const reply = await failing.app.inject({ ...post(batch, { authorization: `Bearer ${token}` }) });
    expect(problemSchema.parse(reply.json())).toMatchObject({ code });
    expect(reply.statusCode).toBe(PROBLEMS[code].status);
    expect(reply.body).not.toContain(error.message);
    if (code === 'storeUnavailable') expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    await failing.app.close();
  });

  test('bytes that are not HTTP: badRequest', async () => {
    const bare = await createTestServer();
    await bare.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = bare.app.server.address() as { port: number };
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = createConnection(port, '127.0.0.1', () => socket.end('GET / SMTP/9\r\n\r\n'));
      let text = '';
      socket
        .on('data', (chunk) => (text += chunk))
        .on('end', () => resolve(text))
        .on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ code: 'badRequest' });
    await bare.app.close();
  });

  test('a refusal never repeats what was sent', async () => {
    const reply = await server.app.inject(post({ ...batch, epoch: 'a-secret-value' }));
    expect(reply.statusCode).toBe(422);
    expect(reply.body).not.toContain('a-secret-value');
  });
});
