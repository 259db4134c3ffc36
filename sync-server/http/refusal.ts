/**
 * Refusals: thrown anywhere below a route, answered in one place, always as a problem of the table.
 */
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type ProblemCode, problemBody } from '../protocol/problem.ts';
import { StoreUnavailableError } from '../store/store.ts';

/** A refusal on its way to the client. `detail` is sent: no secrets in it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  /** Seconds until it is worth asking again; sent as Retry-After (RFC 9110, section 10.2.3). */
  readonly retryAfterS: number | undefined;

  constructor(code: ProblemCode, detail?: string, retryAfterS = RETRY_AFTER_S[code]) {
    super(detail ?? PROBLEMS[code].title);
    this.code = code;
    this.detail = detail;
    this.retryAfterS = retryAfterS;
  }
}

/** For refusals that pass by themselves; a box's own jitter comes on top. */
const RETRY_AFTER_S: Partial<Record<ProblemCode, number>> = { storeUnavailable: 5, overloaded: 5 };

/** What a 401 asks for (RFC 9110, section 11.6.1; RFC 9449, sections 7.1 and 9). */
const CHALLENGES: Partial<Record<ProblemCode, string>> = {
  tokenMissing: 'Bearer',
  tokenUnknown: 'Bearer error="invalid_token"',
  proofMissing: 'DPoP algs="Ed25519 EdDSA"',
  proofInvalid: 'DPoP error="invalid_dpop_proof", algs="Ed25519 EdDSA"',
  proofReplayed: 'DPoP error="invalid_dpop_proof"',
  nonceRequired: 'DPoP error="use_dpop_nonce"',
  keyUnknown: 'DPoP error="invalid_token"',
};

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
  { code, detail, retryAfterS }: Refusal,
): FastifyReply {
  const challenge = CHALLENGES[code];
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  return reply.code(PROBLEMS[code].status).type(PROBLEM_MEDIA_TYPE).send(problemBody(code, detail));
}
