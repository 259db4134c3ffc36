/** The Content-Digest of a body (RFC 9530), which a proof signs with it. */
import { createHash } from 'node:crypto';

/** `sha-256=:BASE64:` of the bytes as they travel, compressed or not. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
