/** Who gets past the gate and who does not: each attack against a request that would else be answered. */
import { createHmac, randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { calculateJwkThumbprint } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDeviceKey } from '../../../device/sync/device-key.ts';
import { contentDigest } from '../../../sync-server/protocol/content-digest.ts';
import { keyThumbprint } from '../../../sync-server/protocol/key-thumbprint.ts';
import { PROBLEMS, type ProblemCode, problemSchema } from '../../../sync-server/protocol/problem.ts';
import { HEADERS, NONCE_LIFETIME_MS, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { type ForgedProof, forgeProof } from '../../support/forged-proof.ts';
import { createTestBox, TEST_SERVER_URL } from '../../support/test-box.ts';
import {
  createTestServer,
  type EnrolledTestBox,
  TEST_SITE,
  type TestServer,
} from '../../support/test-server.ts';

let server: TestServer;
let other: TestServer;
let box: EnrolledTestBox;
let nonce: string;

beforeAll(async () => {
  server = await createTestServer();
  other = await createTestServer();
  box = await server.enrolBox();
  nonce = await freshNonce(server);
});
afterAll(async () => {
  await server.app.close();
  await other.app.close();
});

async function freshNonce(at: TestServer): Promise<string> {
  const reply = await at.app.inject({ method: 'GET', url: ROUTES.cursor });
  return String(reply.headers[HEADERS.nonce]);
}

const BODY = Buffer.from('{"protocol":2}');

/** A proof that holds for GET /v1/cursor, with parts of it changed. */
function proof(changed: Omit<Partial<ForgedProof>, 'claims'> & { claims?: object } = {}): string {
  const { key = box.key, header = {}, claims } = changed;
  const holding = { jti: randomUUID(), htm: 'GET', htu: `${TEST_SERVER_URL}${ROUTES.cursor}`, iat: 0, nonce };
  return forgeProof({ key, header, claims: { ...holding, ...claims } });
}

function get(dpop: string | undefined, options: InjectOptions = {}) {
  const { headers, ...rest } = options;
  return server.app.inject({
    method: 'GET',
    url: ROUTES.cursor,
    headers: { ...(dpop === undefined ? {} : { [HEADERS.proof]: dpop }), ...headers },
    ...rest,
  });
}

/** POST /v1/withdrawn, whose answer to this body is another refusal: its proof and digest are what is looked at. */
function post(claims: object, headers: Record<string, string>, payload: Buffer | undefined = BODY) {
  const htu = `${TEST_SERVER_URL}${ROUTES.withdrawn}`;
  return server.app.inject({
    method: 'POST',
    url: ROUTES.withdrawn,
    headers: {
      'content-type': 'application/json',
      [HEADERS.proof]: proof({ claims: { htm: 'POST', htu, ...claims } }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  });
}

const digest = contentDigest(BODY);
const otherDigest = contentDigest(Buffer.from('{"protocol":1}'));
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const publicPart = () => ({ kty: box.key.kty, crv: box.key.crv, x: box.key.x });

/** A JWT signed with HMAC under the box's public key, as a confused verifier would accept it. */
function hmacProof(): string {
  const [, claims] = proof().split('.');
  const input = `${encode({ alg: 'HS256', typ: 'dpop+jwt', jwk: publicPart() })}.${claims}`;
  return `${input}.${createHmac('sha256', Buffer.from(box.key.x, 'base64url')).update(input).digest('base64url')}`;
}

/** The same proof with one bit of its signature turned. */
function bentSignature(): string {
  const [header, claims, signature] = proof().split('.');
  const bytes = Buffer.from(signature!, 'base64url');
  bytes[10]! ^= 1;
  return `${header}.${claims}.${bytes.toString('base64url')}`;
}

type Attack = () => ReturnType<typeof get>;

const ATTACKS: Readonly<Partial<Record<ProblemCode, Readonly<Record<string, Attack>>>>> = {
  proofMissing: {
    'no proof': () => get(undefined),
    'a bearer token in its place': () =>
      get(undefined, { headers: { authorization: `Bearer ${server.researcherToken}` } }),
  },
  proofInvalid: {
    'no JWS': () => get('hello'),
    'two proofs in one header': () => get(`${proof()}, ${proof()}`),
    'two headers': () => get(undefined, { headers: { [HEADERS.proof]: [proof(), proof()] as never } }),
    'a proof of 5 kB': () => get(proof({ claims: { padding: 'x'.repeat(5_000) } })),
    'a header that is no JSON': () => get(`e30x.${proof().split('.').slice(1).join('.')}`),
    'claims that are a list': () => get(forgeProof({ key: box.key, claims: [] as never })),
    'another type of JWT': () => get(proof({ header: { typ: 'JWT' } })),
    'no type': () => get(proof({ header: { typ: undefined } })),
    'alg none, unsigned': () =>
      get(`${encode({ alg: 'none', typ: 'dpop+jwt', jwk: publicPart() })}.${proof().split('.')[1]}.`),
    'alg none, with a signature': () => get(proof({ header: { alg: 'none' } })),
    'alg HS256 under the public key': () => get(hmacProof()),
    'alg RS256': () => get(proof({ header: { alg: 'RS256' } })),
    'no key in the header': () => get(proof({ header: { jwk: undefined } })),
    'the private key in the header': () => get(proof({ header: { jwk: box.key } })),
    'a key on another curve': () => get(proof({ header: { jwk: { ...publicPart(), crv: 'X25519' } } })),
    'a critical extension nobody knows': () => get(proof({ header: { crit: ['exp'], exp: 0 } })),
    'somebody else’s signature under this key': () =>
      get(proof({ key: createDeviceKey(), header: { jwk: publicPart() } })),
    'a bent signature': () => get(bentSignature()),
    'no jti': () => get(proof({ claims: { jti: undefined } })),
    'a short jti': () => get(proof({ claims: { jti: '1' } })),
    'another method': () => get(proof({ claims: { htm: 'POST' } })),
    'another address of this server': () =>
      get(proof({ claims: { htu: `${TEST_SERVER_URL}${ROUTES.downlink}` } })),
    'another server': () => get(proof({ claims: { htu: `http://evil.example${ROUTES.cursor}` } })),
    'another port': () => get(proof({ claims: { htu: `http://localhost:81${ROUTES.cursor}` } })),
    'another scheme': () => get(proof({ claims: { htu: `ftp://localhost:80${ROUTES.cursor}` } })),
    'an address that is none': () => get(proof({ claims: { htu: ROUTES.cursor } })),
    'a path that only normalises to it': () =>
      get(proof({ claims: { htu: `${TEST_SERVER_URL}/v1/%63ursor` } })),
  },
  nonceRequired: {
    'no nonce': () => get(proof({ claims: { nonce: undefined } })),
    'an invented nonce': () => get(proof({ claims: { nonce: 'x'.repeat(43) } })),
    'a nonce of another server': async () => get(proof({ claims: { nonce: await freshNonce(other) } })),
    'a nonce whose time was changed': () => {
      const bytes = Buffer.from(nonce, 'base64url');
      bytes[5]! ^= 1;
      return get(proof({ claims: { nonce: bytes.toString('base64url') } }));
    },
    'a nonce with foreign characters in it': () => get(proof({ claims: { nonce: `${nonce}!` } })),
    'a nonce that is too old': async () => {
      const stale = proof();
      server.clock.nowMs += NONCE_LIFETIME_MS;
      const reply = await get(stale);
      server.clock.nowMs -= NONCE_LIFETIME_MS;
      return reply;
    },
  },
  proofReplayed: {
    'the same proof twice': async () => {
      const used = proof();
      expect((await get(used)).statusCode).toBe(200);
      return get(used);
    },
    'another proof with the same jti': async () => {
      const jti = randomUUID();
      expect((await get(proof({ claims: { jti } }))).statusCode).toBe(200);
      return get(proof({ claims: { jti, iat: 5 } }));
    },
    'the same proof until its nonce is over': async () => {
      const used = proof();
      await get(used);
      server.clock.nowMs += NONCE_LIFETIME_MS - 1;
      const reply = await get(used);
      server.clock.nowMs -= NONCE_LIFETIME_MS - 1;
      return reply;
    },
  },
  contentDigestMismatch: {
    'a swapped body': () => post({ content_digest: otherDigest }, { 'content-digest': otherDigest }),
    'a header that was changed': () => post({ content_digest: digest }, { 'content-digest': otherDigest }),
    'a header that is gone': () => post({ content_digest: digest }, {}),
    'a body nobody signed': () => post({}, { 'content-digest': digest }),
    'a body that is gone': () =>
      get(proof({ claims: { content_digest: digest } }), { headers: { 'content-digest': digest } }),
  },
  keyUnknown: {
    'a key nobody enrolled': () => get(proof({ key: createDeviceKey() })),
  },
};

const attacks = Object.entries(ATTACKS).flatMap(([code, each]) =>
  Object.entries(each).map(([what, attack]) => ({ code: code as ProblemCode, what, attack })),
);

describe('the gate refuses', () => {
  test.each(attacks)('$what: $code', async ({ code, attack }) => {
    const reply = await attack();
    expect(problemSchema.parse(reply.json())).toMatchObject({ code, status: PROBLEMS[code].status });
    expect(reply.statusCode).toBe(PROBLEMS[code].status);
    expect(reply.headers[HEADERS.nonce]).toMatch(/^[\w-]{43}$/);
    expect(Number(reply.headers[HEADERS.serverTime])).toBeGreaterThanOrEqual(server.clock.nowMs);
    const challenge = PROBLEMS[code].status === 401 ? /^DPoP / : /^undefined$/;
    expect(String(reply.headers['www-authenticate'])).toMatch(challenge);
  });

  test('a box without a fresh nonce in the words of RFC 9449, section 9', async () => {
    const reply = await get(proof({ claims: { nonce: undefined } }));
    expect(reply.headers['www-authenticate']).toBe('DPoP error="use_dpop_nonce"');
  });

  test('a bad proof before it reads the body', async () => {
    const payload = Buffer.alloc(2_000_000);
    const headers = { [HEADERS.proof]: bentSignature(), 'content-type': 'application/json' };
    const reply = await server.app.inject({ method: 'POST', url: ROUTES.events, headers, payload });
    expect(reply.json()).toMatchObject({ code: 'proofInvalid' });
  });

  test('a revoked box by name, and takes it back with a new code as the same box', async () => {
    const revoked = await server.enrolBox();
    const { deviceId } = revoked.answer;
    expect(await server.store.revoke(TEST_SITE, deviceId)).toBe(true);
    const refused = await revoked.inject({ url: ROUTES.cursor });
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'deviceRevoked']);
    const back = await server.enrolBox(await server.createEnrolmentCode(deviceId));
    expect(back.answer).toEqual(revoked.answer);
    expect((await back.inject({ url: ROUTES.cursor })).statusCode).toBe(200);
  });

  test('a withdrawn box models and a new key, but not the way to learn of it and to confirm', async () => {
    const withdrawn = await server.enrolBox();
    const { participantId } = withdrawn.answer;
    await server.store.orderWithdrawal(TEST_SITE, participantId, randomUUID(), server.clock.nowMs);
    const model = ROUTES.model.replace(':modelId', '0'.repeat(64));
    expect((await withdrawn.inject({ url: model })).json()).toMatchObject({ code: 'deviceRevoked' });
    const payload = { protocol: 2, newKeyProof: 'x' };
    const rotation = await withdrawn.inject({ method: 'POST', url: ROUTES.rotateKey, payload });
    expect(rotation.json()).toMatchObject({ code: 'deviceRevoked' });
    expect((await withdrawn.inject({ url: ROUTES.downlink })).statusCode).toBe(200);
    expect((await withdrawn.inject({ url: ROUTES.cursor })).statusCode).toBe(200);
  });
});

describe('the gate lets in', () => {
  test.each([
    ['a proper proof', () => get(proof())],
    ['the older name of the algorithm', () => get(proof({ header: { alg: 'EdDSA' } }))],
    [
      'an address with a query',
      () => get(proof({ claims: { htu: `${TEST_SERVER_URL}${ROUTES.cursor}?a=b#c` } })),
    ],
    ['a request with a query', () => get(proof(), { url: `${ROUTES.cursor}?a=b` })],
    [
      'https, when a proxy took it off',
      () =>
        get(proof({ claims: { htu: `https://localhost${ROUTES.cursor}` } }), {
          headers: { host: 'localhost' },
        }),
    ],
    ['a proof of 1970', () => get(proof({ claims: { iat: 0 } }))],
    ['a proof of the year 9999', () => get(proof({ claims: { iat: 253_402_300_799 } }))],
    ['a proof without iat', () => get(proof({ claims: { iat: undefined } }))],
    ['clocks of no shape, which count as not said', () => get(proof({ claims: { clocks: 'noon' } }))],
    [
      'two boxes with one jti',
      async () => {
        const [one, two] = [await server.enrolBox(), await server.enrolBox()];
        const jti = randomUUID();
        await get(proof({ key: one.key, claims: { jti } }));
        return get(proof({ key: two.key, claims: { jti } }));
      },
    ],
  ] as const)('%s', async (_, request) => {
    const reply = await request();
    expect(reply.statusCode).toBe(200);
    expect(reply.headers[HEADERS.nonce]).toMatch(/^[\w-]{43}$/);
    expect(Number(reply.headers[HEADERS.serverTime])).toBe(server.clock.nowMs);
  });

  test('a swapped body’s proof with the right body afterwards: a refusal uses no proof up', async () => {
    const htu = `${TEST_SERVER_URL}${ROUTES.withdrawn}`;
    const held = proof({ claims: { htm: 'POST', htu, content_digest: digest } });
    const send = (payload: Buffer) =>
      server.app.inject({
        method: 'POST',
        url: ROUTES.withdrawn,
        headers: { 'content-type': 'application/json', [HEADERS.proof]: held, 'content-digest': digest },
        payload,
      });
    expect((await send(Buffer.from('{}'))).json()).toMatchObject({ code: 'contentDigestMismatch' });
    expect((await send(BODY)).json()).toMatchObject({ code: 'bodyInvalid' });
  });

  test('behind a named public address only what was meant for that', async () => {
    const publicUrl = 'https://amecs.example.org';
    const behindProxy = await createTestServer(undefined, { publicUrl });
    const status = async (url: string) =>
      (await createTestBox(behindProxy.app, undefined, url).inject({ url: ROUTES.cursor })).json().code;
    expect(await status(publicUrl)).toBe('keyUnknown');
    expect(await status('http://amecs.example.org')).toBe('proofInvalid');
    expect(await status(TEST_SERVER_URL)).toBe('proofInvalid');
    await behindProxy.app.close();
  });
});

test('a key’s thumbprint is that of RFC 8037, appendix A.3, and what jose says', async () => {
  const example = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
  expect(keyThumbprint(example)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  expect(keyThumbprint(publicPart())).toBe(await calculateJwkThumbprint(publicPart()));
});
