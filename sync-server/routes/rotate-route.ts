/**
 * POST /v1/key: a box names its next key. The proof of the request is the old key's word for it, the proof in the body
 * shows that the box holds the new one. The old key stays good until the new one is first used.
 */
import type { FastifyInstance } from 'fastify';
import type { RouteParts } from '../app.ts';
import { boxOf, provenRequestOf } from '../http/box-gate.ts';
import { readMessage } from '../http/read-message.ts';
import { Refusal } from '../http/refusal.ts';
import { type RotationAnswer, rotationRequestSchema } from '../protocol/enrolment.ts';
import { ROUTES } from '../protocol/protocol-limits.ts';

/** A rotation request is a proof and a few bytes. */
const MAX_ROTATION_BYTES = 8_192;

export function addRotateRoute(app: FastifyInstance, { store, gate }: RouteParts): void {
  app.post(
    ROUTES.rotateKey,
    { ...gate.requireBox(), bodyLimit: MAX_ROTATION_BYTES },
    async (request): Promise<RotationAnswer> => {
      const { device } = boxOf(request);
      const { newKeyProof } = await readMessage(request, rotationRequestSchema);
      const { keyThumbprint, publicKey } = await gate.readProof(newKeyProof, provenRequestOf(request));
      const owner = await store.deviceByKey(keyThumbprint);
      if (owner !== undefined && owner.deviceId !== device.deviceId) {
        throw new Refusal('proofInvalid', 'newKeyProof: the key belongs to another box');
      }
      // Asked again after a lost reply, or for the key in use: it is as the box wants it already.
      if (owner === undefined) await store.registerNextKey(device, keyThumbprint, publicKey);
      const { siteId, deviceId } = device;
      request.log.info({ event: 'keyRegistered', siteId, deviceId, keyThumbprint });
      return { keyThumbprint };
    },
  );
}
