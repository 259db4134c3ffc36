/**
 * Refusals: thrown anywhere below a route, answered in one place, always as a problem of the table.
 */
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type ProblemCode, problemBody } from '../protocol/problem.ts';
import { StoreUnavailableError } from '../store/event-store.ts';

/** A refusal on its way to the client. `detail` is sent: no secrets in it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;
  readonly detail: string | undefined;

  constructor(code: ProblemCode, detail?: string) {
    super(detail ?? PROBLEMS[code].title);
    this.code = code;
    this.detail = detail;
  }
}

/** Seconds after which a box may ask again when the store could not be written; its own jitter comes on top. */
const RETRY_AFTER_S = 5;

/** Answers every error and every unknown address as problem+json. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal' || refusal.code === 'storeUnavailable') {
      request.log.error({ event: 'requestFailed', route: request.routeOptions.url, err: error });
    }
    return sendRefusal(reply, refusal);
  });
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, new Refusal('notFound')));
}

/** Which problem an error is. Fastify's own refusals keep their meaning; anything unknown is our mistake. */
function refusalOf(error: FastifyError | Refusal): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreUnavailableError) return new Refusal('storeUnavailable');
  const status = error.statusCode;
  if (status === 413) return new Refusal('bodyTooLarge');
  if (status === 415) return new Refusal('mediaTypeUnsupported');
  if (status !== undefined && status >= 400 && status < 500) return new Refusal('badRequest');
  return new Refusal('internal');
}

/** Answers with the problem and the headers that belong to it. */
export function sendRefusal(
  reply: Pick<FastifyReply, 'header' | 'code' | 'type' | 'send'>,
  { code, detail }: Refusal,
): FastifyReply {
  if (code === 'storeUnavailable') reply.header('retry-after', RETRY_AFTER_S);
  if (PROBLEMS[code].status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(PROBLEMS[code].status).type(PROBLEM_MEDIA_TYPE).send(problemBody(code, detail));
}
