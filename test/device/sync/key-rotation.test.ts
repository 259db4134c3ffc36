/** A key is replaced on a network that loses anything at any time, and the box is never locked out. */
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceKey } from '../../../device/sync/device-key.ts';
import { enrol } from '../../../device/sync/enrolment.ts';
import type { Identity } from '../../../device/sync/identity-file.ts';
import { createKeyRing, KEY_LIFETIME_MS } from '../../../device/sync/key-ring.ts';
import { createServerCalls, type ServerCalls } from '../../../device/sync/server-calls.ts';
import { keyThumbprint } from '../../../sync-server/protocol/key-thumbprint.ts';
import { HEADERS, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeTimers } from '../../support/fake-timers.ts';
import { createFaultyExchange, FAULTY_URL, type Fault } from '../../support/faulty-exchange.ts';
import { BOOT_ID } from '../../support/journal-events.ts';
import { createTestServer, TEST_SITE, type TestServer } from '../../support/test-server.ts';

let server: TestServer;
/** The identity as it lies on the card. */
let card: Identity;
let faults: Fault[];
let isCardFull: boolean;

beforeEach(async () => {
  server = await createTestServer();
  [faults, isCardFull] = [[], false];
  const { exchange } = network();
  const code = await server.createEnrolmentCode();
  const outcome = await enrol({ serverUrl: FAULTY_URL, code, exchange, timers: createFakeTimers() });
  if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
  card = outcome.identity;
});
afterEach(() => server.app.close());

function network() {
  return createFaultyExchange(
    () => server.app,
    () => faults.shift() ?? 'ok',
  );
}

/** The box after a start: all it knows is on its card. */
function startBox() {
  const through = network();
  const calls = createServerCalls({
    exchange: through.exchange,
    serverUrl: FAULTY_URL,
    keys: createKeyRing(card, async (identity) => {
      if (isCardFull) throw new Error('no space left on device');
      card = identity;
    }),
    clock: { ...createFakeClock(), bootId: BOOT_ID },
    timers: createFakeTimers(),
    stop: new AbortController().signal,
  });
  return { calls, requests: through.requests };
}

const thumbprint = ({ d: _, ...publicKey }: DeviceKey): string => keyThumbprint(publicKey);
const isKnown = async (key: DeviceKey): Promise<boolean> =>
  (await server.store.deviceByKey(thumbprint(key))) !== undefined;

/** Lets a month go by; the box learns of it with its next answer. */
async function monthLater(calls: ServerCalls): Promise<void> {
  server.clock.nowMs += KEY_LIFETIME_MS;
  expect(await calls.cursor()).toMatchObject({ kind: 'answer' });
}

describe('the box’s key', () => {
  test('is replaced after 30 days of the server’s time, and not a millisecond before', async () => {
    const { calls } = startBox();
    server.clock.nowMs += KEY_LIFETIME_MS - 1;
    await calls.cursor();
    expect(await calls.rotateKeyIfDue()).toEqual({ kind: 'notDue' });
    server.clock.nowMs += 1;
    const old = card.key;
    await calls.cursor();
    expect(await calls.rotateKeyIfDue()).toEqual({ kind: 'rotated', keyThumbprint: thumbprint(card.key) });
    expect(card).toMatchObject({ keySinceMs: server.clock.nowMs });
    expect(card.nextKey).toBeUndefined();
    expect([await isKnown(old), await isKnown(card.key)]).toEqual([false, true]);
    expect(await calls.rotateKeyIfDue()).toEqual({ kind: 'notDue' });
  });

  test('stays as it is while the server’s time is not known', async () => {
    expect(await startBox().calls.rotateKeyIfDue()).toEqual({ kind: 'notDue' });
  });

  test('goes on being the same box’s', async () => {
    const before = await server.store.devices(TEST_SITE);
    const { calls } = startBox();
    await monthLater(calls);
    await calls.rotateKeyIfDue();
    expect(await server.store.devices(TEST_SITE)).toEqual(before);
  });

  // Which key the server has is asked, the next one is registered (tried with itself first), then used.
  const steps = [0, 1, 2, 3].flatMap((step) =>
    (['replyLost', 'unreachable', 'replyCut', 'portal', 'serverError'] as const).map((fault) => ({
      step,
      fault,
    })),
  );

  test.each(steps)(
    'survives "$fault" at request $step of its rotation, and a power cut then',
    async ({ step, fault }) => {
      const { calls } = startBox();
      await monthLater(calls);
      const old = card.key;
      faults = [...Array<Fault>(step).fill('ok'), fault];
      await calls.rotateKeyIfDue();
      expect(faults).toEqual([]);
      for (const box of [calls, startBox().calls]) {
        expect(await box.cursor()).toMatchObject({ kind: 'answer' });
      }
      const again = startBox().calls;
      await monthLater(again);
      expect(await again.rotateKeyIfDue()).toMatchObject({ kind: 'rotated' });
      expect(card.nextKey).toBeUndefined();
      expect([await isKnown(old), await isKnown(card.key)]).toEqual([false, true]);
      expect(await startBox().calls.cursor()).toMatchObject({ kind: 'answer' });
    },
  );

  test('is not asked for before it is on the card', async () => {
    const { calls, requests } = startBox();
    await monthLater(calls);
    isCardFull = true;
    expect(await calls.rotateKeyIfDue()).toEqual({
      kind: 'failed',
      reason: 'make the next key: no space left on device',
    });
    expect(requests.some(({ path }) => path === ROUTES.rotateKey)).toBe(false);
    expect(card.nextKey).toBeUndefined();
  });

  test('is found again when the card filled up just before the last word', async () => {
    const { calls } = startBox();
    await monthLater(calls);
    faults = Array<Fault>(3).fill('ok');
    const full = calls.rotateKeyIfDue();
    while (card.nextKey === undefined) await new Promise((resolve) => setImmediate(resolve));
    isCardFull = true;
    expect(await full).toMatchObject({ kind: 'rotated' });
    expect(card.nextKey).toBeDefined();
    isCardFull = false;
    expect(await startBox().calls.cursor()).toMatchObject({ kind: 'answer' });
    expect(card.nextKey).toBeUndefined();
    expect(await isKnown(card.key)).toBe(true);
  });

  test('is not given up for a key that a sign-in page seems to accept', async () => {
    const { calls } = startBox();
    await monthLater(calls);
    faults = ['ok', 'unreachable'];
    await calls.rotateKeyIfDue();
    const old = card.key;
    expect(card.nextKey).toBeDefined();
    faults = ['portal'];
    expect(await startBox().calls.cursor()).toMatchObject({ kind: 'stranger' });
    expect(card.key).toEqual(old);
  });

  test('is not tried again and again while the server refuses', async () => {
    const { calls, requests } = startBox();
    await monthLater(calls);
    faults = Array<Fault>(99).fill('serverError');
    expect(await calls.rotateKeyIfDue()).toMatchObject({ kind: 'failed' });
    const asked = requests.length;
    expect(await calls.rotateKeyIfDue()).toEqual({ kind: 'notDue' });
    expect(requests).toHaveLength(asked);
  });

  test('never leaves the box: no request holds its private part', async () => {
    const { calls, requests } = startBox();
    await monthLater(calls);
    await calls.rotateKeyIfDue();
    expect(requests.length).toBeGreaterThan(3);
    for (const { headers } of requests) {
      expect(Object.keys(decodeProtectedHeader(headers![HEADERS.proof]!).jwk!).sort()).toEqual([
        'crv',
        'kty',
        'x',
      ]);
    }
  });
});
