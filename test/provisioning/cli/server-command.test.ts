import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compiledEntry } from '../../../device/compiled-entry.ts';
import { enrol } from '../../../device/sync/enrolment.ts';
import { startUplink } from '../../../device/sync/uplink.ts';
import { type ServerReport, serverCommand } from '../../../provisioning/cli/server-command.ts';
import { ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { createJournalOutbox } from '../../support/journal-outbox.ts';
import { createRecordingTerminal } from '../../support/recording-terminal.ts';
import { callsOf } from '../../support/server-calls.ts';

const AMECS = compiledEntry(
  new URL('../../../provisioning/cli/server-command.ts', import.meta.url).href,
  './amecs.ts',
);

let dataDir: string;
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'amecs-server-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** It takes about 60 ms; a busy test machine may take its time, but not longer than Ctrl-C may take for everything. */
const EXIT_LIMIT_MS = 2000;

/** The real command in a process of its own, as `amecs start` runs it. */
function forkServer(...options: string[]) {
  const child = fork(AMECS, ['server', '--data', dataDir, '--port', '0', ...options], { stdio: 'pipe' });
  children.push(child);
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const askForCode = () =>
    new Promise<ServerReport>((resolve) => {
      child.once('message', (message) => resolve(message as ServerReport));
      child.send({ kind: 'createEnrolmentCode' });
    });
  return { child, exited, askForCode };
}

async function ready(report: Promise<ServerReport>) {
  const answer = await report;
  if (answer.kind !== 'serverReady') throw new Error(answer.reason);
  return answer;
}

describe('amecs server, in its own process,', () => {
  test('tells its parent where it is, with a fresh code each time it is asked', async () => {
    const { askForCode } = forkServer();
    const first = await ready(askForCode());
    const second = await ready(askForCode());
    expect(second.url).toBe(first.url);
    expect(second.enrolmentCode).not.toBe(first.enrolmentCode);
    expect((await enrol({ serverUrl: first.url, code: second.enrolmentCode })).kind).toBe('enrolled');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends at once on %s, with a connection open', async (signal) => {
    const { child, exited, askForCode } = forkServer();
    const { url } = await ready(askForCode());
    await fetch(url + ROUTES.health);
    const since = performance.now();
    child.kill(signal);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(EXIT_LIMIT_MS);
    expect(existsSync(join(dataDir, 'server', 'server.sqlite-wal'))).toBe(false);
  });

  test('does not outlive its parent', async () => {
    const { child, exited, askForCode } = forkServer();
    await ready(askForCode());
    child.disconnect();
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  test('killed in the middle, it has everything it acknowledged and takes the rest after a restart', async () => {
    const first = forkServer();
    const { url, enrolmentCode } = await ready(first.askForCode());
    const outcome = await enrol({ serverUrl: url, code: enrolmentCode });
    if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
    const { identity } = outcome;
    const outbox = createJournalOutbox();
    outbox.appendMany(3000);
    const sendUntil = (serverUrl: string, isDone: () => boolean) =>
      new Promise<void>((resolve) => {
        const uplink = startUplink({
          outbox,
          createCalls: callsOf(identity, serverUrl),
          onEvent: () => {
            if (isDone()) resolve(uplink.close());
          },
        });
      });
    await sendUntil(url, () => {
      first.child.kill('SIGKILL');
      return true;
    });
    const acknowledged = outbox.acknowledged();
    expect(acknowledged.seq).toBeGreaterThanOrEqual(500);

    const again = await ready(forkServer().askForCode());
    const cursor = await callsOf(identity, again.url)(new AbortController().signal).cursor();
    if (cursor.kind !== 'answer') throw new Error(cursor.kind);
    expect(cursor.value.heads[0]!.seq).toBeGreaterThanOrEqual(acknowledged.seq);
    await sendUntil(again.url, () => outbox.acknowledged().seq === 3000);
  });

  test('tells its parent why it cannot start, and exits with 1', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const { child, exited, askForCode } = forkServer('--port', String(port));
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    expect(await askForCode()).toMatchObject({
      kind: 'serverFailed',
      hint: expect.stringContaining('--port'),
    });
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(errors).toMatch(/^The server cannot start: .* uses port \d+\. Stop that program, .*\n$/);
    await new Promise((resolve) => blocker.close(resolve));
  });
});

describe('amecs server, in a terminal,', () => {
  test('prints where it is and a code that works, and stops on Ctrl-C', async () => {
    const child = spawn(process.execPath, [fileURLToPath(AMECS), 'server', '--data', dataDir, '--port', '0']);
    children.push(child);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let text = '';
    for await (const chunk of child.stdout) {
      text += chunk;
      if (text.split('\n').length > 3) break;
    }
    const serverUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(text)![0];
    const code = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(text)![0];
    expect((await enrol({ serverUrl, code })).kind).toBe('enrolled');
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });

  test('names a port that is none', async () => {
    const run = serverCommand.run(['--data', dataDir, '--port', 'http'], createRecordingTerminal());
    await expect(run).rejects.toThrow(/--port http is not a port/);
  });
});
