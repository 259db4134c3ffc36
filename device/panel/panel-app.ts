/**
 * The panel's routes and who may call them. Every request passes the gate below before any route sees it:
 *
 * | request            | own Host | own Origin | session cookie |
 * | ------------------ | -------- | ---------- | -------------- |
 * | the page's files   | yes      |            |                |
 * | POST /session      | yes      | yes        | (makes it)     |
 * | GET /session       | yes      |            | 204 or 401     |
 * | GET /socket        | yes      | yes        | yes            |
 * | GET /songs/:songId | yes      |            | yes            |
 */
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PageFile } from './page-files.ts';
import type { PanelHub } from './panel-hub.ts';
import { PAGE_MESSAGE_MAX_BYTES } from './panel-protocol.ts';
import type { PanelSessions } from './panel-sessions.ts';
import { cookieValue, isOwnHost, isOwnOrigin, SECURITY_HEADERS } from './request-guards.ts';
import { type SongFile, sendSong } from './song-route.ts';

/** A token is 43 characters; nothing a page posts is longer than this. */
const BODY_MAX_BYTES = 1024;

/** Longest wait for a whole request, ms. */
const REQUEST_MAX_MS = 10_000;

/** A wrong token earns one more try after so long, seconds. */
const RETRY_AFTER_S = 5;

const sessionBodySchema = z.strictObject({ token: z.string().min(1).max(200) });

export interface PanelAppOptions {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly sessions: PanelSessions;
  readonly hub: PanelHub;
  readonly songFile: SongFile;
  /** The port we were given; known once we listen. */
  readonly port: () => number;
  /** A request failed on our side. The page is told only that it failed. */
  readonly onFault: (fault: Error) => void;
}

/** The routes, not yet listening. */
export async function createPanelApp(options: PanelAppOptions): Promise<FastifyInstance> {
  const { files, sessions, hub, songFile, port } = options;
  const app = Fastify({
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_MAX_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  // Cookies are shared between the ports of a machine, so the name says whose this is.
  const cookieName = () => `amecs-panel-${port()}`;

  function hasSession(request: FastifyRequest): boolean {
    return sessions.isOpen(cookieValue(request.headers.cookie, cookieName()));
  }

  async function requireSession(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    return hasSession(request) ? undefined : reply.code(401).send({ error: 'noSession' });
  }

  await app.register(websocket, {
    options: { maxPayload: PAGE_MESSAGE_MAX_BYTES },
    // `ws` has already closed the socket with the code that fits; a page's broken frame is no fault of ours.
    errorHandler: (_error, socket) => socket.close(),
    preClose(done) {
      for (const client of app.websocketServer.clients) client.terminate();
      done();
    },
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const { host, origin } = request.headers;
    if (!isOwnHost(host, port())) return reply.code(403).send({ error: 'foreignHost' });
    const needsOrigin = request.ws || (request.method !== 'GET' && request.method !== 'HEAD');
    if (needsOrigin && !isOwnOrigin(origin, host)) return reply.code(403).send({ error: 'foreignOrigin' });
    if (request.ws && !hasSession(request)) return reply.code(401).send({ error: 'noSession' });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'notFound' }));
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const isTheirs = error.statusCode !== undefined && error.statusCode < 500;
    if (!isTheirs) options.onFault(error);
    return reply
      .code(isTheirs ? (error.statusCode ?? 400) : 500)
      .send({ error: isTheirs ? 'badRequest' : 'internal' });
  });

  for (const [address, { mimeType, body }] of files) {
    app.get(address, (_request, reply) => reply.type(mimeType).send(body));
  }

  app.post('/session', async (request, reply) => {
    const body = sessionBodySchema.safeParse(request.body).data;
    if (!body) return reply.code(400).send({ error: 'badRequest' });
    const outcome = sessions.open(body.token);
    switch (outcome.kind) {
      case 'tooMany':
        return reply.code(429).header('retry-after', RETRY_AFTER_S).send({ error: 'tooManyWrongTokens' });
      case 'wrongToken':
        return reply.code(401).send({ error: 'wrongToken' });
      case 'opened': {
        const cookie = `${cookieName()}=${outcome.sessionId}; Path=/; HttpOnly; SameSite=Strict`;
        return reply.header('set-cookie', cookie).code(204).send();
      }
    }
  });
  app.get('/session', { preHandler: requireSession }, (_request, reply) => reply.code(204).send());

  app.get('/socket', { websocket: true }, (socket) => hub.add(socket));

  app.get<{ Params: { songId: string } }>(
    '/songs/:songId',
    { preHandler: requireSession },
    (request, reply) => {
      return sendSong(reply, songFile, { songId: request.params.songId, range: request.headers.range });
    },
  );
  return app;
}
