import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createFetchExchange,
  type Exchange,
  exchangeWithin,
  type HttpRequest,
} from '../../../device/sync/exchange.ts';
import { createFakeTimers } from '../../support/fake-timers.ts';

const ASK = { method: 'GET', path: '/' } as const;
/** An exchange that heeds nothing. */
const deaf: Exchange = () => new Promise(() => {});

describe('an exchange that never answers', () => {
  test('is given up after the timeout', async () => {
    const timers = createFakeTimers();
    const within = { timeoutMs: 20_000, timers, stop: new AbortController().signal };
    const reply = exchangeWithin(deaf, ASK, within);
    timers.runNext();
    await expect(reply).rejects.toThrow('no answer within 20 s');
    expect(timers.nowMs()).toBe(20_000);
  });

  test('is given up at once when stopped, and its timer with it', async () => {
    const timers = createFakeTimers();
    const stop = new AbortController();
    const reply = exchangeWithin(deaf, ASK, { timeoutMs: 20_000, timers, stop: stop.signal });
    stop.abort();
    await expect(reply).rejects.toThrow('stopped');
    expect(timers.pendingMs()).toEqual([]);
  });

  test('is not begun after the stop', async () => {
    const timers = createFakeTimers();
    let asked = 0;
    const count: Exchange = (...request) => {
      asked += 1;
      return deaf(...request);
    };
    const within = { timeoutMs: 20_000, timers, stop: AbortSignal.abort() };
    await expect(exchangeWithin(count, ASK, within)).rejects.toThrow('stopped');
    expect([asked, timers.pendingMs()]).toEqual([0, []]);
  });
});

describe('over HTTP', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function ask(answer: Parameters<typeof createServer>[1], request: HttpRequest = ASK) {
    server?.close();
    server = createServer(answer!).listen(0, '127.0.0.1');
    await new Promise((resolve) => server!.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    return createFetchExchange(`http://127.0.0.1:${port}`)(request, new AbortController().signal);
  }

  test('a redirect is not followed, since it may lead away with the proof', async () => {
    let asked = 0;
    const reply = await ask((_request, response) => {
      asked += 1;
      response.writeHead(302, { location: '/login' }).end();
    });
    expect([reply.status, asked]).toEqual([302, 1]);
  });

  test.each([
    ['120', 120_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 0],
    ['-5', 0],
  ])(
    'Retry-After: %s is a wait of %d ms, since the box may not know the date',
    async (value, retryAfterMs) => {
      const reply = await ask((_request, response) =>
        response.writeHead(503, { 'retry-after': value }).end('{}'),
      );
      expect(reply).toMatchObject({ status: 503, retryAfterMs, body: Buffer.from('{}') });
    },
  );

  test('the nonce and the time of our server are read, and a time that is none is not', async () => {
    const headers = { 'dpop-nonce': 'n1', 'amecs-server-time': '1767312000000' };
    const reply = await ask((_request, response) => response.writeHead(200, headers).end());
    expect(reply).toMatchObject({ nonce: 'n1', serverTimeMs: 1_767_312_000_000 });
    const stranger = await ask((_request, response) =>
      response.writeHead(200, { 'amecs-server-time': 'soon' }).end(),
    );
    expect(stranger).not.toHaveProperty('nonce');
    expect(stranger).not.toHaveProperty('serverTimeMs');
  });

  test.each(['//evil.example/v1/events', 'http://evil.example/', 'https://127.0.0.1/'])(
    'nothing is sent to %s, which is another origin',
    async (path) => {
      await expect(ask(() => {}, { method: 'GET', path })).rejects.toThrow('not an address of');
    },
  );

  test('a download may be as large as it was said to be, and no larger', async () => {
    const bytes = Buffer.alloc(300 * 1024, 7);
    const download = (maxReplyBytes: number) =>
      ask((_request, response) => response.end(bytes), { ...ASK, maxReplyBytes });
    expect((await download(bytes.length)).body).toEqual(bytes);
    await expect(download(bytes.length - 1)).rejects.toThrow('larger than any of our server');
  });

  test('a reply that does not end is cut off before it fills the memory', async () => {
    const endless = ask((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    await expect(endless).rejects.toThrow('larger than any of our server');
  });
});
