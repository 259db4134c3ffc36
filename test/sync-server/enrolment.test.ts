import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EnrolmentAnswer, enrolmentAnswerSchema } from '../../sync-server/protocol/enrolment.ts';
import { ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { canonicalCode, createCode, createToken } from '../../sync-server/secrets.ts';
import { createUuidV7 } from '../../sync-server/uuid-v7.ts';
import { createTestServer, TEST_SITE, TEST_TIME_MS, type TestServer } from '../support/test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await createTestServer();
});
afterEach(() => server.app.close());

function enrol(code: string, enrolmentKey = createToken()) {
  const payload = { protocol: 1, code, enrolmentKey };
  return server.app.inject({ method: 'POST', url: ROUTES.enrol, payload });
}

async function cursorStatus(deviceToken: string): Promise<number> {
  const headers = { authorization: `Bearer ${deviceToken}` };
  return (await server.app.inject({ method: 'GET', url: ROUTES.cursor, headers })).statusCode;
}

test('a code gives a box its ids and a token that works', async () => {
  const reply = await enrol(await server.createEnrolmentCode());
  const answer = enrolmentAnswerSchema.parse(reply.json());
  expect(reply.statusCode).toBe(201);
  expect(reply.headers['cache-control']).toBe('no-store');
  expect(answer.siteId).toBe(TEST_SITE);
  expect(answer.participantId).not.toBe(answer.deviceId);
  expect(await cursorStatus(answer.deviceToken)).toBe(200);
});

test('a code may be typed in small letters, without hyphens, with look-alike letters', async () => {
  const code = await server.createEnrolmentCode();
  const typed = code.replaceAll('-', ' ').toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
  expect((await enrol(typed)).statusCode).toBe(201);
});

test('a lost reply is asked for again with the same key: same box, new token, the old one void', async () => {
  const code = await server.createEnrolmentCode();
  const key = createToken();
  const first = (await enrol(code, key)).json<EnrolmentAnswer>();
  const second = (await enrol(code, key)).json<EnrolmentAnswer>();
  expect(second).toMatchObject({ deviceId: first.deviceId, participantId: first.participantId });
  expect(await cursorStatus(first.deviceToken)).toBe(401);
  expect(await cursorStatus(second.deviceToken)).toBe(200);
});

test('of ten boxes that use one code at once, one is enrolled', async () => {
  const code = await server.createEnrolmentCode();
  const replies = await Promise.all(Array.from({ length: 10 }, () => enrol(code)));
  expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([201, ...Array(9).fill(409)]);
});

test('a code is good for 24 hours and no longer', async () => {
  const [early, late] = [await server.createEnrolmentCode(), await server.createEnrolmentCode()];
  server.clock.nowMs = TEST_TIME_MS + 24 * 3_600_000 - 1;
  expect((await enrol(early)).statusCode).toBe(201);
  server.clock.nowMs += 1;
  expect((await enrol(late)).statusCode).toBe(410);
});

test('codes are 60 bits, written so that they survive being read aloud', () => {
  const codes = Array.from({ length: 1000 }, createCode);
  expect(new Set(codes).size).toBe(1000);
  for (const code of codes) {
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    expect(canonicalCode(code)).toBe(code.replaceAll('-', ''));
  }
});

test('ids are UUIDv7: they carry the time of RFC 9562, appendix A.6', () => {
  // Unix time, rand_a 0xCC3 and rand_b 0x18C4DC0C0C07398F of the example; variant and version bits are overlaid.
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  expect(createUuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  expect(createUuidV7(-5)).toMatch(/^00000000-0000-7/);
});
