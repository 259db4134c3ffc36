/** Requests signed as a box signs them, with every part open to be spoiled; the signing is our own so that it signs anything. */
import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { DeviceKey } from '../../../device/sync/device-key.ts';
import { HEADERS } from '../../../sync-server/protocol/protocol-limits.ts';
import { TEST_SERVER_URL } from '../../support/test-box.ts';

export type Method = NonNullable<InjectOptions['method']>;

export interface PlainRequest {
  readonly method: Method;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Header and payload of a proof as text; what is signed need not be JSON. */
export interface ProofText {
  readonly header: string;
  readonly claims: string;
}

/** A proof in compact form (RFC 7515, section 7.1) over whatever text. */
export function signProofText({ header, claims }: ProofText, key: DeviceKey): string {
  const input = `${base64url(header)}.${base64url(claims)}`;
  const signature = sign(null, Buffer.from(input), createPrivateKey({ key: { ...key }, format: 'jwk' }));
  return `${input}.${signature.toString('base64url')}`;
}

/** The claims a box would make for `request`. */
export function claimsOf({ method, url, body }: PlainRequest, nonce: string | undefined): object {
  return {
    jti: randomUUID(),
    iat: 0,
    htm: method,
    htu: TEST_SERVER_URL + url.split('?', 1)[0]!,
    ...(nonce === undefined ? {} : { nonce }),
    ...(body === undefined ? {} : { content_digest: digestOf(body) }),
  };
}

export function headerOf({ kty, crv, x }: DeviceKey): object {
  return { typ: 'dpop+jwt', alg: 'Ed25519', jwk: { kty, crv, x } };
}

/** The request with a proof, a digest and JSON for its type, all of which its own headers override. */
export function signedRequest(
  request: PlainRequest,
  key: DeviceKey,
  nonce: string | undefined,
  spoil: (proof: ProofText) => ProofText = (proof) => proof,
): InjectOptions {
  const proof = spoil({
    header: JSON.stringify(headerOf(key)),
    claims: JSON.stringify(claimsOf(request, nonce)),
  });
  return withBody(request, { [HEADERS.proof]: signProofText(proof, key) });
}

/** The request as it is, with a digest and JSON for its type. */
export function withBody(
  { method, url, headers, body }: PlainRequest,
  more: Record<string, string> = {},
): InjectOptions {
  const ofBody: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-digest': digestOf(body) };
  return {
    method,
    url,
    headers: { ...ofBody, ...more, ...headers },
    ...(body === undefined ? {} : { payload: body }),
  };
}

function digestOf(body: Buffer): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
