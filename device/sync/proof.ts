/**
 * The proof a request carries (sync-server/protocol/proof.ts): which request, which body, and the box's clocks, signed.
 */
import { generateProof, type KeyPair } from 'dpop';
import { contentDigest } from '../../sync-server/protocol/content-digest.ts';
import type { DeviceClocks } from '../../sync-server/protocol/proof.ts';
import { HEADERS } from '../../sync-server/protocol/protocol-limits.ts';
import { type DeviceKey, toKeyPair } from './device-key.ts';
import type { HttpRequest } from './exchange.ts';

/** What a proof says besides what it is for. */
export interface ProofContent {
  /** The last nonce the server gave; a request without one is answered with one. */
  readonly nonce: string | undefined;
  readonly clocks: DeviceClocks | undefined;
}

/** The headers that make `request` to the server at `serverUrl` one of `key`'s. Good for one sending. */
export async function proofHeaders(
  request: HttpRequest,
  serverUrl: string,
  key: DeviceKey,
  content: ProofContent,
): Promise<Readonly<Record<string, string>>> {
  const digest = request.body === undefined ? undefined : contentDigest(request.body);
  const proof = await signProof(request, serverUrl, key, content, digest);
  return { [HEADERS.proof]: proof, ...(digest === undefined ? {} : { 'content-digest': digest }) };
}

/** A proof that `key` is held, for the same request as another key's; it stands inside that request's body. */
export function proofOfPossession(
  request: HttpRequest,
  serverUrl: string,
  key: DeviceKey,
  nonce: string | undefined,
): Promise<string> {
  return signProof(request, serverUrl, key, { nonce, clocks: undefined }, undefined);
}

async function signProof(
  { method, path }: HttpRequest,
  serverUrl: string,
  key: DeviceKey,
  { nonce, clocks }: ProofContent,
  digest: string | undefined,
): Promise<string> {
  const htu = new URL(path.split('?', 1)[0]!, serverUrl).href;
  return generateProof(await keyPairOf(key), htu, method, nonce, undefined, {
    ...(digest === undefined ? {} : { content_digest: digest }),
    ...(clocks === undefined ? {} : { clocks: { ...clocks } }),
  });
}

const imported = new WeakMap<DeviceKey, Promise<KeyPair>>();

/** Imports each key once: that takes longer than signing with it. */
function keyPairOf(key: DeviceKey): Promise<KeyPair> {
  const known = imported.get(key) ?? toKeyPair(key);
  imported.set(key, known);
  return known;
}
