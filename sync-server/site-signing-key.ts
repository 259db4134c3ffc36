/** The key a site signs its models with: made once, private part in the store, public part told to each box at enrolment. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { type PublicKey, publicKeySchema } from './protocol/enrolment.ts';
import type { SigningKey } from './store/downlink-store.ts';

/** A fresh Ed25519 key. */
export function createSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Its public part, as boxes keep it. */
export function publicKeyOf({ privateKeyPem }: SigningKey): PublicKey {
  return publicKeySchema.parse(createPublicKey(createPrivateKey(privateKeyPem)).export({ format: 'jwk' }));
}
