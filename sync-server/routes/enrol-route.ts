/**
 * POST /v1/enrol: a one-time code and a proof by the box's key become a device with a participant.
 * A code is found by its hash alone, so how long a refusal takes tells nothing about the letters of any code.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RouteParts } from '../app.ts';
import { createAttemptLimit, networkOf } from '../http/attempt-limit.ts';
import { proofOf } from '../http/box-gate.ts';
import { readMessage } from '../http/read-message.ts';
import { Refusal } from '../http/refusal.ts';
import { type EnrolmentAnswer, enrolmentRequestSchema } from '../protocol/enrolment.ts';
import { ROUTES } from '../protocol/protocol-limits.ts';
import { canonicalCode, hashSecret } from '../secrets.ts';
import { createSigningKey, publicKeyOf } from '../site-signing-key.ts';
import { createUuidV7 } from '../uuid-v7.ts';

/** An enrolment request is a few hundred bytes. */
const MAX_ENROL_BYTES = 4_096;

/**
 * Attempts that fail, at once and again within the window. A person mistypes a code a few times; a hospital sets up a
 * ward of boxes behind one address. At 60 bits no code can be guessed anyway; this keeps the guessing off the store.
 */
export const ENROLMENT_ATTEMPTS = { ofCode: 10, ofNetwork: 30, windowMs: 10 * 60_000 } as const;

/** Codes and networks remembered, about 200 bytes each. */
const MAX_REMEMBERED = 10_000;

export function addEnrolRoute(app: FastifyInstance, { store, now, gate }: RouteParts): void {
  const { windowMs } = ENROLMENT_ATTEMPTS;
  const shared = { windowMs, maxKeys: MAX_REMEMBERED, now };
  const ofCode = createAttemptLimit({ ...shared, attempts: ENROLMENT_ATTEMPTS.ofCode });
  const ofNetwork = createAttemptLimit({ ...shared, attempts: ENROLMENT_ATTEMPTS.ofNetwork });
  const { onRequest, preValidation } = gate.requireProof();
  const limitNetwork = async (request: FastifyRequest): Promise<void> =>
    refuseFor(ofNetwork.take(networkOf(request.ip)));

  app.post(
    ROUTES.enrol,
    { onRequest: [onRequest, limitNetwork], preValidation, bodyLimit: MAX_ENROL_BYTES },
    async (request, reply): Promise<EnrolmentAnswer> => {
      const { code } = await readMessage(request, enrolmentRequestSchema);
      const codeHash = hashSecret(canonicalCode(code));
      refuseFor(ofCode.take(codeHash));

      const { keyThumbprint, publicKey } = proofOf(request);
      const atMs = now();
      const outcome = await store.enrol({
        codeHash,
        keyThumbprint,
        publicKey,
        deviceId: createUuidV7(atMs),
        participantId: createUuidV7(atMs),
        atMs,
      });
      if (outcome.kind !== 'enrolled') throw new Refusal(outcome.kind);
      ofCode.giveBack(codeHash);
      ofNetwork.giveBack(networkOf(request.ip));
      const { siteId, deviceId, participantId } = outcome.device;
      const modelKey = publicKeyOf(await store.signingKey(siteId, createSigningKey));
      request.log.info({ event: 'deviceEnrolled', siteId, deviceId, keyThumbprint });
      reply.code(201);
      return { siteId, deviceId, participantId, modelKey };
    },
  );
}

function refuseFor(waitMs: number): void {
  if (waitMs > 0) throw new Refusal('tooManyAttempts', undefined, Math.ceil(waitMs / 1000));
}
