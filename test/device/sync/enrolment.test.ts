import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enrol } from '../../../device/sync/enrolment.ts';
import type { Timers } from '../../../device/sync/exchange.ts';
import { type Identity, readIdentity, writeIdentity } from '../../../device/sync/identity-file.ts';
import { ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { createFaultyExchange, type Fault } from '../../support/faulty-exchange.ts';
import { createTestServer, TEST_SITE, type TestServer } from '../../support/test-server.ts';

/** Timers that are due at once, but only those of a wait: a request's timeout never comes. */
const hurry: Timers = {
  after(ms, run) {
    if (ms < 10_000) setImmediate(run);
    return () => {};
  },
};

describe('enrolment', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await createTestServer();
  });
  afterEach(() => server.app.close());

  function tryEnrol(code: string, faults: Fault[], serverUrl = 'http://box.example') {
    const network = createFaultyExchange(
      () => server.app,
      () => faults.shift() ?? 'ok',
    );
    const parts = { serverUrl, code, exchange: network.exchange, timers: hurry, random: () => 0.5 };
    return { outcome: enrol(parts), network };
  }

  test('gives an identity that the server knows', async () => {
    const outcome = await tryEnrol(await server.createEnrolmentCode(), []).outcome;
    if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
    expect(outcome.identity).toMatchObject({ siteId: TEST_SITE, serverUrl: 'http://box.example' });
    const headers = { authorization: `Bearer ${outcome.identity.deviceToken}` };
    expect((await server.app.inject({ method: 'GET', url: ROUTES.cursor, headers })).statusCode).toBe(200);
  });

  test.each<Fault>(['replyLost', 'replyCut', 'unreachable', 'portal', 'serverError'])(
    'survives "%s" with the same code',
    async (fault) => {
      const outcome = await tryEnrol(await server.createEnrolmentCode(), [fault]).outcome;
      expect(outcome.kind).toBe('enrolled');
    },
  );

  test('gives up after three tries and says what to check', async () => {
    const { outcome, network } = tryEnrol(await server.createEnrolmentCode(), Array(9).fill('unreachable'));
    expect(await outcome).toEqual({
      kind: 'unreachable',
      reason: 'enrol at http://box.example: connect ECONNREFUSED 127.0.0.1:7645',
      hint: 'Check the address and the network; the code stays good for 24 hours.',
    });
    expect(network.requests).toHaveLength(3);
  });

  test('a wrong code is asked once, and the answer is the words of the server', async () => {
    const { outcome, network } = tryEnrol('0000-0000-0000', []);
    expect(await outcome).toMatchObject({
      kind: 'refused',
      code: 'codeUnknown',
      hint: expect.stringMatching(/letter by letter/),
    });
    expect(network.requests).toHaveLength(1);
  });

  test.each(['', 'box.example', 'ftp://box.example'])('"%s" is no address of a server', async (serverUrl) => {
    const { outcome, network } = tryEnrol('0000-0000-0000', [], serverUrl);
    expect(await outcome).toMatchObject({ kind: 'unreachable', hint: expect.stringMatching(/like https/) });
    expect(network.requests).toHaveLength(0);
  });
});

describe('the identity file', () => {
  const identity: Identity = {
    siteId: TEST_SITE,
    deviceId: '01900000-0000-7000-8000-000000000002',
    participantId: '01900000-0000-7000-8000-000000000003',
    deviceToken: 'x'.repeat(43),
    serverUrl: 'https://amecs.example.org',
  };
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'amecs-identity-'));
    path = join(folder, 'box', 'identity.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is read as it was written, and is for its user only', async () => {
    expect(await readIdentity(path)).toEqual({ kind: 'notEnrolled' });
    await writeIdentity(path, identity);
    expect(await readIdentity(path)).toEqual({ kind: 'enrolled', identity });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is replaced whole, past the leavings of an interrupted write', async () => {
    await writeIdentity(path, identity);
    writeFileSync(`${path}.new`, '{"siteId":', { mode: 0o644 });
    await writeIdentity(path, { ...identity, deviceToken: 'y'.repeat(43) });
    expect(await readIdentity(path)).toMatchObject({ identity: { deviceToken: 'y'.repeat(43) } });
    expect(readdirSync(join(folder, 'box'))).toEqual(['identity.json']);
  });

  test.each(['', '{', '{"deviceToken":"secret"}', 'secret'])(
    'damaged to %j is told, not mended',
    async (text) => {
      await writeIdentity(path, identity);
      writeFileSync(path, text);
      const read = await readIdentity(path);
      expect(read).toMatchObject({ kind: 'damaged', hint: expect.stringMatching(/enrol the box again/) });
      expect(JSON.stringify(read)).not.toContain('secret');
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
});
