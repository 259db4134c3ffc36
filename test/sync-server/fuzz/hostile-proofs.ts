/** Proofs that are wrong, odd or meant to hurt, and what every hostile request is made of. */
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import type { DeviceKey } from '../../../device/sync/device-key.ts';
import { HEADERS, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { hostileValue, mutated } from './hostile-json.ts';
import {
  claimsOf,
  headerOf,
  type Method,
  type PlainRequest,
  type ProofText,
  signedRequest,
  signProofText,
  withBody,
} from './signed-request.ts';

/** What a request needs that is known only when it is made. */
export interface Sender {
  readonly key: DeviceKey;
  readonly nonce: string;
  readonly researcherToken: string;
}

export interface HostileRequest {
  /** For the report of a failure and for counting what was tried. */
  readonly what: string;
  make(sender: Sender): InjectOptions & { readonly method: Method; readonly url: string };
}

const CLAIMS = ['jti', 'htm', 'htu', 'nonce', 'content_digest', 'clocks', 'iat'] as const;
const HEADER_MEMBERS = ['typ', 'alg', 'jwk', 'crit', 'b64', 'kid', 'x5c'] as const;

/** Proofs that are signed rightly and say something wrong. */
export const hostileClaims: fc.Arbitrary<HostileRequest> = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constant('claims' as const), fc.constantFrom(...CLAIMS)),
      fc.tuple(fc.constant('header' as const), fc.constantFrom(...HEADER_MEMBERS)),
    ),
    hostileValue,
  )
  .map(([[part, member], hostile]) => ({
    what: `${part} of a proof`,
    make: ({ key, nonce }) =>
      signed(CURSOR, key, nonce, (proof: ProofText) => ({
        ...proof,
        [part]: `${proof[part].slice(0, -1)},"${member}":${hostile}}`,
      })),
  }));

const CURSOR: PlainRequest = { method: 'GET', url: ROUTES.cursor };

/** Proofs that are no longer what was signed, or never were one. */
export const hostileProofs: fc.Arbitrary<HostileRequest> = fc
  .oneof(
    fc.constantFrom<(proof: string) => string>(
      () => '',
      () => '..',
      () => 'x'.repeat(10_000),
      (proof) => `${proof}, ${proof}`,
      (proof) => proof.split('.').reverse().join('.'),
      (proof) => proof.split('.').slice(0, 2).join('.'),
      (proof) => `${proof}.`,
      (proof) => proof.replace(/[^.]+$/, ''),
      (proof) => proof.replace(/[^.]+$/, 'A'.repeat(86)),
      (proof) =>
        `${Buffer.from('{"alg":"none","typ":"dpop+jwt"}').toString('base64url')}.${proof.split('.')[1]}.`,
    ),
    fc.infiniteStream(fc.nat()).map((numbers) => (proof: string) => {
      const [spoilt] = fc.sample(mutated(fc.constant(Buffer.from(proof))), {
        numRuns: 1,
        seed: numbers.next().value!,
      });
      // Header values are visible characters.
      return spoilt!.toString('latin1').replaceAll(/[^\x21-\x7e]/g, '~');
    }),
  )
  .map((spoil) => ({
    what: 'proof',
    make({ key, nonce }) {
      const right = {
        header: JSON.stringify(headerOf(key)),
        claims: JSON.stringify(claimsOf(CURSOR, nonce)),
      };
      return unsigned(CURSOR, { [HEADERS.proof]: spoil(signProofText(right, key)) });
    },
  }));

/** A request of a box the server knows. */
export function signed(
  request: PlainRequest,
  key: DeviceKey,
  nonce: string,
  spoil?: (proof: ProofText) => ProofText,
) {
  return { ...signedRequest(request, key, nonce, spoil), method: request.method, url: request.url };
}

/** A request of nobody in particular. */
export function unsigned(request: PlainRequest, more?: Record<string, string>) {
  return { ...withBody(request, more), method: request.method, url: request.url };
}
