/**
 * The site's word for a population model: an Ed25519 signature (RFC 8032) over the model's hash and size, so that a box
 * takes a model from whoever holds the site's key and from nobody else, whatever carried it.
 */
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { modelStatement, type WantedModel } from './protocol/downlink.ts';
import type { SigningKey } from './store/downlink-store.ts';

/** The model's id, size and signature, as the downlink tells them; the same bytes and key give the same. */
export function signModel(bytes: Uint8Array, { privateKeyPem }: SigningKey): WantedModel {
  const modelId = createHash('sha256').update(bytes).digest('hex');
  const sizeBytes = bytes.length;
  const statement = Buffer.from(modelStatement({ modelId, sizeBytes }));
  // No digest is named: Ed25519 brings its own.
  const signature = sign(null, statement, createPrivateKey(privateKeyPem)).toString('base64url');
  return { modelId, sizeBytes, signature };
}
