import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enrol } from '../../device/sync/enrolment.ts';
import { startUplink } from '../../device/sync/uplink.ts';
import type { UplinkEvent } from '../../device/sync/uplink-events.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../sync-server/main.ts';
import { ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { createJournalOutbox } from '../support/journal-outbox.ts';
import { callsOf } from '../support/server-calls.ts';

let dataDir: string;
let running: RunningServer[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'amecs-server-'));
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await startServer({ dataDir, port: 0, ...options });
  running.push(server);
  return server;
}

async function stop(server: RunningServer): Promise<void> {
  running = running.filter((each) => each !== server);
  await server.close();
}

const inServerDir = (name: string) => join(dataDir, 'server', name);
const researcherToken = () => readFileSync(inServerDir('researcher-token'), 'utf8').trim();

function exportStatus(server: RunningServer, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(server.url + ROUTES.exportEvents, { headers }).then(({ status }) => status);
}

describe('a started server', () => {
  test('listens on the loopback, keeps its things to itself and tells its address', async () => {
    const server = await start();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(readFileSync(inServerDir('address'), 'utf8')).toBe(`${server.url}\n`);
    expect(statSync(join(dataDir, 'server')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(dataDir, 'server'))) {
      if (!name.startsWith('server.sqlite')) expect(statSync(inServerDir(name)).mode & 0o077, name).toBe(0);
    }
    expect(await exportStatus(server, researcherToken())).toBe(200);
  });

  test('keeps its researcher token, and makes a new one when the file is gone', async () => {
    await stop(await start());
    const first = researcherToken();
    await stop(await start());
    expect(researcherToken()).toBe(first);
    rmSync(inServerDir('researcher-token'));
    const server = await start();
    expect(researcherToken()).not.toBe(first);
    expect(await exportStatus(server, first)).toBe(401);
    expect(await exportStatus(server, researcherToken())).toBe(200);
  });

  test('writes no secret to its log', async () => {
    const server = await start();
    const code = await server.createEnrolmentCode();
    const outcome = await enrol({ serverUrl: server.url, code });
    if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
    const log = readFileSync(inServerDir('server.log'), 'utf8');
    expect(log).toContain('"event":"deviceEnrolled"');
    for (const secret of [code, outcome.identity.key.d, outcome.identity.participantId, researcherToken()]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('a server that cannot start says why and what to do:', () => {
  test('the port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    await expect(start({ port })).rejects.toMatchObject({
      message: `listen 127.0.0.1:${port}: another program uses port ${port}`,
      hint: expect.stringContaining('--port'),
    });
    await new Promise((resolve) => blocker.close(resolve));
  });

  test('the address is not of this machine', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({
      hint: expect.stringContaining('--host'),
    });
  });

  test('the folder is a file', async () => {
    writeFileSync(join(dataDir, 'server'), '');
    await expect(start()).rejects.toMatchObject({ hint: expect.stringContaining('--data') });
  });

  test('the data are a study and not a demo', async () => {
    await stop(await start());
    await expect(start({ isDemo: true })).rejects.toMatchObject({
      message: 'the database holds the data of a study, not of a demo',
      hint: expect.stringContaining('without --demo'),
    });
  });
});

test('over a real socket: a box enrols, sends, loses the server, finds it again at another address', async () => {
  const first = await start();
  const outcome = await enrol({ serverUrl: first.url, code: await first.createEnrolmentCode() });
  if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
  const outbox = createJournalOutbox();
  outbox.appendMany(600);
  const happened: UplinkEvent[] = [];
  let told = () => {};
  const until = async (kind: UplinkEvent['kind'], seq?: number) => {
    const isThere = () =>
      happened.some((event) => event.kind === kind && (event.kind !== 'synced' || event.through.seq === seq));
    while (!isThere()) await new Promise<void>((resolve) => (told = resolve));
  };
  const onEvent = (event: UplinkEvent): void => {
    happened.push(event);
    told();
  };
  const { identity } = outcome;
  const before = startUplink({ outbox, createCalls: callsOf(identity), onEvent });
  await until('synced', 600);

  await stop(first);
  outbox.append();
  before.kick();
  await until('waiting');
  expect(happened.at(-1)).toMatchObject({
    trouble: 'offline',
    reason: expect.stringContaining('ECONNREFUSED'),
  });

  await before.close();

  const second = await start();
  const after = startUplink({ outbox, createCalls: callsOf(identity, second.url), onEvent });
  await until('synced', 601);
  await after.close();
  const headers = { authorization: `Bearer ${researcherToken()}` };
  const page = (await (await fetch(`${second.url}${ROUTES.exportEvents}`, { headers })).json()) as {
    rows: unknown[];
  };
  expect(page.rows).toHaveLength(601);
});
