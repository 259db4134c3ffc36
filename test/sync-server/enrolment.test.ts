import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { networkOf } from '../../sync-server/http/attempt-limit.ts';
import { enrolmentAnswerSchema } from '../../sync-server/protocol/enrolment.ts';
import { PROTOCOL_VERSION, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { ENROLMENT_ATTEMPTS } from '../../sync-server/routes/enrol-route.ts';
import { canonicalCode, createCode } from '../../sync-server/secrets.ts';
import { createUuidV7 } from '../../sync-server/uuid-v7.ts';
import { createTestBox, type TestBox } from '../support/test-box.ts';
import { createTestServer, TEST_SITE, TEST_TIME_MS, type TestServer } from '../support/test-server.ts';

const WRONG_CODE = '0000-0000-0000';

let server: TestServer;

beforeEach(async () => {
  server = await createTestServer();
});
afterEach(() => server.app.close());

function enrol(code: string, box: TestBox = createTestBox(server.app), remoteAddress = '192.0.2.1') {
  const payload = { protocol: PROTOCOL_VERSION, code };
  return box.inject({ method: 'POST', url: ROUTES.enrol, payload, remoteAddress });
}

const cursorOf = (box: TestBox) => box.inject({ method: 'GET', url: ROUTES.cursor });

describe('enrolment', () => {
  test('gives a box its ids and the site’s model key, and from then on its key is known', async () => {
    const box = createTestBox(server.app);
    const reply = await enrol(await server.createEnrolmentCode(), box);
    const answer = enrolmentAnswerSchema.parse(reply.json());
    expect(reply.statusCode).toBe(201);
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(answer.siteId).toBe(TEST_SITE);
    expect(answer.participantId).not.toBe(answer.deviceId);
    expect((await cursorOf(box)).json()).toMatchObject({ heads: [] });
  });

  test('all boxes of a site are told the same model key', async () => {
    const [one, other] = [await server.enrolBox(), await server.enrolBox()];
    expect(one.answer.modelKey).toEqual(other.answer.modelKey);
    expect(one.answer.modelKey.x).not.toBe(one.key.x);
  });

  test('a code may be typed in small letters, without hyphens, with look-alike letters', async () => {
    const code = await server.createEnrolmentCode();
    const typed = code.replaceAll('-', ' ').toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
    expect((await enrol(typed)).statusCode).toBe(201);
  });

  test('a lost reply is asked for again with the same key and gives the same box', async () => {
    const code = await server.createEnrolmentCode();
    const box = createTestBox(server.app);
    const first = await enrol(code, box);
    expect((await enrol(code, box)).json()).toEqual(first.json());
    expect(await server.store.devices(TEST_SITE)).toHaveLength(1);
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

  test('a code for a known box makes the new key that box, and the old key nobody', async () => {
    const old = await server.enrolBox();
    const { deviceId, participantId } = old.answer;
    const again = await server.enrolBox(await server.createEnrolmentCode(deviceId));
    expect(again.answer).toEqual({ ...old.answer, deviceId, participantId });
    expect((await cursorOf(again)).statusCode).toBe(200);
    expect((await cursorOf(old)).json()).toMatchObject({ code: 'keyUnknown' });
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
});

describe('attempts to enrol', () => {
  async function statusesOf(times: number, attempt: (index: number) => ReturnType<typeof enrol>) {
    const statuses: number[] = [];
    for (let index = 0; index < times; index += 1) statuses.push((await attempt(index)).statusCode);
    return statuses;
  }

  test('with one code are limited, wherever they come from, until time has passed', async () => {
    const guess = (index: number) => enrol(WRONG_CODE, undefined, `192.0.2.${index}`);
    const { ofCode, windowMs } = ENROLMENT_ATTEMPTS;
    expect(await statusesOf(ofCode + 1, guess)).toEqual([...Array(ofCode).fill(403), 429]);
    const refused = await guess(99);
    expect(refused.json()).toMatchObject({ code: 'tooManyAttempts' });
    expect(Number(refused.headers['retry-after'])).toBe(windowMs / ofCode / 1000);
    server.clock.nowMs += windowMs / ofCode;
    expect(await statusesOf(2, guess)).toEqual([403, 429]);
    expect((await enrol(await server.createEnrolmentCode())).statusCode).toBe(201);
  });

  test('from one network are limited, whatever the code, and its good codes with them', async () => {
    const { ofNetwork } = ENROLMENT_ATTEMPTS;
    const guess = (index: number) => enrol(`WRNG${String(index).padStart(8, '0')}`, undefined, '2001:db8::1');
    expect(await statusesOf(ofNetwork + 1, guess)).toEqual([...Array(ofNetwork).fill(403), 429]);
    const code = await server.createEnrolmentCode();
    expect((await enrol(code, undefined, '2001:db8::2')).statusCode).toBe(429);
    expect((await enrol(code, undefined, '2001:db8:0:1::2')).statusCode).toBe(201);
  });

  test('that succeed are not counted: a ward of boxes enrols in one go', async () => {
    const statuses = await statusesOf(ENROLMENT_ATTEMPTS.ofNetwork * 2, async () =>
      enrol(await server.createEnrolmentCode()),
    );
    expect(new Set(statuses)).toEqual(new Set([201]));
  });

  test('are counted by X-Forwarded-For only behind a proxy that was named', async () => {
    const forwarded = async (at: TestServer, url: string) => {
      const codes = Array.from({ length: ENROLMENT_ATTEMPTS.ofNetwork + 1 }, (_, index) => `CODE${index}`);
      const statuses: number[] = [];
      for (const [index, code] of codes.entries()) {
        const reply = await createTestBox(at.app, undefined, url).inject({
          method: 'POST',
          url: ROUTES.enrol,
          headers: { 'x-forwarded-for': `10.9.9.9, 192.0.2.${index}` },
          payload: { protocol: PROTOCOL_VERSION, code },
        });
        statuses.push(reply.statusCode);
      }
      return statuses.at(-1);
    };
    expect(await forwarded(server, 'http://localhost')).toBe(429);
    const publicUrl = 'https://amecs.example.org';
    const behindProxy = await createTestServer(undefined, { publicUrl });
    expect(await forwarded(behindProxy, publicUrl)).toBe(403);
    await behindProxy.app.close();
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is of the network %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
