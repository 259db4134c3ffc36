/** Which keys a box tries, which it keeps, and that a server from a backup finds one it knows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeviceKey, type DeviceKey } from '../../../device/sync/device-key.ts';
import { enrol } from '../../../device/sync/enrolment.ts';
import {
  type Identity,
  identitySchema,
  MAX_FORMER_KEYS,
  readIdentity,
  writeIdentity,
} from '../../../device/sync/identity-file.ts';
import { createKeyRing, KEY_LIFETIME_MS, MAX_CANDIDATES } from '../../../device/sync/key-ring.ts';
import { createServerCalls, type ServerCalls } from '../../../device/sync/server-calls.ts';
import { openSqliteStore } from '../../../sync-server/store/sqlite/sqlite-store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeTimers } from '../../support/fake-timers.ts';
import { createFaultyExchange, FAULTY_URL } from '../../support/faulty-exchange.ts';
import { BOOT_ID } from '../../support/journal-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTestServer, TEST_SITE, type TestServer } from '../../support/test-server.ts';

const SERVER_MS = Date.UTC(2026, 5, 1);
const names = new Map<string, string>();
const key = (name: string): DeviceKey => {
  const made = createDeviceKey();
  names.set(made.x, name);
  return made;
};
const KEYS = { n: key('n'), c: key('c'), f1: key('f1'), f2: key('f2'), f3: key('f3') };
type Name = keyof typeof KEYS;
const nameOf = ({ x }: DeviceKey): Name => names.get(x) as Name;

/** A ring with `n` as next key, if any, `c` as the current and the others as former ones; and what it saves. */
function ringOf(next: 'n' | undefined, ...former: readonly Name[]) {
  const saved: Identity[] = [];
  const ring = createKeyRing(
    {
      siteId: TEST_SITE,
      deviceId: '01900000-0000-7000-8000-000000000002',
      participantId: '01900000-0000-7000-8000-000000000003',
      modelKey: { kty: 'OKP', crv: 'Ed25519', x: 'm'.repeat(43) },
      serverUrl: FAULTY_URL,
      key: KEYS.c,
      keySinceMs: 0,
      ...(next === undefined ? {} : { nextKey: KEYS.n }),
      ...(former.length === 0 ? {} : { formerKeys: former.map((name) => KEYS[name]) }),
    },
    async (identity) => void saved.push(identitySchema.parse(identity)),
  );
  return { ring, saved };
}

describe('the key ring', () => {
  test.each<[next: 'n' | undefined, former: Name[], tried: Name[]]>([
    [undefined, [], ['c']],
    ['n', [], ['n', 'c']],
    [undefined, ['f1'], ['c', 'f1']],
    [undefined, ['f1', 'f2', 'f3'], ['c', 'f1', 'f2', 'f3']],
    ['n', ['f1', 'f2'], ['n', 'c', 'f1', 'f2']],
    ['n', ['f1', 'f2', 'f3'], ['n', 'c', 'f1', 'f2']],
  ])('with %s next and %j former tries %j', (next, former, tried) => {
    expect(
      ringOf(next, ...former)
        .ring.candidates()
        .map(nameOf),
    ).toEqual(tried);
    expect(tried.length).toBeLessThanOrEqual(MAX_CANDIDATES);
  });

  test.each<[next: 'n' | undefined, former: Name[], accepted: Name, kept: Name[], since: number | undefined]>(
    [
      ['n', [], 'n', ['c'], SERVER_MS],
      ['n', ['f1', 'f2', 'f3'], 'n', ['c', 'f1', 'f2'], SERVER_MS],
      [undefined, ['f1'], 'f1', ['c'], undefined],
      [undefined, ['f1', 'f2', 'f3'], 'f2', ['c', 'f1', 'f3'], undefined],
      ['n', ['f1', 'f2'], 'f2', ['c', 'f1'], undefined],
    ],
  )('with %s next and %j former takes %s, and keeps %j', async (next, former, accepted, kept, since) => {
    const { ring, saved } = ringOf(next, ...former);
    await ring.accepted(KEYS[accepted], ring.candidates(), SERVER_MS);
    expect(nameOf(ring.current())).toBe(accepted);
    const [{ key: current, formerKeys, keySinceMs, nextKey }] = saved as [Identity];
    expect([nameOf(current), formerKeys?.map(nameOf), keySinceMs]).toEqual([accepted, kept, since]);
    expect(nextKey).toEqual(accepted === 'n' || next === undefined ? undefined : KEYS.n);
    expect(ring.isRotationDue(SERVER_MS)).toBe(since === undefined);
    expect(saved).toHaveLength(1);
  });

  test('changes nothing when the current key is accepted', async () => {
    const { ring, saved } = ringOf('n', 'f1');
    await ring.accepted(KEYS.c, ring.candidates(), SERVER_MS);
    expect(ring.candidates().map(nameOf)).toEqual(['n', 'c', 'f1']);
    expect(saved).toEqual([]);
  });

  test('does not go back for a reply from before it changed', async () => {
    const { ring, saved } = ringOf('n', 'f1');
    const before = ring.candidates();
    await ring.accepted(KEYS.n, before, SERVER_MS);
    for (const late of [KEYS.c, KEYS.f1, KEYS.n]) await ring.accepted(late, before, SERVER_MS);
    expect(nameOf(ring.current())).toBe('n');
    expect(saved).toHaveLength(1);
  });

  test('gives every former key its turn while a rotation is under way', () => {
    const { ring } = ringOf('n', 'f1', 'f2', 'f3');
    const turns = [0, 1, 2, 3].map(() => {
      const tried = ring.candidates().map(nameOf).slice(2);
      ring.allRefused();
      return tried;
    });
    expect(turns).toEqual([
      ['f1', 'f2'],
      ['f2', 'f3'],
      ['f3', 'f1'],
      ['f1', 'f2'],
    ]);
  });

  test('saves one change after the other: a next key made meanwhile is not lost', async () => {
    const { ring, saved } = ringOf(undefined, 'f1');
    const [next] = await Promise.all([
      ring.nextKey(),
      ring.accepted(KEYS.f1, ring.candidates(), SERVER_MS),
      ring.nextKey(),
    ]);
    expect(saved.at(-1)).toMatchObject({ nextKey: next });
    expect(ring.candidates()[0]).toBe(next);
  });

  test('does not read a file with more former keys than it keeps', async () => {
    const path = join(temporaryFolder(), 'identity.json');
    const { ring, saved } = ringOf('n', 'f1', 'f2', 'f3');
    await ring.accepted(KEYS.n, ring.candidates(), SERVER_MS);
    const [identity] = saved as [Identity];
    await writeIdentity(path, identity);
    expect(await readIdentity(path)).toEqual({ kind: 'enrolled', identity });
    const tooMany = [...identity.formerKeys!, ...Array<DeviceKey>(1).fill(KEYS.c)];
    expect(tooMany).toHaveLength(MAX_FORMER_KEYS + 1);
    await writeIdentity(path, { ...identity, formerKeys: tooMany });
    expect(await readIdentity(path)).toMatchObject({ kind: 'damaged' });
  });
});

