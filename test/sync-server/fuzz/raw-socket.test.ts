/** Bytes that no HTTP client would send, over a real socket: answered as documented or cut off, and the server goes on. */

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { createTestServer, type TestServer } from '../../support/test-server.ts';
import { expectDocumented } from './expect-documented.ts';
import { mutated } from './hostile-json.ts';

let server: TestServer;
let port: number;

beforeAll(async () => {
  server = await createTestServer();
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = server.app.server.address() as { port: number });
});
afterAll(() => server.app.close());

/** Sends the bytes, then ends; gives what came back, which is empty when the server just closed. */
function exchange(bytes: Buffer | string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setEncoding('latin1').on('data', (chunk) => (text += chunk));
    // A server that has seen enough may reset a connection that still sends.
    socket.on('error', () => {}).on('close', () => resolve(text));
  });
}

/** Every answer of a connection: several when requests were pipelined. */
function answersIn(text: string) {
  const answers: { statusCode: number; headers: Record<string, string>; body: string }[] = [];
  let rest = text;
  while (rest !== '') {
    const [head = '', ...after] = rest.split('\r\n\r\n');
    const [status = '', ...lines] = head.split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const sizeBytes = Number(headers['content-length'] ?? 0);
    const body = after.join('\r\n\r\n');
    expect(status).toMatch(/^HTTP\/1\.1 \d{3} /);
    answers.push({ statusCode: Number(status.split(' ')[1]), headers, body: body.slice(0, sizeBytes) });
    rest = body.slice(sizeBytes);
  }
  return answers;
}

const HOST = 'Host: localhost\r\n';
const post = (headers: string, body = ''): string =>
  `POST ${ROUTES.events} HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;

describe('bytes on a socket:', () => {
  test.each<[string, string | Buffer, string]>([
    ['no HTTP', 'hello\r\n\r\n', 'badRequest'],
    ['another protocol', 'GET / SMTP/9\r\n\r\n', 'badRequest'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'badRequest'],
    ['a TLS greeting', Buffer.from('160301020001000001fc0303', 'hex'), 'badRequest'],
    ['null bytes', Buffer.alloc(64), 'badRequest'],
    ['a null byte in a header', `GET /healthz HTTP/1.1\r\n${HOST}x: a\0b\r\n\r\n`, 'badRequest'],
    ['a header of 100 kB', `GET /healthz HTTP/1.1\r\n${HOST}x: ${'y'.repeat(100_000)}\r\n\r\n`, 'badRequest'],
    ['20,000 headers', `GET /healthz HTTP/1.1\r\n${HOST}${'a: b\r\n'.repeat(20_000)}\r\n`, 'badRequest'],
    ['an address of 100 kB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${HOST}\r\n`, 'badRequest'],
    ['a header folded over lines', `GET /healthz HTTP/1.1\r\n${HOST}x: a\r\n b\r\n\r\n`, 'badRequest'],
    ['two lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', 'x'), 'badRequest'],
    [
      'a length and chunks',
      post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      'badRequest',
    ],
    ['a length below zero', post('Content-Length: -1\r\n'), 'badRequest'],
    ['chunks that are none', post('Transfer-Encoding: chunked\r\n', 'zz\r\nx\r\n0\r\n\r\n'), 'badRequest'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 'badRequest'],
    ['no host in HTTP/1.0, which has none', 'GET /healthz HTTP/1.0\r\n\r\n', 'done'],
    ['an expectation nobody can meet', post('Expect: a miracle\r\nContent-Length: 1\r\n', 'x'), 'badRequest'],
    [
      'an upgrade',
      `GET /healthz HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      'done',
    ],
    ['a method nobody knows', `BREW /healthz HTTP/1.1\r\n${HOST}\r\n`, 'badRequest'],
    ['a method of other servers', `PROPFIND /healthz HTTP/1.1\r\n${HOST}\r\n`, 'notFound'],
    ['an address of another server', `GET http://example.org/healthz HTTP/1.1\r\n${HOST}\r\n`, 'done'],
    ['half a request', post('Content-Length: 100\r\n', 'x'), 'proofMissing'],
    ['nothing', '', ''],
  ])('%s', async (_what, bytes, expected) => {
    const answers = answersIn(await exchange(bytes));
    const [, method = '', url = ''] =
      /^([A-Z]+) (?:http:\/\/[^/]+)?(\/\S*) HTTP/.exec(bytes.toString('latin1')) ?? [];
    // A refusal may be followed by another for the rest of the bytes.
    const codes = answers.map((answer) => expectDocumented({ method, url }, answer));
    expect(codes[0] ?? '').toBe(expected);
  });

  test('requests one behind the other in one packet are each answered', async () => {
    const asked = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;
    const statuses = answersIn(await exchange(asked.repeat(3))).map(({ statusCode }) => statusCode);
    expect(statuses).toEqual([200, 200, 200]);
  });

  test('a request with bytes changed, cut out or put in never makes the server fail', async () => {
    const whole = [
      `GET /healthz HTTP/1.1\r\n${HOST}Accept: */*\r\n\r\n`,
      post('Content-Type: application/json\r\nContent-Length: 2\r\nDPoP: a.b.c\r\n', '{}'),
      post('Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n', '2\r\n{}\r\n0\r\n\r\n'),
    ].map((text) => Buffer.from(text));
    const runs = process.env.AMECS_SLOW_TESTS === '1' ? 3_000 : 150;
    await fc.assert(
      fc.asyncProperty(mutated(fc.constantFrom(...whole)), async (bytes) => {
        for (const { statusCode, headers, body } of answersIn(await exchange(bytes))) {
          expect(statusCode, body).toBeLessThan(500);
          if (statusCode >= 400) expect(headers['content-type']).toContain('application/problem+json');
        }
      }),
      { numRuns: runs },
    );
  }, 120_000);

  test('random bytes, a hundred connections at once, and the server still answers', async () => {
    await Promise.all(Array.from({ length: 100 }, () => exchange(randomBytes(500))));
    const [answer] = answersIn(await exchange(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`));
    expect(answer!.statusCode).toBe(200);
  });
});
