import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enrol } from '../../../device/sync/enrolment.ts';
import { startUplink } from '../../../device/sync/uplink.ts';
import { pullCommand } from '../../../provisioning/cli/pull-command.ts';
import { type RunningServer, startServer } from '../../../sync-server/main.ts';
import type { JournalEntry } from '../../../sync-server/protocol/journal-event.ts';
import { SONG_ID } from '../../support/journal-events.ts';
import { createJournalOutbox } from '../../support/journal-outbox.ts';
import { createRecordingTerminal } from '../../support/recording-terminal.ts';
import { callsOf } from '../../support/server-calls.ts';

const song = { songId: SONG_ID, predicted: [0.7, 0.1, 0.1, 0.1] as [number, number, number, number] };
const PRESSES: readonly JournalEntry[] = [
  { kind: 'booted', appVersion: '0.1.0' },
  { kind: 'requested', pressId: 1, button: '=cmd()', emotion: 'happy', propensity: 1, ...song },
  { kind: 'selected', pressId: 2, button: 'blue', emotion: 'sad', positionMs: 900, ...song },
  { kind: 'stopped', button: 'blue', songId: SONG_ID, positionMs: 2500, withdrawnPressId: 2 },
];
const EVENTS = 700;

/** A data folder whose server has been stopped. */
const STOPPED = mkdtempSync(join(tmpdir(), 'amecs-pull-'));

let dataDir: string;
let outDir: string;
let server: RunningServer;

beforeAll(async () => {
  await (await startServer({ dataDir: STOPPED, port: 0 })).close();
  dataDir = mkdtempSync(join(tmpdir(), 'amecs-pull-'));
  server = await startServer({ dataDir, port: 0 });
  const outcome = await enrol({ serverUrl: server.url, code: await server.createEnrolmentCode() });
  if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
  const outbox = createJournalOutbox();
  for (const entry of PRESSES) outbox.append(entry);
  outbox.appendMany(EVENTS - PRESSES.length);
  await new Promise<void>((resolve) => {
    const uplink = startUplink({
      outbox,
      createCalls: callsOf(outcome.identity),
      onEvent: () => {
        if (outbox.acknowledged().seq === EVENTS) resolve(uplink.close());
      },
    });
  });
});
afterAll(async () => {
  await server.close();
  for (const folder of [dataDir, STOPPED]) rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  outDir = join(mkdtempSync(join(tmpdir(), 'amecs-out-')), 'study');
});
afterEach(() => rmSync(join(outDir, '..'), { recursive: true, force: true }));

async function pull(...argv: string[]) {
  const terminal = createRecordingTerminal();
  const exitCode = await pullCommand.run(['--out', outDir, '--data', dataDir, ...argv], terminal);
  return { exitCode, out: terminal.outLines.join('\n'), error: terminal.errorLines.join('\n') };
}

/** Pulls through a proxy that asks for small pages and changes the nth of them; undefined breaks the connection. */
async function pullThrough(change: (page: string, nth: number) => string | undefined) {
  let nth = 0;
  const proxy = createServer(async (request, reply) => {
    const { authorization = '' } = request.headers;
    const url = server.url + request.url!.replace('limit=5000', 'limit=300');
    const page = await (await fetch(url, { headers: { authorization } })).text();
    nth += 1;
    const changed = change(page, nth);
    if (changed === undefined) reply.destroy();
    else reply.end(changed);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  const { port } = proxy.address() as AddressInfo;
  try {
    return { ...(await pull('--server', `http://127.0.0.1:${port}`)), pages: nth };
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}

function readTable(name: string): Record<string, string>[] {
  const [header, ...lines] = readFileSync(join(outDir, name), 'utf8').trimEnd().split('\r\n');
  const names = header!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at]!, cell])));
}

