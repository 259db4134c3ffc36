/**
 * Answers to what Node would answer by itself, before any route and without a problem: an HTTP/1.1 request that names no
 * host, an expectation nobody can meet, and bytes that are not HTTP.
 */
import type { ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, problemBody } from '../protocol/problem.ts';
import { Refusal } from './refusal.ts';

/** Leaves a missing Host to `answerOddRequests`. */
export const ODD_HTTP_OPTIONS: ServerOptions = { requireHostHeader: false };

/** Refuses what HTTP/1.1 forbids, as problems of the table. */
export function answerOddRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers, raw }) => {
    // RFC 9112, section 3.2. HTTP/1.0, which some watchdogs still speak, has no Host.
    if (headers.host === undefined && raw.httpVersion === '1.1') {
      throw new Refusal('badRequest', 'no Host header');
    }
  });
  app.server.on('checkExpectation', (_request, reply) => {
    const body = JSON.stringify(problemBody('badRequest', 'Expect: only 100-continue can be met'));
    reply.writeHead(PROBLEMS.badRequest.status, {
      'content-type': PROBLEM_MEDIA_TYPE,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    });
    reply.end(body);
  });
}

/** What a client gets whose bytes are not HTTP. */
export function answerNoHttp(_error: unknown, socket: Socket): void {
  if (!socket.writable) return;
  const body = JSON.stringify(problemBody('badRequest'));
  socket.end(
    [
      'HTTP/1.1 400 Bad Request',
      `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