describe('a server restored from a backup', () => {
  let server: TestServer;
  let path: string;
  /** The identity as it lies on the card. */
  let card: Identity;

  const network = () =>
    createFaultyExchange(
      () => server.app,
      () => 'ok',
    );

  beforeEach(async () => {
    path = join(temporaryFolder(), 'server.sqlite');
    server = await createTestServer(await openSqliteStore(path));
    const code = await server.createEnrolmentCode();
    const { exchange } = network();
    const outcome = await enrol({ serverUrl: FAULTY_URL, code, exchange, timers: createFakeTimers() });
    if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
    card = outcome.identity;
  });
  afterEach(() => server.app.close());

  function startBox() {
    const { exchange, requests } = network();
    const clock = createFakeClock();
    const calls = createServerCalls({
      exchange,
      serverUrl: FAULTY_URL,
      keys: createKeyRing(card, async (identity) => {
        card = identitySchema.parse(JSON.parse(JSON.stringify(identity)));
      }),
      clock: { ...clock, bootId: BOOT_ID },
      timers: createFakeTimers(),
      stop: new AbortController().signal,
    });
    return { calls, requests };
  }

  function backUp(): Buffer {
    const witness = new Database(path, { readonly: true });
    try {
      return witness.serialize();
    } finally {
      witness.close();
    }
  }

  /** The same clock goes on; the process and the database are others. */
  async function restore(backup: Buffer): Promise<void> {
    const { nowMs } = server.clock;
    await server.app.close();
    writeFileSync(path, backup);
    server = await createTestServer(await openSqliteStore(path));
    server.clock.nowMs = nowMs;
  }

  async function rotateAfterAMonth(calls: ServerCalls): Promise<void> {
    server.clock.nowMs += KEY_LIFETIME_MS;
    expect(await calls.cursor()).toMatchObject({ kind: 'answer' });
    expect(await calls.rotateKeyIfDue()).toMatchObject({ kind: 'rotated' });
  }

  test.each([1, 2, 3])(
    'knows the box by a key of %i rotations ago, and gives it a new one',
    async (months) => {
      const backup = backUp();
      const first = card.key;
      for (let month = 0; month < months; month += 1) await rotateAfterAMonth(startBox().calls);
      expect(card.key).not.toEqual(first);
      await restore(backup);
      const { calls, requests } = startBox();
      expect(await calls.cursor()).toMatchObject({ kind: 'answer' });
      expect(card.key).toEqual(first);
      expect(card.formerKeys).toHaveLength(months);
      const asked = requests.length;
      expect(await calls.cursor()).toMatchObject({ kind: 'answer' });
      expect(requests).toHaveLength(asked + 1);
      expect(await calls.rotateKeyIfDue()).toMatchObject({ kind: 'rotated' });
      expect(card.formerKeys![0]).toEqual(first);
      await restore(backup);
      expect(await startBox().calls.cursor()).toMatchObject({ kind: 'answer' });
    },
  );

  test('knows a box whose rotation is under way; the rotation goes on with the same next key', async () => {
    const backup = backUp();
    await rotateAfterAMonth(startBox().calls);
    const nextKey = createDeviceKey();
    card = { ...card, nextKey };
    await restore(backup);
    const { calls } = startBox();
    await calls.cursor();
    expect(await calls.rotateKeyIfDue()).toMatchObject({ kind: 'rotated' });
    expect(card.key).toEqual(nextKey);
    expect(card.nextKey).toBeUndefined();
  });

  test('that knows none of the keys is asked four times and no more', async () => {
    const backup = backUp();
    for (let month = 0; month <= MAX_FORMER_KEYS; month += 1) await rotateAfterAMonth(startBox().calls);
    card = { ...card, nextKey: createDeviceKey() };
    const before = card;
    await restore(backup);
    const { calls, requests } = startBox();
    expect(await calls.cursor()).toMatchObject({ kind: 'refusal', problem: { code: 'keyUnknown' } });
    // And once more for the first nonce.
    expect(requests).toHaveLength(MAX_CANDIDATES + 1);
    expect(await calls.cursor()).toMatchObject({ kind: 'refusal' });
    expect(requests).toHaveLength(2 * MAX_CANDIDATES + 1);
    expect(card).toBe(before);
  });
});
