/**
 * POST /v1/enrol: a one-time code becomes a device with a participant and a token.
 */
import type { FastifyInstance } from 'fastify';
import type { ServerParts } from '../app.ts';
import { readMessage } from '../http/read-message.ts';
import { Refusal } from '../http/refusal.ts';
import { type EnrolmentAnswer, enrolmentRequestSchema } from '../protocol/enrolment.ts';
import { ROUTES } from '../protocol/protocol-limits.ts';
import { canonicalCode, createToken, hashSecret } from '../secrets.ts';
import { createUuidV7 } from '../uuid-v7.ts';

/** An enrolment request is a few hundred bytes. */
const MAX_ENROL_BYTES = 4_096;

export function addEnrolRoute(app: FastifyInstance, { store, now }: ServerParts): void {
  app.post(ROUTES.enrol, { bodyLimit: MAX_ENROL_BYTES }, async (request, reply): Promise<EnrolmentAnswer> => {
    const { code, enrolmentKey } = await readMessage(request, enrolmentRequestSchema);
    const deviceToken = createToken();
    const atMs = now();
    const outcome = await store.enrol({
      codeHash: hashSecret(canonicalCode(code)),
      enrolmentKeyHash: hashSecret(enrolmentKey),
      tokenHash: hashSecret(deviceToken),
      deviceId: createUuidV7(atMs),
      participantId: createUuidV7(atMs),
      atMs,
    });
    if (outcome.kind !== 'enrolled') throw new Refusal(outcome.kind);
    const { siteId, deviceId, participantId } = outcome.device;
    request.log.info({ event: 'deviceEnrolled', siteId, deviceId });
    reply.code(201);
    return { siteId, deviceId, participantId, deviceToken };
  });
}
