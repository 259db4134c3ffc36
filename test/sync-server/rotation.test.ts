import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeviceKey, type DeviceKey } from '../../device/sync/device-key.ts';
import { proofOfPossession } from '../../device/sync/proof.ts';
import { keyThumbprint } from '../../sync-server/protocol/key-thumbprint.ts';
import {
  HEADERS,
  NONCE_LIFETIME_MS,
  PROTOCOL_VERSION,
  ROUTES,
} from '../../sync-server/protocol/protocol-limits.ts';
import { forgeProof } from '../support/forged-proof.ts';
import { createTestBox, TEST_SERVER_URL } from '../support/test-box.ts';
import { createTestServer, type EnrolledTestBox, type TestServer } from '../support/test-server.ts';

const HTU = `${TEST_SERVER_URL}${ROUTES.rotateKey}`;

let server: TestServer;
let box: EnrolledTestBox;
let nonce: string;

beforeEach(async () => {
  server = await createTestServer();
  box = await server.enrolBox();
  nonce = await freshNonce();
});
afterEach(() => server.app.close());

async function freshNonce(): Promise<string> {
  const reply = await server.app.inject({ method: 'GET', url: ROUTES.cursor });
  return String(reply.headers[HEADERS.nonce]);
}

const possess = (key: DeviceKey): Promise<string> =>
  proofOfPossession({ method: 'POST', path: ROUTES.rotateKey }, TEST_SERVER_URL, key, nonce);

function rotate(newKeyProof: string, by: { inject: EnrolledTestBox['inject'] } = box) {
  const payload = { protocol: PROTOCOL_VERSION, newKeyProof };
  return by.inject({ method: 'POST', url: ROUTES.rotateKey, payload });
}

const thumbprint = ({ d: _, ...publicKey }: DeviceKey): string => keyThumbprint(publicKey);
const as = (key: DeviceKey) => createTestBox(server.app, key);
const statusOf = async (key: DeviceKey): Promise<number> =>
  (await as(key).inject({ url: ROUTES.cursor })).statusCode;

describe('a new key', () => {
  test('is good beside the old one until it is used, and alone from then on', async () => {
    const next = createDeviceKey();
    const reply = await rotate(await possess(next));
    expect([reply.statusCode, reply.json()]).toEqual([200, { keyThumbprint: thumbprint(next) }]);
    expect(await statusOf(box.key)).toBe(200);
    expect(await statusOf(next)).toBe(200);
    expect(await statusOf(box.key)).toBe(401);
    expect(await statusOf(next)).toBe(200);
  });

  test('may be named again when the reply was lost, by the old key or by itself', async () => {
    const next = createDeviceKey();
    const proof = await possess(next);
    for (const by of [box, box, as(next), as(next)]) expect((await rotate(proof, by)).statusCode).toBe(200);
    expect([await statusOf(next), await statusOf(box.key)]).toEqual([200, 401]);
  });

  test('named later takes the place of one that was never used', async () => {
    const [first, second] = [createDeviceKey(), createDeviceKey()];
    await rotate(await possess(first));
    await rotate(await possess(second));
    expect(await statusOf(first)).toBe(401);
    expect([await statusOf(second), await statusOf(box.key)]).toEqual([200, 401]);
  });

  test('whose first use is refused for its body does not take over', async () => {
    const next = createDeviceKey();
    await rotate(await possess(next));
    const headers = { 'content-digest': 'sha-256=:AAAA:' };
    const claims = { jti: randomUUID(), htm: 'GET', htu: `${TEST_SERVER_URL}${ROUTES.cursor}`, nonce };
    const dpop = forgeProof({ key: next, claims: { ...claims, content_digest: 'sha-256=:AAAA:' } });
    const reply = await server.app.inject({ url: ROUTES.cursor, headers: { ...headers, dpop } });
    expect(reply.json()).toMatchObject({ code: 'contentDigestMismatch' });
    expect(await statusOf(box.key)).toBe(200);
  });
});

describe('no new key comes from', () => {
  const claims = () => ({ jti: randomUUID(), htm: 'POST', htu: HTU, nonce });

  test.each<[string, (next: DeviceKey) => string | Promise<string>, string]>([
    ['words that are no proof', () => 'please', 'proofInvalid'],
    [
      'a key that was not shown to be held',
      (next) => {
        const { d: _, ...jwk } = next;
        return forgeProof({ key: box.key, header: { jwk }, claims: claims() });
      },
      'proofInvalid',
    ],
    [
      'a proof for another address',
      (next) => forgeProof({ key: next, claims: { ...claims(), htu: TEST_SERVER_URL } }),
      'proofInvalid',
    ],
    [
      'a proof without a nonce',
      (next) => forgeProof({ key: next, claims: { ...claims(), nonce: undefined } }),
      'nonceRequired',
    ],
    [
      'a proof of long ago',
      async (next) => {
        const proof = await possess(next);
        server.clock.nowMs += NONCE_LIFETIME_MS;
        return proof;
      },
      'nonceRequired',
    ],
  ])('%s', async (_, forge, code) => {
    const next = createDeviceKey();
    const reply = await rotate(await forge(next));
    expect(reply.json()).toMatchObject({ code });
    expect(await server.store.deviceByKey(thumbprint(next))).toBeUndefined();
    expect(await statusOf(box.key)).toBe(200);
  });

  test('another box: its key stays its own', async () => {
    const other = await server.enrolBox();
    expect((await rotate(await possess(other.key))).json()).toMatchObject({ code: 'proofInvalid' });
    expect([await statusOf(box.key), await statusOf(other.key)]).toEqual([200, 200]);
    expect(await server.store.deviceByKey(thumbprint(other.key))).toMatchObject({
      deviceId: other.answer.deviceId,
    });
  });

  test('a stranger with a key of their own', async () => {
    const [stranger, next] = [as(createDeviceKey()), createDeviceKey()];
    expect((await rotate(await possess(next), stranger)).json()).toMatchObject({ code: 'keyUnknown' });
  });
});
