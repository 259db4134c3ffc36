/**
 * Which proofs were used, so that none is used twice while its nonce lives: in this process, or in the database when
 * several processes answer the same boxes.
 */
import { randomBytes } from 'node:crypto';
import type { DeviceRegistry } from '../device-registry.ts';
import { readNonceKey } from './server-state.ts';
import type { SqlDatabase } from './sql-database.ts';

export type ProofMemory = Pick<DeviceRegistry, 'nonceKey' | 'rememberProof'>;

/** How often proofs whose time is over are forgotten, on the caller's clock. */
const FORGET_INTERVAL_MS = 60_000;
const NONCE_KEY_BYTES = 32;

/**
 * For a database that one process has for itself. The nonce key lives as long as the memory: after a restart no earlier
 * nonce is good, so a proof from before cannot be used again. Cost: about 200 bytes for each proof that lives.
 */
export function createLocalProofMemory(): ProofMemory {
  const key = randomBytes(NONCE_KEY_BYTES);
  const expiries = new Map<string, number>();
  let forgotAtMs = -Infinity;

  return {
    nonceKey: async () => key,
    async rememberProof(proofHash, expiresAtMs, nowMs) {
      if (Math.abs(nowMs - forgotAtMs) >= FORGET_INTERVAL_MS) {
        for (const [hash, expiry] of expiries) if (expiry <= nowMs) expiries.delete(hash);
        forgotAtMs = nowMs;
      }
      const isKnown = (expiries.get(proofHash) ?? -Infinity) > nowMs;
      if (!isKnown) expiries.set(proofHash, expiresAtMs);
      return !isKnown;
    },
  };
}

const REMEMBER = `
  INSERT INTO proof (proof_hash, expires_at_ms) VALUES ($1, $2)
  ON CONFLICT (proof_hash) DO UPDATE SET expires_at_ms = excluded.expires_at_ms WHERE proof.expires_at_ms <= $3
  RETURNING proof_hash`;
const FORGET = 'DELETE FROM proof WHERE expires_at_ms <= $1';

/** For a database that several processes share. */
export function createSharedProofMemory(database: SqlDatabase): ProofMemory {
  let key: Promise<Uint8Array> | undefined;
  let forgotAtMs = -Infinity;

  return {
    async nonceKey() {
      key ??= readNonceKey(database);
      try {
        return await key;
      } catch (error) {
        key = undefined;
        throw error;
      }
    },
    async rememberProof(proofHash, expiresAtMs, nowMs) {
      if (Math.abs(nowMs - forgotAtMs) >= FORGET_INTERVAL_MS) {
        await database.query(FORGET, [nowMs]);
        forgotAtMs = nowMs;
      }
      const remembered = await database.query(REMEMBER, [proofHash, expiresAtMs, nowMs]);
      return remembered.length === 1;
    },
  };
}
