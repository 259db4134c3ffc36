/** What the box says with each request, read by jose: an implementation that is not ours. */
import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { createDeviceKey, toKeyPair } from '../../../device/sync/device-key.ts';
import { proofHeaders, proofOfPossession } from '../../../device/sync/proof.ts';
import { contentDigest } from '../../../sync-server/protocol/content-digest.ts';
import { keyThumbprint } from '../../../sync-server/protocol/key-thumbprint.ts';
import { deviceClocksSchema, proofClaimsSchema } from '../../../sync-server/protocol/proof.ts';

const SERVER_URL = 'https://amecs.example.org';
const BODY = Buffer.from('{"hello": "world"}\n');
const CLOCKS = {
  bootId: randomUUID(),
  monotonicMs: 1234.5,
  wallMs: -62_135_596_800_000,
  clockState: 'unset' as const,
  lastExchange: { sentMs: 1, receivedMs: 2.5, serverMs: 1_767_312_000_000 },
};

const key = createDeviceKey();

async function readProof(request: Parameters<typeof proofHeaders>[0], clocks?: typeof CLOCKS) {
  const headers = await proofHeaders(request, SERVER_URL, key, { nonce: 'n1', clocks });
  const { payload, protectedHeader } = await jwtVerify(headers.dpop!, EmbeddedJWK, { typ: 'dpop+jwt' });
  return { headers, payload, protectedHeader };
}

describe('a proof', () => {
  test('has the header and claims of RFC 9449, section 4.2, and a public key only', async () => {
    const { payload, protectedHeader } = await readProof({ method: 'GET', path: '/v1/cursor?after=1' });
    const { d: _, ...publicKey } = key;
    expect(protectedHeader).toEqual({ typ: 'dpop+jwt', alg: 'Ed25519', jwk: publicKey });
    expect(payload).toEqual({
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      htm: 'GET',
      htu: `${SERVER_URL}/v1/cursor`,
      iat: expect.any(Number),
      nonce: 'n1',
    });
    expect(proofClaimsSchema.safeParse(payload).success).toBe(true);
  });

  test('signs the body by its digest as in RFC 9530, appendix B.1', async () => {
    const { headers, payload } = await readProof({ method: 'POST', path: '/v1/events', body: BODY });
    // `printf '{"hello": "world"}\n' | openssl dgst -sha256 -binary | base64`
    const digest = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
    expect(headers['content-digest']).toBe(digest);
    expect(payload.content_digest).toBe(digest);
    expect(contentDigest(BODY)).toBe(digest);
  });

  test('carries the clocks as they are, however wrong', async () => {
    const { payload } = await readProof({ method: 'GET', path: '/v1/cursor' }, CLOCKS);
    expect(deviceClocksSchema.parse(payload.clocks)).toEqual(CLOCKS);
  });

  test('is another each time', async () => {
    const request = { method: 'GET', path: '/v1/cursor' } as const;
    const [one, two] = [await readProof(request), await readProof(request)];
    expect(one.payload.jti).not.toBe(two.payload.jti);
  });

  test('of possession is for the same request, without body or clocks', async () => {
    const next = createDeviceKey();
    const proof = await proofOfPossession({ method: 'POST', path: '/v1/key' }, SERVER_URL, next, 'n2');
    const { payload } = await jwtVerify(proof, EmbeddedJWK);
    expect(payload).toMatchObject({ htm: 'POST', htu: `${SERVER_URL}/v1/key`, nonce: 'n2' });
    expect(Object.keys(payload).sort()).toEqual(['htm', 'htu', 'iat', 'jti', 'nonce']);
    expect(decodeProtectedHeader(proof).jwk).toMatchObject({ x: next.x });
  });
});

describe('a device key', () => {
  test('is another each time, and its name is the thumbprint of RFC 7638', async () => {
    const { d: _, ...publicKey } = key;
    expect(createDeviceKey().x).not.toBe(key.x);
    expect(keyThumbprint(publicKey)).toBe(await calculateJwkThumbprint(publicKey));
  });

  test('whose halves do not belong together signs nothing', async () => {
    await expect(toKeyPair({ ...key, x: createDeviceKey().x })).rejects.toThrow();
  });
});
