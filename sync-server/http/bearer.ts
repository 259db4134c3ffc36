/**
 * Which researcher is asking, by a bearer token. Decided before a body is read; boxes have proofs instead (box-gate.ts).
 */
import type { FastifyRequest } from 'fastify';
import { bytes32Schema } from '../protocol/enrolment.ts';
import { hashSecret, sameHash } from '../secrets.ts';
import { Refusal } from './refusal.ts';

const DECORATOR = 'caller';

/** An `onRequest` hook that finds the owner of the bearer token with `find`, or refuses. */
export function requireBearer<Caller extends { readonly tokenHash: string }>(
  find: (tokenHash: string) => Promise<Caller | undefined>,
): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new Refusal('tokenMissing');
    const tokenHash = hashSecret(token);
    const caller = bytes32Schema.safeParse(token).success ? await find(tokenHash) : undefined;
    if (caller === undefined || !sameHash(caller.tokenHash, tokenHash)) throw new Refusal('tokenUnknown');
    request.setDecorator(DECORATOR, caller);
  };
}

/** Name under which the hook leaves the caller; declared once by the app. */
export const CALLER = DECORATOR;
