/**
 * Enrolment: a box shows a one-time code and is given its identity at the server.
 */
import { z } from 'zod';

/** 32 random bytes in base64url, without padding: device tokens, researcher tokens, enrolment keys. */
export const secretSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const enrolmentRequestSchema = z.object({
  protocol: z.int().min(1),
  /** As typed: case, spaces and hyphens do not matter. */
  code: z.string().min(1).max(64),
  /**
   * A secret the box made for this enrolment. The code belongs to the first key that comes with it, so the same
   * box may ask again when the reply was lost, and nobody else may.
   */
  enrolmentKey: secretSchema,
});

export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

export const enrolmentAnswerSchema = z.object({
  siteId: z.uuid(),
  deviceId: z.uuid(),
  /** Pseudonym of the child; the server knows no more. */
  participantId: z.uuid(),
  /** Shown once; the server keeps only its hash. */
  deviceToken: secretSchema,
});

export type EnrolmentAnswer = z.infer<typeof enrolmentAnswerSchema>;
