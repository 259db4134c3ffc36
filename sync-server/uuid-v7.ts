/**
 * Identifiers for sites, devices and participants: UUID version 7, RFC 9562 section 5.7.
 */
import { randomBytes } from 'node:crypto';

/** A new UUIDv7: 48 bits of `wallMs`, then 74 random bits. Sorts by time of creation. */
export function createUuidV7(wallMs: number, random: Uint8Array = randomBytes(10)): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(Math.max(0, Math.trunc(wallMs)), 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
