/** The name of a key: who a box is, the same on both sides. */
import { createHash } from 'node:crypto';
import type { PublicKey } from './enrolment.ts';

/** JWK thumbprint of an Ed25519 key in base64url: SHA-256 over its required members in order (RFC 7638, RFC 8037 2). */
export function keyThumbprint({ crv, kty, x }: PublicKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
