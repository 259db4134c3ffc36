import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Acknowledgement } from '../../sync-server/protocol/event-batch.ts';
import type { ExportPage } from '../../sync-server/protocol/export-page.ts';
import { MAX_BATCH_BYTES, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { BOOT_ID, journalEvent, journalEvents } from '../support/journal-events.ts';
import { createTestServer, TEST_SITE, TEST_TIME_MS, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let token: string;

beforeEach(async () => {
  server = await createTestServer();
  token = await server.enrolBox();
});
afterEach(() => server.app.close());

interface Sent {
  readonly epoch?: number;
  readonly firstSeq?: number;
  readonly after?: { epoch: number; seq: number };
  readonly lostBefore?: boolean;
  readonly events: readonly unknown[];
}

async function send({ epoch = 1, firstSeq = 1, after, ...rest }: Sent): Promise<Acknowledgement> {
  const body = { protocol: 1, after: after ?? { epoch: 0, seq: 0 }, epoch, firstSeq, ...rest };
  const reply = await server.app.inject({
    method: 'POST',
    url: ROUTES.events,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    },
    payload: gzipSync(JSON.stringify(body)),
  });
  expect(reply.statusCode).toBe(200);
  return reply.json();
}

async function exportPage(query = ''): Promise<ExportPage> {
  const headers = { authorization: `Bearer ${server.researcherToken}` };
  return (await server.app.inject({ method: 'GET', url: `${ROUTES.exportEvents}${query}`, headers })).json();
}

async function storedKeys(): Promise<string[]> {
  const { rows } = await exportPage();
  return rows.map(({ event: { stamp } }) => `${stamp.epoch}.${stamp.seq}`);
}

describe('a batch', () => {
  test('is acknowledged to its end, with the generation of the database', async () => {
    const ack = await send({ events: journalEvents(1, 1, 3) });
    expect(ack).toEqual({
      ackedThrough: { epoch: 1, seq: 3 },
      generation: await server.store.generation(),
      quarantined: [],
    });
    expect(await storedKeys()).toEqual(['1.1', '1.2', '1.3']);
  });

  test('sent twice is stored once and acknowledged both times', async () => {
    const first = await send({ events: journalEvents(1, 1, 3) });
    expect(await send({ events: journalEvents(1, 1, 3) })).toEqual(first);
    expect(await storedKeys()).toHaveLength(3);
  });

  test('that overlaps an earlier one adds only what is new', async () => {
    await send({ events: journalEvents(1, 1, 3) });
    const ack = await send({ firstSeq: 2, after: { epoch: 1, seq: 1 }, events: journalEvents(1, 2, 5) });
    expect(ack.ackedThrough).toEqual({ epoch: 1, seq: 5 });
    expect(await storedKeys()).toEqual(['1.1', '1.2', '1.3', '1.4', '1.5']);
  });

  test('beyond a gap is not stored, and the answer tells where the gap begins', async () => {
    await send({ events: journalEvents(1, 1, 3) });
    const ack = await send({ firstSeq: 6, after: { epoch: 1, seq: 3 }, events: journalEvents(1, 6, 7) });
    expect(ack.ackedThrough).toEqual({ epoch: 1, seq: 3 });
    expect(await storedKeys()).toHaveLength(3);
  });

  test('beyond a gap the box cannot fill is stored, and the gap stays visible', async () => {
    await send({ events: journalEvents(1, 1, 3) });
    const beyond = { firstSeq: 6, after: { epoch: 1, seq: 3 }, events: journalEvents(1, 6, 7) };
    expect((await send({ ...beyond, lostBefore: true })).ackedThrough).toEqual({ epoch: 1, seq: 7 });
    expect(await storedKeys()).toEqual(['1.1', '1.2', '1.3', '1.6', '1.7']);
  });

  test('of a new epoch connects only when the server has the end of the one before', async () => {
    await send({ events: journalEvents(1, 1, 3) });
    const next = { epoch: 2, events: journalEvents(2, 1, 2) };
    expect((await send({ ...next, after: { epoch: 1, seq: 5 } })).ackedThrough).toEqual({ epoch: 1, seq: 3 });
    expect((await send({ ...next, after: { epoch: 1, seq: 3 } })).ackedThrough).toEqual({ epoch: 2, seq: 2 });
  });

  test('of the largest size is taken', async () => {
    const events = journalEvents(1, 1, 500);
    expect(JSON.stringify(events).length).toBeLessThan(MAX_BATCH_BYTES);
    expect((await send({ events })).ackedThrough).toEqual({ epoch: 1, seq: 500 });
  });
});

describe('the queue never blocks on', () => {
  test.each<[string, unknown]>([
    ['a kind from the future', { stamp: journalEvent(1, 2).stamp, entry: { kind: 'dreamt', of: 'sheep' } }],
    ['a probability of 2', journalEvent(1, 2, { kind: 'booted', appVersion: 'x'.repeat(41) })],
    ['null', null],
    ['a text with a null byte and half a surrogate pair', '\u0000\ud800'],
    ['brackets and escaped quotes in a text', '[["\\'.repeat(40)],
    ['a stamp of another place', journalEvent(1, 9)],
    ['a prototype key', JSON.parse('{"__proto__":{"stamp":1}}')],
  ])('%s: kept raw, acknowledged, and told', async (_what, unreadable) => {
    const events = [journalEvent(1, 1), unreadable, journalEvent(1, 3)];
    const ack = await send({ events });
    expect(ack.ackedThrough).toEqual({ epoch: 1, seq: 3 });
    expect(ack.quarantined).toEqual([{ epoch: 1, seq: 2, reason: 'unreadable' }]);
    expect(await send({ events })).toEqual(ack);
    expect(await exportPage()).toMatchObject({ rows: { length: 2 }, quarantined: 1 });
  });

  test('another event at a known place (a cloned card): both are kept, the first stays', async () => {
    await send({ events: journalEvents(1, 1, 2) });
    const other = journalEvent(1, 2, { kind: 'shutDown' });
    const ack = await send({ firstSeq: 2, after: { epoch: 1, seq: 1 }, events: [other, journalEvent(1, 3)] });
    expect(ack.ackedThrough).toEqual({ epoch: 1, seq: 3 });
    expect(ack.quarantined).toEqual([{ epoch: 1, seq: 2, reason: 'conflict' }]);
    const { rows, quarantined } = await exportPage();
    expect(rows.map(({ event }) => event.entry.kind)).toEqual(Array(3).fill('libraryScanned'));
    expect(quarantined).toBe(1);
  });
});

test('the order of keys in an event is no conflict', async () => {
  const { stamp, entry } = journalEvent(1, 1);
  await send({ events: [{ stamp, entry }] });
  const turned = { entry: Object.fromEntries(Object.entries(entry).reverse()), stamp };
  expect((await send({ events: [turned] })).quarantined).toEqual([]);
});

test('fields of a newer box in a known kind are kept', async () => {
  const { stamp, entry } = journalEvent(1, 1, { kind: 'shutDown' });
  await send({ events: [{ stamp, entry: { ...entry, reason: 'battery' } }] });
  expect((await exportPage()).rows[0]!.event.entry).toEqual({ kind: 'shutDown', reason: 'battery' });
});

test.each([
  ['1970', 0],
  ['before 1970', -1e12],
  ['the year 9999', 253_402_300_799_999],
  ['no calendar', 1e300],
])('a wall clock that shows %s is no reason to refuse', async (_when, wallMs) => {
  const event = journalEvent(1, 1, { kind: 'shutDown' }, { wallMs, clockState: 'unset' });
  expect(await send({ events: [event] })).toMatchObject({ ackedThrough: { seq: 1 }, quarantined: [] });
});

test('the cursor is asked for without sending anything', async () => {
  const ask = { method: 'GET', url: ROUTES.cursor, headers: { authorization: `Bearer ${token}` } } as const;
  expect((await server.app.inject(ask)).json()).toMatchObject({ ackedThrough: { epoch: 0, seq: 0 } });
  await send({ events: journalEvents(1, 1, 4) });
  expect((await server.app.inject(ask)).json()).toMatchObject({ ackedThrough: { epoch: 1, seq: 4 } });
});

test('the export comes in pages that leave nothing out and say where they are from', async () => {
  await send({ events: journalEvents(1, 1, 5) });
  const first = await exportPage('?limit=2');
  const second = await exportPage(`?limit=2&after=${first.next}`);
  const third = await exportPage(`?limit=2&after=${second.next}`);
  expect([...first.rows, ...second.rows, ...third.rows].map(({ log }) => log)).toEqual([1, 2, 3, 4, 5]);
  expect(third.next).toBeNull();
  expect(first).toMatchObject({ siteId: TEST_SITE, purpose: 'study' });
  expect(first.rows[0]).toMatchObject({ receivedAtMs: TEST_TIME_MS, event: { stamp: { bootId: BOOT_ID } } });
});

test('health is told without a token and says nothing else', async () => {
  const reply = await server.app.inject({ method: 'GET', url: ROUTES.health });
  expect(reply.json()).toEqual({ status: 'ok', protocol: 1 });
});
