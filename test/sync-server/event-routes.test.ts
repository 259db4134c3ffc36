import { gzipSync } from 'node:zlib';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { CHAIN_START } from '../../sync-server/protocol/chain-value.ts';
import { acknowledgementSchema, cursorAnswerSchema } from '../../sync-server/protocol/event-batch.ts';
import { nextLink } from '../../sync-server/protocol/journal-chain.ts';
import { MAX_BATCH_BYTES, PROTOCOL_VERSION, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { openSqliteStore } from '../../sync-server/store/sqlite/sqlite-store.ts';
import { type Store, StoreUnavailableError } from '../../sync-server/store/store.ts';
import { journalEvents } from '../support/journal-events.ts';
import { createTestServer, type EnrolledTestBox } from '../support/test-server.ts';

/** A server with one box; `change` makes its store another. */
async function serverWith(change: (store: Store) => Partial<Store> = () => ({})) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const store = await openSqliteStore(':memory:');
  const server = await createTestServer({ ...store, ...change(store) }, { log });
  onTestFinished(() => server.app.close());
  return { server, lines, box: await server.enrolBox() };
}

const batch = (events: readonly unknown[], firstSeq = 1, chainBefore = CHAIN_START) => ({
  protocol: PROTOCOL_VERSION,
  after: { epoch: firstSeq === 1 ? 0 : 1, seq: firstSeq - 1 },
  epoch: 1,
  firstSeq,
  chainBefore,
  events,
});

const post = (box: EnrolledTestBox, message: unknown) =>
  box.inject({
    method: 'POST',
    url: ROUTES.events,
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    payload: gzipSync(JSON.stringify(message)),
  });

test('a batch is stored, acknowledged and noted in the log, without what is in it', async () => {
  const { box, lines } = await serverWith();
  const events = journalEvents(1, 1, 3);
  const reply = await post(box, batch(events));
  expect(acknowledgementSchema.strict().parse(reply.json())).toMatchObject({
    ackedThrough: { epoch: 1, seq: 3 },
    isBehind: false,
    quarantined: [],
    downlinkVersion: 0,
  });
  const { siteId, deviceId } = box.answer;
  expect(lines.find(({ event }) => event === 'batchTaken')).toMatchObject({
    siteId,
    deviceId,
    sent: 3,
    stored: 3,
  });
  expect(JSON.stringify(lines)).not.toContain('libraryScanned');

  const cursor = await box.inject({ method: 'GET', url: ROUTES.cursor });
  expect(cursorAnswerSchema.strict().parse(cursor.json()).heads).toEqual([
    { epoch: 1, seq: 3, chain: journalEvents(1, 1, 3).reduce<string>(nextLink, CHAIN_START) },
  ]);
});

test('a batch after something the server lacks is not kept, and the answer says so', async () => {
  const { box } = await serverWith();
  const reply = await post(box, batch(journalEvents(1, 5, 6), 5));
  expect(acknowledgementSchema.parse(reply.json())).toMatchObject({ isBehind: true });
  const cursor = await box.inject({ method: 'GET', url: ROUTES.cursor });
  expect(cursor.json()).toMatchObject({ heads: [] });
});

test('a history that is not the server’s is set aside, and the box is given an epoch of its own', async () => {
  const { box } = await serverWith();
  await post(box, batch(journalEvents(1, 1, 3)));
  const [other] = journalEvents(1, 9, 9);
  const reply = await post(box, batch(journalEvents(1, 4, 5), 4, nextLink(CHAIN_START, other)));
  expect(acknowledgementSchema.parse(reply.json())).toMatchObject({
    ackedThrough: { epoch: 1, seq: 5 },
    quarantined: [4, 5].map((seq) => ({ epoch: 1, seq, reason: 'conflict' })),
    newEpoch: 2,
  });
});

test.each<[string, unknown]>([
  ['of more than 500 events', batch(journalEvents(1, 1, 501))],
  ['that inflates to more than 1 MB', batch([' '.repeat(MAX_BATCH_BYTES)])],
])('a batch %s is too large, so that the box halves it', async (_what, message) => {
  const { box } = await serverWith();
  const reply = await post(box, message);
  expect([reply.statusCode, reply.json().code]).toEqual([413, 'bodyTooLarge']);
});

test('a store that fails is told as such, with the time to come back', async () => {
  const { box } = await serverWith(() => ({
    append: () => Promise.reject(new StoreUnavailableError('disk full')),
  }));
  const reply = await post(box, batch(journalEvents(1, 1, 1)));
  expect([reply.statusCode, reply.json().code]).toEqual([503, 'storeUnavailable']);
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
});

test('a store that cannot follow is not asked for ever more: the 65th batch at once is sent away', async () => {
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { box } = await serverWith((store) => ({
    append: (device, sent) => held.then(() => store.append(device, sent)),
  }));
  const message = batch(journalEvents(1, 1, 1));
  // The first brings the nonce; the others may then go at once.
  await box.inject({ method: 'GET', url: ROUTES.cursor });
  const waiting = Array.from({ length: 64 }, () => post(box, message));
  const refused = await Promise.race([post(box, message), ...waiting]);
  expect([refused.statusCode, refused.json().code]).toEqual([503, 'overloaded']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  letGo();
  const others = (await Promise.all(waiting)).map(({ statusCode }) => statusCode);
  expect(others.filter((status) => status === 200).length).toBeGreaterThanOrEqual(63);
});
