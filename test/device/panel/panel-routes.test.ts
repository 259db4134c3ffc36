/** The panel's routes, asked in process, refusals first. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPageFiles } from '../../../device/panel/page-files.ts';
import { createPanelApp } from '../../../device/panel/panel-app.ts';
import { createPanelHub } from '../../../device/panel/panel-hub.ts';
import { DEFAULT_PANEL_BUTTONS } from '../../../device/panel/panel-protocol.ts';
import { createPanelSessions } from '../../../device/panel/panel-sessions.ts';
import type { SongFile } from '../../../device/panel/song-route.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOST = '127.0.0.1:8137';
const OURS = { host: HOST, origin: `http://${HOST}` };
const SONG_ID = 'a'.repeat(32);

const faults: Error[] = [];
let songFile: SongFile = async () => undefined;
let app: FastifyInstance;
let cookie: string;

beforeAll(async () => {
  const clock = createFakeClock();
  app = await createPanelApp({
    files: await readPageFiles(),
    sessions: createPanelSessions('right', () => clock.monotonicMs()),
    hub: createPanelHub({ buttons: DEFAULT_PANEL_BUTTONS, clock }),
    songFile: (songId) => songFile(songId),
    port: () => 8137,
    onFault: (fault) => faults.push(fault),
  });
  cookie = sessionCookie((await openSession('right')).headers['set-cookie']);
});

afterAll(() => app.close());

function openSession(token: string, headers: InjectOptions['headers'] = OURS) {
  return app.inject({ method: 'POST', url: '/session', headers: headers ?? {}, payload: { token } });
}

function sessionCookie(header: unknown): string {
  return String(header).split(';')[0] ?? '';
}

function getSong(songId: string, headers: Record<string, string> = {}) {
  return app.inject({ url: `/songs/${songId}`, headers: { host: HOST, cookie, ...headers } });
}

/** Ten bytes, one digit each. */
function tenBytes(): SongFile {
  const path = join(temporaryFolder(), 'song.ogg');
  writeFileSync(path, '0123456789');
  return async (songId) => (songId === SONG_ID ? { path, mimeType: 'audio/ogg' } : undefined);
}

describe('refusals', () => {
  test.each(['/', '/page/kiosk.js', '/session', `/songs/${SONG_ID}`, '/nothing'])(
    'GET %s by another host name is refused, cookie or not',
    async (url) => {
      const answer = await app.inject({ url, headers: { host: 'evil.example:8137', cookie } });
      expect([answer.statusCode, answer.json()]).toEqual([403, { error: 'foreignHost' }]);
    },
  );

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:9999', undefined])(
    'the right token posted from the origin %s opens nothing',
    async (origin) => {
      const answer = await openSession('right', { host: HOST, ...(origin && { origin }) });
      expect([answer.statusCode, answer.json()]).toEqual([403, { error: 'foreignOrigin' }]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    },
  );

  test.each(['/session', `/songs/${SONG_ID}`])('GET %s without a session is refused', async (url) => {
    for (const wrong of [undefined, 'amecs-panel-8137=wrong', cookie.replace('8137', '8138')]) {
      const answer = await app.inject({ url, headers: { host: HOST, ...(wrong && { cookie: wrong }) } });
      expect([answer.statusCode, answer.json()]).toEqual([401, { error: 'noSession' }]);
    }
  });

  test('a wrong token is refused, and after ten of them with a wait', async () => {
    const codes: number[] = [];
    for (let n = 0; n < 11; n += 1) codes.push((await openSession('wrong')).statusCode);
    expect(codes).toEqual([...Array(10).fill(401), 429]);
    expect((await openSession('wrong')).headers['retry-after']).toBe('5');
  });

  test.each([
    ['no token', '{}', 'application/json', 400],
    ['a token that is no text', '{"token":1}', 'application/json', 400],
    ['a field too many', '{"token":"right","x":1}', 'application/json', 400],
    ['broken JSON', '{', 'application/json', 400],
    ['a form', 'token=right', 'application/x-www-form-urlencoded', 415],
    ['a long body', JSON.stringify({ token: 'x'.repeat(2000) }), 'application/json', 413],
  ])('a session asked for with %s is refused', async (_what, payload, type, code) => {
    const headers = { ...OURS, 'content-type': type };
    const answer = await app.inject({ method: 'POST', url: '/session', headers, payload });
    expect([answer.statusCode, answer.json()]).toEqual([code, { error: 'badRequest' }]);
  });

  test.each(['/..%2f..%2fpackage.json', '/page/../../package.json', '/page/kiosk.ts', '/page/tsconfig.json'])(
    'the file %s cannot be had',
    async (url) => {
      const answer = await app.inject({ url, headers: { host: HOST, cookie } });
      expect(answer.statusCode).toBe(404);
    },
  );
});

