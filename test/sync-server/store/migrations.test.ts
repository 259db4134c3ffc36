/** Forward from every released schema with rows in it, on both kinds of database. */
import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../sync-server/protocol/canonical-json.ts';
import { migrate } from '../../../sync-server/store/sql/migrate.ts';
import { MIGRATIONS } from '../../../sync-server/store/sql/migrations.ts';
import { createLocalProofMemory } from '../../../sync-server/store/sql/proof-memory.ts';
import type { SqlDatabase } from '../../../sync-server/store/sql/sql-database.ts';
import { createSqlStore } from '../../../sync-server/store/sql/sql-store.ts';
import { openSqliteDatabase } from '../../../sync-server/store/sqlite/sqlite-database.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { journalEvent } from '../../support/journal-events.ts';
import { emptyPgliteDatabase, startPglite } from '../../support/pglite-database.ts';
import { testJournal } from '../../support/sorted-batches.ts';

const SITE = 'site-1';
const TOKEN = 'token hash';
const device = { siteId: SITE, deviceId: 'device-1', participantId: 'participant-1' };
const quiet = { siteId: SITE, deviceId: 'device-2', participantId: 'participant-2' };

/** As the first release wrote them: keys in the box's order, seq 3 unreadable, seq 2 once more with other content. */
async function fillVersion1(database: SqlDatabase): Promise<void> {
  const insert = async (table: string, ...values: (string | number | null)[]) => {
    const places = values.map((_, index) => `$${index + 1}`).join(', ');
    await database.query(`INSERT INTO ${table} VALUES (${places})`, values);
  };
  await insert('server_state', 'generation', 'generation of version 1');
  await insert('site', SITE, 'study', TOKEN, 4, 10);
  await insert('enrolment_code', 'used code', SITE, 1000, 'key hash', device.deviceId);
  await insert('enrolment_code', 'free code', SITE, 1000, null, null);
  await insert('device', SITE, device.deviceId, device.participantId, 'token 1', 2, 1, 20);
  await insert('device', SITE, quiet.deviceId, quiet.participantId, 'token 2', 0, 0, 30);
  const { deviceId, participantId } = device;
  for (const [log, epoch, seq] of [
    [1, 1, 1],
    [2, 1, 2],
    [3, 1, 4],
    [4, 2, 1],
  ] as const) {
    const { stamp, entry } = journalEvent(epoch, seq);
    const body = JSON.stringify({ stamp, entry });
    await insert('event', SITE, deviceId, epoch, seq, log, participantId, 40 + log, entry.kind, body);
  }
  await insert('quarantine', SITE, deviceId, 1, 3, 'hash 3', 'unreadable', 50, '{"odd":3}');
  await insert('quarantine', SITE, deviceId, 1, 2, 'hash 2', 'conflict', 51, '{"other":2}');
}

const FILL = [fillVersion1];

let pglite: PGlite;
beforeAll(async () => {
  pglite = await startPglite();
});
afterAll(() => pglite.close());

const DATABASES: [string, () => Promise<SqlDatabase>][] = [
  ['SQLite', async () => openSqliteDatabase(':memory:')],
  ['PGlite', () => emptyPgliteDatabase(pglite)],
];

const storeOn = (database: SqlDatabase): Promise<Store> => createSqlStore(database, createLocalProofMemory());

