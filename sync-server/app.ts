/**
 * The HTTP face of the server: routes, limits and refusals around a store. Opens no socket.
 */
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { CALLER } from './http/bearer.ts';
import { answerProblems, Refusal, sendRefusal } from './http/refusal.ts';
import { PROBLEM_MEDIA_TYPE, problemBody } from './protocol/problem.ts';
import { MAX_BATCH_BYTES, PROTOCOL_VERSION, ROUTES } from './protocol/protocol-limits.ts';
import { addEnrolRoute } from './routes/enrol-route.ts';
import { addEventRoutes } from './routes/event-routes.ts';
import { addExportRoute } from './routes/export-route.ts';
import type { EventStore } from './store/event-store.ts';

/** What the routes need from the outside. */
export interface ServerParts {
  readonly store: EventStore;
  readonly log: FastifyBaseLogger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A whole request must have arrived within this; a batch over a bad mobile link takes a few seconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Builds the app; `app.inject` works at once, `app.listen` opens it. */
export function createApp(parts: ServerParts): FastifyInstance {
  const app = Fastify({
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BATCH_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    frameworkErrors: (_error, _request, reply) => void sendRefusal(reply, new Refusal('badRequest')),
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(malformedHttpAnswer());
    },
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest(CALLER, null);
  answerProblems(app);

  app.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug({
      event: 'requestAnswered',
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    });
  });

  addEnrolRoute(app, parts);
  addEventRoutes(app, parts);
  addExportRoute(app, parts);
  app.get(ROUTES.health, async () => {
    await parts.store.generation();
    return { status: 'ok', protocol: PROTOCOL_VERSION };
  });
  return app;
}

/** What a client gets whose bytes are not HTTP. */
function malformedHttpAnswer(): string {
  const body = JSON.stringify(problemBody('badRequest'));
  return [
    'HTTP/1.1 400 Bad Request',
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
