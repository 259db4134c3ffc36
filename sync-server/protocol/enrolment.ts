/**
 * Enrolment and rotation: a box makes an Ed25519 key and shows a one-time code; the server binds the key to a site, a
 * device and a participant. Every request carries a proof by the box's key (proof.ts); there is no other secret.
 */
import { z } from 'zod';

/** 32 bytes in base64url, without padding: an Ed25519 public key, a SHA-256 thumbprint, a researcher token. */
export const bytes32Schema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** An Ed25519 public key as a JWK (RFC 8037). */
export const publicKeySchema = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: bytes32Schema,
});

export type PublicKey = z.infer<typeof publicKeySchema>;

export const enrolmentRequestSchema = z.object({
  protocol: z.int().min(1),
  /**
   * As typed: case, spaces and hyphens do not matter. The code belongs to the first key that proves itself with it,
   * so the same box may ask again when the reply was lost, and nobody else may.
   */
  code: z.string().min(1).max(64),
});

export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

export const enrolmentAnswerSchema = z.object({
  siteId: z.uuid(),
  deviceId: z.uuid(),
  /** Pseudonym of the child; the server knows no more. */
  participantId: z.uuid(),
  /** Signs the models this site publishes; the box believes no other. */
  modelKey: publicKeySchema,
});

export type EnrolmentAnswer = z.infer<typeof enrolmentAnswerSchema>;

/**
 * A new key, in a request whose proof the old key signed: that is the old key's word for the new one. `newKeyProof` is
 * a proof (proof.ts) for the same request, signed by the new key, so that nobody registers a key they do not hold.
 * The old key stays good until the new one is first used, so a lost reply locks nobody out.
 */
export const rotationRequestSchema = z.object({
  protocol: z.int().min(1),
  newKeyProof: z.string().min(1).max(4_096),
});

export type RotationRequest = z.infer<typeof rotationRequestSchema>;

export const rotationAnswerSchema = z.object({ keyThumbprint: bytes32Schema });

export type RotationAnswer = z.infer<typeof rotationAnswerSchema>;