describe.each(DATABASES)('on %s', (_name, open) => {
  test('every released version but the newest has rows to start from', () => {
    expect(FILL).toHaveLength(MIGRATIONS.length - 1);
  });

  describe.each(FILL.map((fill, index) => [index + 1, fill] as const))('from version %d', (version, fill) => {
    async function migrated(): Promise<Store> {
      const database = await open();
      await migrate(database, MIGRATIONS.slice(0, version));
      await fill(database);
      return storeOn(database);
    }

    test('sites, researchers, events and quarantine are kept', async () => {
      const store = await migrated();
      expect(await store.generation()).toBe('generation of version 1');
      expect(await store.siteByResearcherToken(TOKEN)).toMatchObject({ siteId: SITE, purpose: 'study' });
      const rows = await store.eventsAfter(SITE, 0, 10);
      expect(rows.map(({ log, receivedAtMs }) => [log, receivedAtMs])).toEqual([
        [1, 41],
        [2, 42],
        [3, 43],
        [4, 44],
      ]);
      expect(rows[3]!.event).toEqual(journalEvent(2, 1));
      expect(await store.quarantined(SITE, 0, 10)).toMatchObject([
        { seq: 2, reason: 'conflict', participantId: device.participantId, body: '{"other":2}' },
        { seq: 3, reason: 'unreadable', receivedAtMs: 50 },
      ]);
      await store.close();
    });

    test('boxes are kept without a key, and a code brings one back', async () => {
      const store = await migrated();
      expect(await store.devices(SITE)).toMatchObject([
        { ...device, status: 'active', enrolledAtMs: 20, lastReceivedAtMs: 44, events: 4 },
        { ...quiet, status: 'active', lastReceivedAtMs: undefined, events: 0 },
      ]);
      const claim = {
        keyThumbprint: 'key',
        publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
        deviceId: 'new',
        participantId: 'new',
        atMs: 999,
      } as const;
      expect(await store.enrol({ ...claim, codeHash: 'used code' })).toEqual({ kind: 'codeUnknown' });
      await store.saveEnrolmentCode({
        siteId: SITE,
        codeHash: 'again',
        expiresAtMs: 1000,
        forDeviceId: device.deviceId,
      });
      expect(await store.enrol({ ...claim, codeHash: 'again' })).toEqual({ kind: 'enrolled', device });
      const other = { ...claim, codeHash: 'free code', keyThumbprint: 'other' };
      expect(await store.enrol(other)).toMatchObject({ device: { deviceId: 'new' } });
      await store.close();
    });

    test('the journal goes on where it was, with a chain from there on', async () => {
      const store = await migrated();
      expect(await store.heads(device)).toEqual([
        { epoch: 1, seq: 4 },
        { epoch: 2, seq: 1 },
      ]);
      const journal = testJournal(2);
      const next = journal.batch(2, 3);
      expect(await store.append(device, next)).toMatchObject({ stored: 2, isBehind: false });
      const forked = await store.append(device, journal.fork(2, 'clone').batch(3, 4));
      expect(forked).toMatchObject({ stored: 0, newEpoch: 3 });
      expect((await store.eventsAfter(SITE, 4, 10)).map(({ log }) => log)).toEqual([5, 6]);
      await store.close();
    });

    test('what is sent again is known, and what was unreadable stays so', async () => {
      const store = await migrated();
      const journal = testJournal(1, (seq) => (seq === 3 ? { odd: 3 } : journalEvent(1, seq)));
      expect(await store.append(device, journal.batch(1, 5))).toMatchObject({
        stored: 1,
        quarantined: [{ epoch: 1, seq: 3, reason: 'unreadable' }],
      });
      const [, , last] = (await store.eventsAfter(SITE, 2, 10)).map(({ event }) => event);
      expect(canonicalJson(last)).toBe(canonicalJson(journalEvent(1, 5)));
      await store.close();
    });
  });

  test('a newer schema is refused and left alone', async () => {
    const database = await open();
    await migrate(database, [...MIGRATIONS, 'CREATE TABLE from_the_future (x TEXT)']);
    const newest = MIGRATIONS.length;
    await expect(migrate(database)).rejects.toThrow(
      `its schema is version ${newest + 1} and this program knows ${newest}; update the program`,
    );
  });

  test('a step that fails leaves the version before it', async () => {
    const database = await open();
    const broken = [...MIGRATIONS, 'CREATE TABLE a (x TEXT)', 'nonsense'];
    await expect(migrate(database, broken)).rejects.toThrow(/syntax/);
    await migrate(database, MIGRATIONS);
    await migrate(database, [...MIGRATIONS, 'CREATE TABLE a (x TEXT)']);
    expect(await database.query('SELECT x FROM a')).toEqual([]);
    await database.close();
  });
});
