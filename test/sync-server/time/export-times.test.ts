import { expect, test } from 'vitest';
import { CHAIN_START } from '../../../sync-server/protocol/chain-value.ts';
import type { ExportPage, QuarantinePage } from '../../../sync-server/protocol/export-page.ts';
import { nextLink } from '../../../sync-server/protocol/journal-chain.ts';
import type { DeviceClocks } from '../../../sync-server/protocol/proof.ts';
import { PROTOCOL_VERSION, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { journalEvent } from '../../support/journal-events.ts';
import { createTestServer, TEST_TIME_MS } from '../../support/test-server.ts';

const HOUR_MS = 3_600_000;
const BOOTS = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`);
/** When each boot began, truly; the box thinks it is 1970. */
const STARTS = [TEST_TIME_MS, TEST_TIME_MS + 24 * HOUR_MS, TEST_TIME_MS + 48 * HOUR_MS];

/** The events of each boot: its start, and one an hour later. */
const EVENTS = BOOTS.flatMap((bootId, index) => {
  const stamp = { bootId, wallMs: 5_000, clockState: 'floor' } as const;
  return [
    journalEvent(1, 2 * index + 1, { kind: 'booted', appVersion: '1' }, { ...stamp, monotonicMs: 0 }),
    journalEvent(1, 2 * index + 2, { kind: 'shutDown' }, { ...stamp, monotonicMs: HOUR_MS }),
  ];
});

test('a box without a clock of its own gets its times from its exchanges, also for a boot without any', async () => {
  const server = await createTestServer();
  const box = await server.enrolBox();

  async function send(from: number, to: number, bootId: string, monotonicMs: number): Promise<void> {
    const clocks: DeviceClocks = { bootId, monotonicMs, wallMs: 5_000, clockState: 'floor' };
    const chainBefore = EVENTS.slice(0, from).reduce(nextLink, CHAIN_START);
    const after = from === 0 ? { epoch: 0, seq: 0 } : { epoch: 1, seq: from };
    const events = EVENTS.slice(from, to);
    const payload = { protocol: PROTOCOL_VERSION, after, epoch: 1, firstSeq: from + 1, chainBefore, events };
    const reply = await box.inject({ method: 'POST', url: ROUTES.events, payload, clocks });
    expect(reply.json()).toMatchObject({ isBehind: false, quarantined: [] });
  }
  // A nonce of this moment, then a batch of this moment.
  server.clock.nowMs = STARTS[0]! + HOUR_MS;
  await box.inject({ method: 'GET', url: ROUTES.cursor });
  await send(0, 2, BOOTS[0]!, HOUR_MS);
  server.clock.nowMs = STARTS[2]! + HOUR_MS;
  await send(2, 6, BOOTS[2]!, HOUR_MS);

  const headers = { authorization: `Bearer ${server.researcherToken}` };
  const page: ExportPage = (
    await server.app.inject({ method: 'GET', url: ROUTES.exportEvents, headers })
  ).json();
  expect(page.rows.map(({ timeBasis }) => timeBasis)).toEqual([
    ...Array(2).fill('syncPoint'),
    ...Array(2).fill('order'),
    ...Array(2).fill('syncPoint'),
  ]);
  page.rows.forEach(({ correctedMs, timeErrorMs, timeFlags, event: { stamp } }) => {
    const trueMs = STARTS[BOOTS.indexOf(stamp.bootId)]! + stamp.monotonicMs;
    expect(Math.abs(correctedMs! - trueMs)).toBeLessThanOrEqual(timeErrorMs!);
    expect(timeFlags).toEqual(['wallClockWrong']);
  });
  expect(page.rows[1]!.timeErrorMs).toBeLessThan(10);
  expect(page.rows[2]!.timeErrorMs).toBeLessThan(24 * HOUR_MS);
  await server.app.close();
});

test('what could not be taken is exported raw, page by page', async () => {
  const server = await createTestServer();
  const box = await server.enrolBox();
  const events = Array.from({ length: 5 }, (_, index) => ({ dreamt: index }));
  const payload = {
    protocol: PROTOCOL_VERSION,
    after: { epoch: 0, seq: 0 },
    epoch: 1,
    firstSeq: 1,
    chainBefore: CHAIN_START,
    events,
  };
  await box.inject({ method: 'POST', url: ROUTES.events, payload });

  const headers = { authorization: `Bearer ${server.researcherToken}` };
  const pages: QuarantinePage[] = [];
  for (let next: number | null = 0; next !== null; next = pages.at(-1)!.next) {
    const url = `${ROUTES.exportQuarantine}?limit=2&after=${next}`;
    pages.push((await server.app.inject({ method: 'GET', url, headers })).json());
  }
  expect(pages.map(({ rows }) => rows.length)).toEqual([2, 2, 1]);
  expect(pages.flatMap(({ rows }) => rows)).toEqual(
    events.map((event, index) => ({
      deviceId: box.answer.deviceId,
      participantId: box.answer.participantId,
      epoch: 1,
      seq: index + 1,
      reason: 'unreadable',
      receivedAtMs: TEST_TIME_MS,
      body: JSON.stringify(event),
    })),
  );
  expect(pages.every(({ quarantined }) => quarantined === 5)).toBe(true);
  await server.app.close();
});
