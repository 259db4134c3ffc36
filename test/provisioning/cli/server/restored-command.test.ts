/** `amecs server restored`, after an older copy of the database was put in place. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { restoredCommand } from '../../../../provisioning/cli/server/restored-command.ts';
import { startServer } from '../../../../sync-server/main.ts';
import { openStore } from '../../../../sync-server/open-store.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';
import { startSendingBox, storedSeqs, untilAcknowledged } from '../../../support/sending-boxes.ts';
import { startTcpRelay } from '../../../support/tcp-relay.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { until } from '../../../support/until.ts';

const EVENTS = 120;

test('boxes send again what the backup lacks, once the server says that it was restored', async () => {
  const dataDir = temporaryFolder();
  const live = join(dataDir, 'server', 'server.sqlite');
  const backup = join(temporaryFolder(), 'backup.sqlite');
  const relay = await startTcpRelay();
  onTestFinished(() => relay.close());
  const start = async () => {
    const server = await startServer({ dataDir, port: 0 });
    relay.pointAt(Number(new URL(server.url).port));
    return server;
  };

  const first = await start();
  // A backup of a server that knows the box and has none of its events.
  const box = await startSendingBox(`http://127.0.0.1:${relay.port}`, await first.createEnrolmentCode(), 0);
  onTestFinished(() => box.close());
  await first.close();
  cpSync(live, backup);

  const second = await start();
  box.append(EVENTS);
  await untilAcknowledged([box], EVENTS);
  await second.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(live + suffix, { force: true });
  cpSync(backup, live);

  const terminal = createRecordingTerminal();
  expect(await restoredCommand.run(['--data', dataDir], terminal)).toBe(0);
  expect(terminal.outLines).toEqual([expect.stringContaining('Boxes send again what is missing')]);
  const third = await start();
  onTestFinished(() => third.close());
  box.append(1);

  const store = await openStore({ dataDir });
  onTestFinished(() => store.close());
  const [site] = await store.sites();
  const all = await until('all events to be back', async () => {
    const { logs, byDevice } = await storedSeqs(store, site!.siteId);
    return logs.length > EVENTS ? byDevice.get(box.device.deviceId) : undefined;
  });
  expect(all).toEqual(Array.from({ length: EVENTS + 1 }, (_, index) => index + 1));
});
