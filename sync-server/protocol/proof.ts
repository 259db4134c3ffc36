/**
 * What a box says about itself with every request: a DPoP proof (RFC 9449), a JWT of type `dpop+jwt` signed by the box's
 * Ed25519 key, with the public key in its header. The key's thumbprint (RFC 7638) is who the box is; there is no token.
 * Freshness comes from the server's nonce alone: `iat` is the box's wall clock and never judged.
 */
import { z } from 'zod';
import { clockStateSchema } from './journal-event.ts';

/**
 * The box's clocks as the request left, and its last whole exchange with this server in the same boot. Signed with the
 * proof, beside the body, so that a batch sent again is the same body with new clocks. From these the server derives
 * when events happened (with a stated error), never whether to take them.
 */
export const deviceClocksSchema = z.object({
  bootId: z.uuid(),
  monotonicMs: z.number().min(0),
  wallMs: z.number(),
  clockState: clockStateSchema,
  /** Sent and received on the box's monotonic clock; `serverMs` is what the server's time header said in between. */
  lastExchange: z
    .object({ sentMs: z.number().min(0), receivedMs: z.number().min(0), serverMs: z.number() })
    .optional(),
});

export type DeviceClocks = z.infer<typeof deviceClocksSchema>;

export const proofClaimsSchema = z.object({
  /** Used once: the server refuses the same id again while its nonce lives. */
  jti: z.string().min(16).max(128),
  htm: z.string().max(16),
  /** Address without query. */
  htu: z.string().max(2_048),
  nonce: z.string().max(512).optional(),
  /** `sha-256=:BASE64:` of the body's bytes as sent (RFC 9530), also in the Content-Digest header; none without a body. */
  content_digest: z.string().max(128).optional(),
  /** Left out or wrong: taken as if not said. */
  clocks: deviceClocksSchema.optional().catch(undefined),
});

export type ProofClaims = z.infer<typeof proofClaimsSchema>;
