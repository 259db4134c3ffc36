import { describe, expect, test } from 'vitest';
import { createPanelSessions, createPanelToken } from '../../../device/panel/panel-sessions.ts';
import { cookieValue, isOwnHost, isOwnOrigin } from '../../../device/panel/request-guards.ts';
import { createTokenBucket } from '../../../device/panel/token-bucket.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

function sessionsFor(token: string) {
  const clock = createFakeClock();
  return { clock, sessions: createPanelSessions(token, () => clock.monotonicMs()) };
}

describe('panel sessions', () => {
  test.each(['', 'wrong', 'right ', 'RIGHT', 'rightright'])('the token "%s" does not open one', (token) => {
    const { sessions } = sessionsFor('right');
    expect(sessions.open(token)).toEqual({ kind: 'wrongToken' });
  });

  test.each([undefined, '', 'right'])('the session id %s is not open', (sessionId) => {
    const { sessions } = sessionsFor('right');
    sessions.open('right');
    expect(sessions.isOpen(sessionId)).toBe(false);
  });

  test('many wrong tokens are told so, until time has passed', () => {
    const { sessions, clock } = sessionsFor('right');
    for (let n = 0; n < 10; n += 1) expect(sessions.open('wrong').kind).toBe('wrongToken');
    expect(sessions.open('wrong').kind).toBe('tooMany');
    clock.advance(5_000);
    expect(sessions.open('wrong').kind).toBe('wrongToken');
    expect(sessions.open('wrong').kind).toBe('tooMany');
  });

  test('the owner gets in however many others guess', () => {
    const { sessions } = sessionsFor('right');
    for (let n = 0; n < 100; n += 1) sessions.open('wrong');
    expect(sessions.open('right').kind).toBe('opened');
  });

  test('the token opens sessions of their own ids', () => {
    const { sessions } = sessionsFor('right');
    const ids = [sessions.open('right'), sessions.open('right')].map((outcome) => {
      return outcome.kind === 'opened' ? outcome.sessionId : undefined;
    });
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => sessions.isOpen(id))).toBe(true);
  });

  test('past 64 sessions the oldest ends', () => {
    const { sessions } = sessionsFor('right');
    const ids = Array.from({ length: 65 }, () => {
      const outcome = sessions.open('right');
      return outcome.kind === 'opened' ? outcome.sessionId : undefined;
    });
    expect(ids.map((id) => sessions.isOpen(id))).toEqual(ids.map((_, n) => n > 0));
  });

  test('tokens are 32 random bytes in base64url', () => {
    expect(createPanelToken()).toMatch(/^[\w-]{43}$/);
    expect(createPanelToken()).not.toBe(createPanelToken());
  });
});

describe('request guards', () => {
  test.each([
    undefined,
    '',
    '127.0.0.1',
    '127.0.0.1:81',
    'localhost:8',
    'evil.example:8137',
    '10.0.0.1:8137',
    '127.0.0.1:8137.evil.example',
  ])('the host %s is not ours', (host) => expect(isOwnHost(host, 8137)).toBe(false));

  test.each(['127.0.0.1:8137', 'localhost:8137', '[::1]:8137'])('the host %s is ours', (host) => {
    expect(isOwnHost(host, 8137)).toBe(true);
  });

  test('on port 80 browsers leave the port out', () => expect(isOwnHost('localhost', 80)).toBe(true));

  test.each([undefined, 'null', 'http://evil.example', 'https://localhost:8137', 'http://127.0.0.1:8137'])(
    'the origin %s is not that of localhost:8137',
    (origin) => expect(isOwnOrigin(origin, 'localhost:8137')).toBe(false),
  );

  test('our page has our origin', () => {
    expect(isOwnOrigin('http://localhost:8137', 'localhost:8137')).toBe(true);
  });

  test.each([
    [undefined, undefined],
    ['', undefined],
    ['xa=1', undefined],
    ['b=2; a=1; c=3', '1'],
    ['a=first; a=second', 'first'],
  ])('the cookie a of "%s" is %s', (header, value) => expect(cookieValue(header, 'a')).toBe(value));
});

test('a token bucket gives its capacity at once and refills no further than that', () => {
  const clock = createFakeClock();
  const bucket = createTokenBucket({ capacity: 2, perSecond: 1, nowMs: () => clock.monotonicMs() });
  const taken = () => [bucket.take(), bucket.take(), bucket.take()];
  expect(taken()).toEqual([true, true, false]);
  clock.advance(999);
  expect(bucket.take()).toBe(false);
  clock.advance(1);
  expect(bucket.take()).toBe(true);
  clock.advance(3_600_000);
  expect(taken()).toEqual([true, true, false]);
});
