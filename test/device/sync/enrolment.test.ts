import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeviceKey } from '../../../device/sync/device-key.ts';
import { enrol } from '../../../device/sync/enrolment.ts';
import type { Timers } from '../../../device/sync/exchange.ts';
import { type Identity, readIdentity, writeIdentity } from '../../../device/sync/identity-file.ts';
import { HEADERS, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { createFaultyExchange, FAULTY_URL, type Fault } from '../../support/faulty-exchange.ts';
import { createTestBox } from '../../support/test-box.ts';
import { createTestServer, TEST_SITE, TEST_TIME_MS, type TestServer } from '../../support/test-server.ts';

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

  function tryEnrol(code: string, faults: Fault[], serverUrl = FAULTY_URL) {
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
    expect(outcome.identity).toMatchObject({ siteId: TEST_SITE, serverUrl: FAULTY_URL });
    const box = createTestBox(server.app, outcome.identity.key);
    expect((await box.inject({ url: ROUTES.cursor })).statusCode).toBe(200);
    expect(outcome.identity.keySinceMs).toBe(TEST_TIME_MS);
  });

  test.each<Fault>(['replyLost', 'replyCut', 'unreachable', 'portal', 'serverError'])(
    'survives "%s" with the same code',
    async (fault) => {
      const outcome = await tryEnrol(await server.createEnrolmentCode(), ['ok', fault]).outcome;
      expect(outcome.kind).toBe('enrolled');
      expect(await server.store.devices(TEST_SITE)).toHaveLength(1);
    },
  );

  test('asks for a nonce by the way: it costs a request, not a try', async () => {
    const { outcome, network } = tryEnrol(await server.createEnrolmentCode(), ['ok', 'replyLost']);
    expect((await outcome).kind).toBe('enrolled');
    expect(network.requests).toHaveLength(3);
    const proofs = network.requests.map(({ headers }) => headers![HEADERS.proof]);
    expect(new Set(proofs).size).toBe(3);
  });

  test('gives up after three tries and says what to check', async () => {
    const { outcome, network } = tryEnrol(await server.createEnrolmentCode(), Array(9).fill('unreachable'));
    expect(await outcome).toEqual({
      kind: 'unreachable',
      reason: `enrol at ${FAULTY_URL}: connect ECONNREFUSED 127.0.0.1:7645`,
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
    expect(network.requests).toHaveLength(2);
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
    modelKey: { kty: 'OKP', crv: 'Ed25519', x: 'm'.repeat(43) },
    serverUrl: 'https://amecs.example.org',
    key: createDeviceKey(),
    keySinceMs: TEST_TIME_MS,
  };
  const earlier = { siteId: TEST_SITE, deviceId: identity.deviceId, serverUrl: identity.serverUrl };
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
    const changed = { ...identity, nextKey: createDeviceKey() };
    await writeIdentity(path, changed);
    expect(await readIdentity(path)).toEqual({ kind: 'enrolled', identity: changed });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'box'))).toEqual(['identity.json']);
  });

  test('is whole whenever it is read, also while it is written', async () => {
    await writeIdentity(path, identity);
    let isWritten = false;
    const writing = (async () => {
      for (let round = 0; round < 20; round += 1) {
        await writeIdentity(path, { ...identity, keySinceMs: round, nextKey: createDeviceKey() });
      }
      isWritten = true;
    })();
    while (!isWritten) expect(await readIdentity(path)).toMatchObject({ kind: 'enrolled' });
    await writing;
  });

  test('of a version without keys is told as one, with what to do', async () => {
    await writeIdentity(path, identity);
    writeFileSync(path, JSON.stringify({ ...earlier, deviceToken: 'secret' }));
    const read = await readIdentity(path);
    expect(read).toMatchObject({ kind: 'outdated', hint: expect.stringMatching(/Enrol the box again/) });
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  test.each(['', '{', '{"deviceToken":"secret"}', 'secret', '{"key":{"d":"secret"}}'])(
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
