/**
 * The server's nonces (RFC 9449, section 9): a time of this server's clock, sealed with a key all its processes share.
 * Nothing is remembered: any process reads what another made, also after a restart.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { NONCE_LIFETIME_MS } from '../protocol/protocol-limits.ts';

/** How far the clocks of two server processes on one store may lie apart. */
const MAX_REPLICA_SKEW_MS = 60_000;

/** 6 bytes of time, 10 of randomness, 16 of HMAC-SHA-256 (truncated to 128 bits, RFC 2104 section 5): 43 characters. */
const TIME_BYTES = 6;
const RANDOM_BYTES = 10;
const SEAL_BYTES = 16;
const BODY_BYTES = TIME_BYTES + RANDOM_BYTES;

/** What else the store's nonce key may seal one day must not be taken for a nonce. */
const PURPOSE = 'amecs nonce\n';

export interface Nonces {
  make(): Promise<string>;
  /** When the nonce was made, ms since 1970 on the server's clock; undefined when it is no nonce of ours or too old. */
  issuedAtMs(nonce: string): Promise<number | undefined>;
}

export interface NonceParts {
  /** 32 bytes, the same for every process; asked once. */
  readonly key: () => Promise<Uint8Array>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
}

/** Once this time has come no process accepts the nonce any more: a proof with it need not be remembered longer. */
export function nonceEndsAtMs(issuedAtMs: number): number {
  return issuedAtMs + NONCE_LIFETIME_MS + MAX_REPLICA_SKEW_MS;
}

export function createNonces({ key, now, randomBytes }: NonceParts): Nonces {
  let loaded: Uint8Array | undefined;

  async function seal(body: Uint8Array): Promise<Buffer> {
    loaded ??= await key();
    return createHmac('sha256', loaded).update(PURPOSE).update(body).digest().subarray(0, SEAL_BYTES);
  }

  return {
    async make() {
      const body = Buffer.alloc(BODY_BYTES);
      body.writeUIntBE(now(), 0, TIME_BYTES);
      body.set(randomBytes(RANDOM_BYTES), TIME_BYTES);
      return Buffer.concat([body, await seal(body)]).toString('base64url');
    },
    async issuedAtMs(nonce) {
      const bytes = Buffer.from(nonce, 'base64url');
      // Written back, because the decoder overlooks foreign characters.
      if (bytes.length !== BODY_BYTES + SEAL_BYTES || bytes.toString('base64url') !== nonce) return undefined;
      const body = bytes.subarray(0, BODY_BYTES);
      if (!timingSafeEqual(bytes.subarray(BODY_BYTES), await seal(body))) return undefined;
      const issuedAtMs = body.readUIntBE(0, TIME_BYTES);
      const ageMs = now() - issuedAtMs;
      return ageMs >= -MAX_REPLICA_SKEW_MS && ageMs < NONCE_LIFETIME_MS ? issuedAtMs : undefined;
    },
  };
}
