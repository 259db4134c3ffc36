/** Proofs made by hand (RFC 7515, section 5.1), independent of the box's own code, so that any part can be wrong. */
import { createPrivateKey, sign } from 'node:crypto';
import type { DeviceKey } from '../../device/sync/device-key.ts';

export interface ForgedProof {
  readonly key: DeviceKey;
  /** Laid over the header of a proper proof; undefined takes a member away. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A JWS in compact form, signed by `key` whatever its header says. */
export function forgeProof({ key, header = {}, claims }: ForgedProof): string {
  const { d: _, ...jwk } = key;
  const said = { alg: 'Ed25519', typ: 'dpop+jwt', jwk, ...header };
  const input = `${encode(JSON.stringify(said))}.${encode(JSON.stringify(claims))}`;
  const signature = sign(null, Buffer.from(input), createPrivateKey({ key, format: 'jwk' }));
  return `${input}.${signature.toString('base64url')}`;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
