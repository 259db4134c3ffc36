/**
 * The box's own Ed25519 key: what it proves itself with. The private part never leaves the identity file.
 */
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import type { KeyPair } from 'dpop';
import type { z } from 'zod';
import { bytes32Schema, publicKeySchema } from '../../sync-server/protocol/enrolment.ts';

/** A private key as a JWK (RFC 8037, section 2). */
export const deviceKeySchema = publicKeySchema.extend({ d: bytes32Schema });

export type DeviceKey = z.infer<typeof deviceKeySchema>;

/** A fresh key. */
export function createDeviceKey(): DeviceKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return deviceKeySchema.parse(privateKey.export({ format: 'jwk' }));
}

/** The key as the DPoP library signs with it. Rejects when `x` and `d` are no key. */
export async function toKeyPair({ d, ...publicJwk }: DeviceKey): Promise<KeyPair> {
  const { subtle } = webcrypto;
  const algorithm = { name: 'Ed25519' };
  return {
    privateKey: await subtle.importKey('jwk', { ...publicJwk, d }, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
  };
}