describe('the page', () => {
  test('comes without a session and carries the headers that lock it down', async () => {
    const { statusCode, headers, body } = await app.inject({ url: '/', headers: { host: HOST } });
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
    expect(body).not.toMatch(/https?:\/\/|\/\/\w|<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
  });

  test('every module a script imports is served', async () => {
    const files = await readPageFiles();
    for (const [address, { body, mimeType }] of files) {
      if (!mimeType.startsWith('text/javascript')) continue;
      for (const [, target = ''] of body.toString().matchAll(/^import .*from ['"](.+)['"]/gm)) {
        expect([...files.keys()]).toContain(new URL(target, `http://x${address}`).pathname);
      }
    }
  });
});

describe('a session', () => {
  test('is a cookie that scripts and other sites never see', async () => {
    const { statusCode, headers } = await openSession('right');
    expect(statusCode).toBe(204);
    expect(headers['set-cookie']).toMatch(/^amecs-panel-8137=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test('is known again by its cookie', async () => {
    const headers = { host: HOST, cookie: `other=1; ${cookie}` };
    expect((await app.inject({ url: '/session', headers })).statusCode).toBe(204);
  });
});

describe('songs', () => {
  test.each(['b'.repeat(32), 'A'.repeat(32), '..%2f..%2fetc%2fpasswd', 'x'])(
    'the song %s is not there',
    async (songId) => {
      songFile = tenBytes();
      const answer = await getSong(songId);
      expect([answer.statusCode, answer.json()]).toEqual([404, { error: 'noSuchSong' }]);
    },
  );

  test('a song whose file is gone, or is a folder, is not there', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'song.ogg'));
    for (const path of [join(folder, 'gone.ogg'), join(folder, 'song.ogg')]) {
      songFile = async () => ({ path, mimeType: 'audio/ogg' });
      expect((await getSong(SONG_ID)).statusCode).toBe(404);
    }
  });

  test('a library that fails is told to the box, not to the page', async () => {
    songFile = () => Promise.reject(new Error('database /secret/path is locked'));
    const answer = await getSong(SONG_ID);
    expect([answer.statusCode, answer.json()]).toEqual([500, { error: 'internal' }]);
    expect(faults.map(({ message }) => message)).toEqual(['database /secret/path is locked']);
  });

  test('a range past the end is refused with the size', async () => {
    songFile = tenBytes();
    const answer = await getSong(SONG_ID, { range: 'bytes=10-' });
    expect([answer.statusCode, answer.headers['content-range']]).toEqual([416, 'bytes */10']);
  });

  test('the whole song comes with its type and length, and is kept nowhere', async () => {
    songFile = tenBytes();
    const { statusCode, headers, body } = await getSong(SONG_ID);
    expect([statusCode, body]).toEqual([200, '0123456789']);
    expect(headers).toMatchObject({
      'content-type': 'audio/ogg',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
    });
  });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
  ])('the part %s comes alone', async (range, body, contentRange) => {
    songFile = tenBytes();
    const answer = await getSong(SONG_ID, { range });
    expect([answer.statusCode, answer.body, answer.headers['content-range']]).toEqual([
      206,
      body,
      contentRange,
    ]);
    expect(answer.headers['content-length']).toBe(String(body.length));
  });

  test('an empty file is an empty answer', async () => {
    const path = join(temporaryFolder(), 'empty.ogg');
    writeFileSync(path, '');
    songFile = async () => ({ path, mimeType: 'audio/ogg' });
    const answer = await getSong(SONG_ID);
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });
});
