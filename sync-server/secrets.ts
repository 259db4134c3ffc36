/**
 * Tokens and one-time codes: how they are made, written, hashed and compared.
 * Only hashes are ever stored; a secret leaves this process once, to its owner.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** 256 bits: beyond guessing, so a fast hash at rest is enough. */
const TOKEN_BYTES = 32;

/** Crockford's base 32: no I, L, O, U, so a code survives being read aloud. https://www.crockford.com/base32.html */
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * 12 characters of 5 bits = 60 bits. At 10^10 SHA-256 a second (one large GPU) half the space takes 1.8 years,
 * so a stolen hash is worthless within the code's 24 hours.
 */
const CODE_CHARACTERS = 12;
const CODE_GROUP = 4;

/** A fresh secret: 32 random bytes in base64url. */
export function createToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** A fresh one-time code as a person reads it, such as `7K3M-Q9XA-04ZT`. */
export function createCode(): string {
  const characters = Array.from({ length: CODE_CHARACTERS }, () => CODE_ALPHABET[randomInt(32)]).join('');
  return characters.match(new RegExp(`.{${CODE_GROUP}}`, 'g'))!.join('-');
}

/** A typed code as it was made: capitals, no spaces or hyphens, look-alikes put right. */
export function canonicalCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/** SHA-256 of a secret, 64 hex digits: what is kept at rest. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether two hashes are the same, in time that does not depend on where they differ. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
