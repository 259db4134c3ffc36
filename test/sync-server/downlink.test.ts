import { describe, expect, test } from 'vitest';
import { isSignedBy } from '../../device/learning/model-signature.ts';
import { signModel } from '../../sync-server/model-signing.ts';
import { type DownlinkAnswer, downlinkAnswerSchema } from '../../sync-server/protocol/downlink.ts';
import { PROTOCOL_VERSION, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { createSigningKey, publicKeyOf } from '../../sync-server/site-signing-key.ts';
import {
  createTestServer,
  type EnrolledTestBox,
  TEST_SITE,
  type TestServer,
} from '../support/test-server.ts';

const ORDER = '01900000-0000-7000-8000-0000000000aa';
const BYTES = new TextEncoder().encode('a model');

async function downlinkOf(box: EnrolledTestBox): Promise<DownlinkAnswer> {
  const reply = await box.inject({ url: ROUTES.downlink });
  expect(reply.statusCode).toBe(200);
  return downlinkAnswerSchema.parse(reply.json());
}

async function publish({ store }: TestServer, bytes = BYTES) {
  const model = signModel(bytes, await store.signingKey(TEST_SITE, createSigningKey));
  await store.publishModel(TEST_SITE, model, bytes, 0);
  return model;
}

const pathOf = (modelId: string): string => ROUTES.model.replace(':modelId', modelId);

const withdrawn = (orderId: string) => ({
  method: 'POST' as const,
  url: ROUTES.withdrawn,
  payload: { protocol: PROTOCOL_VERSION, orderId },
});

describe('the downlink refuses', () => {
  test.each([
    ['GET', ROUTES.downlink],
    ['GET', pathOf('a'.repeat(64))],
    ['POST', ROUTES.withdrawn],
  ] as const)('%s %s without a proof', async (method, url) => {
    const { app } = await createTestServer();
    const reply = await app.inject({ method, url });
    expect([reply.statusCode, reply.json().code]).toEqual([401, 'proofMissing']);
  });

  test('boxes that were taken off', async () => {
    const server = await createTestServer();
    const box = await server.enrolBox();
    const { modelId } = await publish(server);
    await server.store.revoke(TEST_SITE, box.answer.deviceId);
    for (const request of [{ url: ROUTES.downlink }, { url: pathOf(modelId) }, withdrawn(ORDER)]) {
      const reply = await box.inject(request);
      expect([reply.statusCode, reply.json().code]).toEqual([403, 'deviceRevoked']);
    }
  });

  test.each(['b'.repeat(64), 'b', '..', `${'B'.repeat(64)}`, '%00'])(
    'a model it does not have: %s',
    async (id) => {
      const server = await createTestServer();
      const box = await server.enrolBox();
      await publish(server);
      const reply = await box.inject({ url: pathOf(id) });
      expect(reply.statusCode).toBe(404);
      expect(['modelUnknown', 'notFound']).toContain(reply.json().code);
    },
  );

  test('the confirmation of an order it did not give', async () => {
    const { enrolBox } = await createTestServer();
    const reply = await (await enrolBox()).inject(withdrawn(ORDER));
    expect([reply.statusCode, reply.json().code]).toEqual([404, 'orderUnknown']);
  });

  test('a confirmation that is none', async () => {
    const { enrolBox } = await createTestServer();
    const box = await enrolBox();
    const payload = { protocol: PROTOCOL_VERSION, orderId: 'all' };
    const unread = await box.inject({ method: 'POST', url: ROUTES.withdrawn, payload });
    expect([unread.statusCode, unread.json().code]).toEqual([422, 'bodyInvalid']);
    const large = await box.inject({
      method: 'POST',
      url: ROUTES.withdrawn,
      payload: { ...payload, words: 'x'.repeat(2_000) },
    });
    expect(large.statusCode).toBe(413);
  });
});

describe('the downlink', () => {
  test('is empty for a new box', async () => {
    const { enrolBox } = await createTestServer();
    expect(await downlinkOf(await enrolBox())).toMatchObject({
      settings: null,
      model: null,
      withdrawal: null,
    });
  });

  test('has the settings made for this box, and a higher version with each change', async () => {
    const server = await createTestServer();
    const [box, other] = [await server.enrolBox(), await server.enrolBox()];
    const before = await downlinkOf(box);
    await server.store.setSettings(TEST_SITE, box.answer.deviceId, { novelty: 0.5 });
    const first = await downlinkOf(box);
    expect(first.settings).toEqual({ version: 1, values: { novelty: 0.5 } });
    await server.store.setSettings(TEST_SITE, box.answer.deviceId, { fadeInMs: 90 });
    const second = await downlinkOf(box);
    expect(second.settings).toEqual({ version: 2, values: { fadeInMs: 90 } });
    expect(before.downlinkVersion).toBeLessThan(first.downlinkVersion);
    expect(first.downlinkVersion).toBeLessThan(second.downlinkVersion);
    expect((await downlinkOf(other)).settings).toBeNull();
  });

  test('has the model of the site, whose bytes are fetched by its id and signed with the key told at enrolment', async () => {
    const server = await createTestServer();
    const box = await server.enrolBox();
    const model = await publish(server);
    const wanted = (await downlinkOf(box)).model;
    expect(wanted).toEqual(model);
    expect(isSignedBy(box.answer.modelKey, wanted!)).toBe(true);
    const reply = await box.inject({ url: pathOf(model.modelId) });
    expect(reply.headers['content-type']).toBe('application/octet-stream');
    expect(new Uint8Array(reply.rawPayload)).toEqual(BYTES);
    await server.store.unpublishModel(TEST_SITE);
    expect((await downlinkOf(box)).model).toBeNull();
    expect((await box.inject({ url: pathOf(model.modelId) })).statusCode).toBe(404);
  });

  test('brings a withdrawal until it is confirmed; then the key is not known any more', async () => {
    const server = await createTestServer();
    const box = await server.enrolBox();
    const { participantId } = box.answer;
    await server.store.orderWithdrawal(TEST_SITE, participantId, ORDER, 0);
    expect((await downlinkOf(box)).withdrawal).toEqual({ orderId: ORDER, participantId });
    expect((await downlinkOf(box)).withdrawal).not.toBeNull();
    const reply = await box.inject(withdrawn(ORDER));
    expect([reply.statusCode, reply.json()]).toEqual([200, { orderId: ORDER }]);
    const again = await box.inject(withdrawn(ORDER));
    expect([again.statusCode, again.json().code]).toEqual([401, 'keyUnknown']);
  });

  test('brings no model to a box whose child was withdrawn', async () => {
    const server = await createTestServer();
    const box = await server.enrolBox();
    const { modelId } = await publish(server);
    await server.store.orderWithdrawal(TEST_SITE, box.answer.participantId, ORDER, 0);
    expect((await box.inject({ url: pathOf(modelId) })).statusCode).toBe(403);
  });
});

describe("a site's signature", () => {
  const key = createSigningKey();
  const model = signModel(BYTES, key);

  test('is the same for the same bytes, and holds for its key alone', () => {
    expect(signModel(BYTES, key)).toEqual(model);
    expect(isSignedBy(publicKeyOf(key), model)).toBe(true);
    expect(isSignedBy(publicKeyOf(createSigningKey()), model)).toBe(false);
  });

  test.each([
    ['another id', { modelId: 'c'.repeat(64) }],
    ['another size', { sizeBytes: BYTES.length + 1 }],
    ['another signature', { signature: model.signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) }],
  ])('does not hold for %s', (_, changes) => {
    expect(isSignedBy(publicKeyOf(key), { ...model, ...changes })).toBe(false);
  });

  // RFC 8032, section 7.1, test 2 is over one byte; this one is over our statement, made with
  // openssl pkeyutl -sign -inkey key.pem -rawin -in statement | base64 -w0 | tr '+/' '-_' | tr -d '='
  // where key.pem has the RFC's secret key of test 1 and statement is "amecs population model\nHASH\n7".
  test('is what OpenSSL makes of the same statement', () => {
    const privateKeyPem = `-----BEGIN PRIVATE KEY-----\n${Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
    ]).toString('base64')}\n-----END PRIVATE KEY-----\n`;
    expect(signModel(BYTES, { privateKeyPem })).toEqual({
      modelId: '97ff8a35544dcf40ad84047074439dd6aa3a0be469ea578a1b1c017d939ec61c',
      sizeBytes: 7,
      signature: 'nAR6j74KTg54jmTJTXcegQ-jB9lIZ1NjKTOCidKJ-S4dEtRX2H2Ql2qm7b4kU8lB8qcXrXtckQpmifrPEbGlDw',
    });
  });
});
