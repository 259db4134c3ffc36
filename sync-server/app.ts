/**
 * The HTTP face of the server: routes, limits and refusals around a store. Opens no socket.
 */
import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { CALLER } from './http/bearer.ts';
import { type BoxGate, createBoxGate, GATE_DECORATORS } from './http/box-gate.ts';
import { answerNoHttp, answerOddRequests, ODD_HTTP_OPTIONS } from './http/odd-http.ts';
import { answerProblems, Refusal, sendRefusal } from './http/refusal.ts';
import { HEADERS, MAX_BATCH_BYTES, PROTOCOL_VERSION, ROUTES } from './protocol/protocol-limits.ts';
import { addDownlinkRoutes } from './routes/downlink-routes.ts';
import { addEnrolRoute } from './routes/enrol-route.ts';
import { addEventRoutes } from './routes/event-routes.ts';
import { addExportRoute } from './routes/export-route.ts';
import { addOpenApiRoute } from './routes/open-api-route.ts';
import { addRotateRoute } from './routes/rotate-route.ts';
import type { Store } from './store/store.ts';

/** What the app needs from the outside. */
export interface ServerParts {
  readonly store: Store;
  readonly log: FastifyBaseLogger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Cryptographically strong; `randomBytes` of node:crypto unless a test brings its own. */
  readonly randomBytes?: (count: number) => Uint8Array;
  /**
   * Such as `https://amecs.example.org`: where boxes reach the server when a proxy stands in front of it. Proofs must
   * then name this address, and the last entry of the proxy's X-Forwarded-For is who asks.
   */
  readonly publicUrl?: string;
}

/** What the routes need. */
export interface RouteParts extends ServerParts {
  readonly gate: BoxGate;
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
    trustProxy: parts.publicUrl === undefined ? false : (_address, hop) => hop === 0,
    frameworkErrors: (_error, _request, reply) => void sendRefusal(reply, new Refusal('badRequest')),
    clientErrorHandler: answerNoHttp,
    http: ODD_HTTP_OPTIONS,
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const name of [CALLER, ...GATE_DECORATORS]) app.decorateRequest(name, null);
  answerProblems(app);
  answerOddRequests(app);

  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header(HEADERS.serverTime, parts.now());
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug({
      event: 'requestAnswered',
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    });
  });

  const { store, now, publicUrl } = parts;
  const gate = createBoxGate({
    store,
    now,
    randomBytes: parts.randomBytes ?? randomBytes,
    publicOrigin: publicUrl === undefined ? undefined : new URL(publicUrl).origin,
  });
  const routeParts: RouteParts = { ...parts, gate };
  addEnrolRoute(app, routeParts);
  addRotateRoute(app, routeParts);
  addEventRoutes(app, routeParts);
  addDownlinkRoutes(app, routeParts);
  addExportRoute(app, routeParts);
  addOpenApiRoute(app);
  app.get(ROUTES.health, async () => {
    await parts.store.generation();
    return { status: 'ok', protocol: PROTOCOL_VERSION };
  });
  return app;
}
