/**
 * Whether a proof (protocol/proof.ts) holds for a request, and by which key: RFC 9449, section 4.3, without access tokens.
 * Cheap checks come first. Knows no boxes, reads no body, and never looks at the box's own time.
 */
import { type CryptoKey, compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';
import { z } from 'zod';
import { type PublicKey, publicKeySchema } from '../protocol/enrolment.ts';
import { keyThumbprint } from '../protocol/key-thumbprint.ts';
import { type ProofClaims, proofClaimsSchema } from '../protocol/proof.ts';
import type { Nonces } from './nonces.ts';
import { Refusal } from './refusal.ts';

/** A proof whose signature, address and nonce hold. */
export interface AcceptedProof {
  readonly keyThumbprint: string;
  readonly publicKey: PublicKey;
  readonly claims: ProofClaims;
  /** Milliseconds since 1970 on the server's clock. */
  readonly nonceIssuedAtMs: number;
}

/** What a proof must be for. */
export interface ProvenRequest {
  readonly method: string;
  /** As it was asked, without the query. */
  readonly path: string;
  /** The Host header. */
  readonly host: string | undefined;
}

/** Rejects with a `Refusal` unless the proof holds. Cost: one Ed25519 verification, 0.2 ms. */
export type ProofReader = (proof: string, request: ProvenRequest) => Promise<AcceptedProof>;

/** The proof of a box is about 700 characters long. */
const MAX_PROOF_CHARACTERS = 4_096;

/** RFC 8037 says EdDSA, RFC 9864 the more exact name; the curve is fixed either way. */
const ALGORITHMS = ['Ed25519', 'EdDSA'] as const;

const headerSchema = z.object({
  typ: z.literal('dpop+jwt'),
  alg: z.enum(ALGORITHMS),
  // Strict: a header that carries a private key is refused.
  jwk: publicKeySchema,
});

/** Imported keys kept: those of the boxes that sync just now. */
const MAX_KEPT_KEYS = 1_000;

/** `publicOrigin`, such as `https://amecs.example.org`, is where boxes think they are when a proxy stands between. */
export function createProofReader(nonces: Nonces, publicOrigin: string | undefined): ProofReader {
  const importKey = createKeyImport();

  return async (proof, { method, path, host }) => {
    // Two headers arrive joined by a comma, which no JWS has.
    if (proof.length > MAX_PROOF_CHARACTERS || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(proof)) {
      throw new Refusal('proofInvalid', 'not exactly one JWS in compact form');
    }
    const { jwk } = read(proof, decodeProtectedHeader, headerSchema, 'the header');
    const claims = read(proof, decodeJwt, proofClaimsSchema, 'the claims');
    if (claims.htm !== method) throw new Refusal('proofInvalid', 'htm: for another method');
    if (!isForAddress(claims.htu, path, publicOrigin, host)) {
      throw new Refusal('proofInvalid', 'htu: for another address');
    }
    const nonceIssuedAtMs = claims.nonce === undefined ? undefined : await nonces.issuedAtMs(claims.nonce);
    if (nonceIssuedAtMs === undefined) throw new Refusal('nonceRequired');
    try {
      await compactVerify(proof, await importKey(jwk), { algorithms: [...ALGORITHMS] });
    } catch {
      throw new Refusal('proofInvalid', 'the signature does not match');
    }
    return { keyThumbprint: keyThumbprint(jwk), publicKey: jwk, claims, nonceIssuedAtMs };
  };
}

function read<T extends z.ZodType>(
  proof: string,
  decode: (proof: string) => unknown,
  schema: T,
  part: string,
): z.output<T> {
  let decoded: unknown;
  try {
    decoded = decode(proof);
  } catch {
    throw new Refusal('proofInvalid', `${part}: not a JSON object`);
  }
  const parsed = schema.safeParse(decoded);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.map(String).join('.') || part;
  throw new Refusal('proofInvalid', `${field}: not as a proof has it`);
}

/**
 * Whether `htu` names this path of this server; query and fragment do not count (RFC 9449, section 4.3).
 * Without a public origin the Host header tells where the server is, and a proxy may have taken the TLS off.
 */
function isForAddress(
  htu: string,
  path: string,
  publicOrigin: string | undefined,
  host: string | undefined,
): boolean {
  if (!URL.canParse(htu)) return false;
  const { origin, protocol, pathname } = new URL(htu);
  if (pathname !== path || !/^https?:$/.test(protocol)) return false;
  if (publicOrigin !== undefined) return origin === publicOrigin;
  const asked = `${protocol}//${host}`;
  return host !== undefined && URL.canParse(asked) && new URL(asked).origin === origin;
}

/** Imports public keys, and remembers the last ones: it takes as long as a verification. */
function createKeyImport(): (jwk: PublicKey) => Promise<CryptoKey> {
  const kept = new Map<string, CryptoKey>();
  return async (jwk) => {
    const key = kept.get(jwk.x) ?? ((await importJWK(jwk, 'Ed25519')) as CryptoKey);
    kept.delete(jwk.x);
    kept.set(jwk.x, key);
    if (kept.size > MAX_KEPT_KEYS) kept.delete(kept.keys().next().value!);
    return key;
  };
}
