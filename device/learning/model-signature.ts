/** Whether the site this box belongs to published a model: its Ed25519 signature (RFC 8032) over the model's hash and size. */
import { createPublicKey, verify } from 'node:crypto';
import { modelStatement, type WantedModel } from '../../sync-server/protocol/downlink.ts';
import type { PublicKey } from '../../sync-server/protocol/enrolment.ts';

export function isSignedBy(key: PublicKey, model: WantedModel): boolean {
  const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
  const statement = Buffer.from(modelStatement(model));
  return verify(null, statement, publicKey, Buffer.from(model.signature, 'base64url'));
}
