/** Each operation of the document once for real: the status, the type, the headers and every member are as it says. */
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeviceKey } from '../../../device/sync/device-key.ts';
import { NAMED_SCHEMAS } from '../../../sync-server/openapi/components.ts';
import { openApiDocument } from '../../../sync-server/openapi/open-api-document.ts';
import { ROUTE_TABLE } from '../../../sync-server/openapi/route-table.ts';
import { CHAIN_START } from '../../../sync-server/protocol/chain-value.ts';
import { HEADERS, PROTOCOL_VERSION, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { createUuidV7 } from '../../../sync-server/uuid-v7.ts';
import { journalEvents } from '../../support/journal-events.ts';
import { createTestBox } from '../../support/test-box.ts';
import {
  createTestServer,
  type EnrolledTestBox,
  TEST_SITE,
  TEST_TIME_MS,
  type TestServer,
} from '../../support/test-server.ts';
import { claimsOf, headerOf, signedRequest, signProofText } from '../fuzz/signed-request.ts';

const MODEL = { modelId: 'a'.repeat(64), sizeBytes: 3, signature: 'A'.repeat(86) };

let server: TestServer;
let box: EnrolledTestBox;

beforeAll(async () => {
  server = await createTestServer();
  box = await server.enrolBox();
  await server.store.publishModel(TEST_SITE, MODEL, Buffer.from('abc'), TEST_TIME_MS);
});
afterAll(() => server.app.close());

const get = (url: string) => () => box.inject({ method: 'GET', url });
const post = (url: string, payload: object) => () =>
  box.inject({ method: 'POST', url, payload: { protocol: PROTOCOL_VERSION, ...payload } });
const read = (url: string) => () =>
  server.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${server.researcherToken}` } });

const batch = (firstSeq: number, events: readonly unknown[]) => ({
  after: firstSeq === 1 ? { epoch: 0, seq: 0 } : { epoch: 1, seq: firstSeq - 1 },
  epoch: 1,
  firstSeq,
  chainBefore: CHAIN_START,
  events,
});

/** In an order in which all of them succeed; `sendEvents` with an event nobody can read and a conflict. */
const OPERATIONS: Readonly<Record<string, () => Promise<LightMyRequestResponse>>> = {
  async enrol() {
    const payload = { protocol: PROTOCOL_VERSION, code: await server.createEnrolmentCode() };
    return createTestBox(server.app).inject({ method: 'POST', url: ROUTES.enrol, payload });
  },
  async rotateKey() {
    const asked = await server.app.inject(
      signedRequest({ method: 'GET', url: ROUTES.cursor }, box.key, undefined),
    );
    const nonce = String(asked.headers[HEADERS.nonce]);
    const next = createDeviceKey();
    const bare = { method: 'POST', url: ROUTES.rotateKey } as const;
    const newKeyProof = signProofText(
      { header: JSON.stringify(headerOf(next)), claims: JSON.stringify(claimsOf(bare, nonce)) },
      next,
    );
    const body = Buffer.from(JSON.stringify({ protocol: PROTOCOL_VERSION, newKeyProof }));
    return server.app.inject(signedRequest({ ...bare, body }, box.key, nonce));
  },
  async sendEvents() {
    await post(ROUTES.events, batch(1, [...journalEvents(1, 1, 2), { dreamt: true }]))();
    return post(ROUTES.events, batch(2, journalEvents(1, 2, 5)))();
  },
  readCursor: get(ROUTES.cursor),
  readDownlink: get(ROUTES.downlink),
  readModel: get(ROUTES.model.replace(':modelId', MODEL.modelId)),
  exportEvents: read(ROUTES.exportEvents),
  exportQuarantine: read(ROUTES.exportQuarantine),
  readHealth: read(ROUTES.health),
  readOpenApi: read(ROUTES.openApi),
  async confirmWithdrawal() {
    const orderId = createUuidV7(TEST_TIME_MS);
    const ordered = await server.store.orderWithdrawal(
      TEST_SITE,
      box.answer.participantId,
      orderId,
      TEST_TIME_MS,
    );
    return post(ROUTES.withdrawn, { orderId: ordered })();
  },
};

const { paths } = openApiDocument() as {
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, { headers: object }> }>
  >;
};
const documented = Object.values(paths).flatMap((methods) => Object.values(methods));

test('every operation is tried', () => {
  expect(Object.keys(OPERATIONS).sort()).toEqual(ROUTE_TABLE.map(({ operationId }) => operationId).sort());
});

test.each(Object.entries(OPERATIONS))('%s answers as the document says', async (operationId, ask) => {
  const reply = await ask();
  const { status, answer } = ROUTE_TABLE.find((route) => route.operationId === operationId)!;
  expect(reply.statusCode, reply.body).toBe(status);
  const { responses } = documented.find((operation) => operation.operationId === operationId)!;
  for (const header of Object.keys(responses[status]!.headers)) {
    expect(reply.headers[header], header).toBeDefined();
  }
  if (answer === 'bytes') {
    expect(reply.headers['content-type']).toBe('application/octet-stream');
    return;
  }
  expect(reply.headers['content-type']).toMatch(/^application\/json/);
  if (answer === 'document') return;
  // Parsing leaves out what the schema does not name: nothing may be left out.
  expect(NAMED_SCHEMAS[answer].schema.parse(reply.json())).toEqual(reply.json());
});