describe('amecs pull', () => {
  test('writes every event once, every press once, and what the columns mean', async () => {
    const { exitCode, out } = await pull();
    expect(exitCode).toBe(0);
    expect(out).toBe(`${EVENTS} events and 2 presses of 1 participant are in ${outDir}.`);
    expect(readdirSync(outDir).sort()).toEqual([
      'dictionary.csv',
      'events.csv',
      'interactions.csv',
      'quarantine.csv',
    ]);
    expect(readTable('quarantine.csv')).toEqual([]);
    expect(readTable('events.csv').map(({ seq }) => Number(seq))).toEqual(
      Array.from({ length: EVENTS }, (_, index) => index + 1),
    );
    expect(readTable('interactions.csv')).toMatchObject([
      {
        interaction: 'request',
        button: "'=cmd()",
        emotion: 'happy',
        predicted_happy: '0.7',
        withdrawn: 'no',
      },
      { interaction: 'selection', emotion: 'sad', position_ms: '900', propensity: '', withdrawn: 'yes' },
    ]);
    const described = readFileSync(join(outDir, 'dictionary.csv'), 'utf8');
    expect(described).toContain('interactions.csv,propensity,');
  });

  test('run again replaces the files and leaves others alone', async () => {
    mkdirSync(outDir);
    writeFileSync(join(outDir, 'notes.txt'), 'mine');
    writeFileSync(join(outDir, 'events.csv'), 'old');
    await pull();
    expect((await pull()).exitCode).toBe(0);
    expect(readTable('events.csv')).toHaveLength(EVENTS);
    expect(readFileSync(join(outDir, 'notes.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(outDir)).toHaveLength(5);
  });

  test('takes server and token from options, as on another machine', async () => {
    const token = join(dataDir, 'server', 'researcher-token');
    const elsewhere = join(dataDir, 'elsewhere');
    const { exitCode } = await pull('--data', elsewhere, '--server', server.url, '--token-file', token);
    expect(exitCode).toBe(0);
  });

  test('puts all pages together', async () => {
    const { exitCode, pages } = await pullThrough((page) => page);
    // Three of events, one of the quarantine.
    expect([exitCode, pages]).toEqual([0, 4]);
    expect(readTable('events.csv')).toHaveLength(EVENTS);
  });

  test('needs to know where to write', async () => {
    await expect(pullCommand.run([], createRecordingTerminal())).rejects.toThrow(/--out DIR/);
  });
});

describe('amecs pull says in one sentence what is wrong and what to do, and leaves the old files:', () => {
  test.each([
    ['the server is down', ['--data', STOPPED], /nobody listens there.*"amecs server"/],
    ['the address is none', ['--server', 'localhost'], /"localhost" is not the address of a server.*https:/],
    ['no server ran here', ['--data', '/nonexistent'], /no server has run on this machine.*--server URL/],
    ['there is no token', ['--token-file', '/nonexistent'], /ENOENT.*--token-file/],
  ])('%s', async (_what, options, words) => {
    mkdirSync(outDir);
    writeFileSync(join(outDir, 'events.csv'), 'old');
    const { exitCode, out, error } = await pull(...options);
    expect([exitCode, out]).toEqual([1, '']);
    expect(error).toMatch(words);
    expect(error).not.toContain('\n');
    expect(readdirSync(outDir)).toEqual(['events.csv']);
    expect(readFileSync(join(outDir, 'events.csv'), 'utf8')).toBe('old');
  });

  test.each([
    ['is wrong', 'x'.repeat(43), /the token is not known here/],
    ['is no token', 'hello\nworld', /is not a researcher token/],
  ])('the token %s', async (_what, token, words) => {
    const file = join(outDir, '..', 'token');
    writeFileSync(file, token);
    const { exitCode, error } = await pull('--token-file', file);
    expect(exitCode).toBe(1);
    expect(error).toMatch(words);
    expect(error).not.toContain(token);
  });

  test.each<[string, (page: string, asked: number) => string | undefined, RegExp]>([
    ['something else answers', () => '<html>', /is not an AMECS server/],
    [
      'the connection breaks after the first page',
      (page, asked) => (asked === 1 ? page : undefined),
      /pull from/,
    ],
    [
      'the server is restored during the pull',
      (page, asked) => page.replace(/"generation":"\w+"/, `"generation":"${asked}"`),
      /changed its database during the pull.*again/,
    ],
  ])('%s', async (_what, change, words) => {
    const { exitCode, error } = await pullThrough(change);
    expect(exitCode).toBe(1);
    expect(error).toMatch(words);
    expect(readdirSync(outDir)).toEqual([]);
  });
});
