/**
 * Who may use the panel: whoever showed the token once holds a session cookie until the box stops.
 * The token is in the address the owner was given, so another user of the same machine cannot press buttons.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createTokenBucket } from './token-bucket.ts';

/** Length of tokens and session ids; 256 bits cannot be guessed. */
const SECRET_BYTES = 32;

/** Sessions kept; the oldest goes first. More than anyone opens, and a bound on memory. */
const SESSIONS_MAX = 64;

/** Wrong tokens told apart before `tooMany`, and how fast that allowance comes back. */
const WRONG_TOKENS_AT_ONCE = 10;
const WRONG_TOKENS_PER_SECOND = 0.2;

/** A new panel token: 32 random bytes, base64url, safe in a URL fragment. */
export function createPanelToken(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export type SessionOutcome =
  | { readonly kind: 'opened'; readonly sessionId: string }
  | { readonly kind: 'wrongToken' }
  | { readonly kind: 'tooMany' };

export interface PanelSessions {
  /**
   * Exchange the token for a session. Compared in constant time.
   * Only wrong tokens use up the allowance, so nobody can lock the owner out by guessing.
   */
  open(token: string): SessionOutcome;
  isOpen(sessionId: string | undefined): boolean;
}

export function createPanelSessions(token: string, nowMs: () => number): PanelSessions {
  const tokenDigest = sha256(token);
  const sessionIds = new Set<string>();
  const wrongTokens = createTokenBucket({
    capacity: WRONG_TOKENS_AT_ONCE,
    perSecond: WRONG_TOKENS_PER_SECOND,
    nowMs,
  });
  return {
    open(offered) {
      if (!timingSafeEqual(sha256(offered), tokenDigest)) {
        return wrongTokens.take() ? { kind: 'wrongToken' } : { kind: 'tooMany' };
      }
      const sessionId = randomBytes(SECRET_BYTES).toString('base64url');
      sessionIds.add(sessionId);
      for (const oldest of sessionIds) {
        if (sessionIds.size <= SESSIONS_MAX) break;
        sessionIds.delete(oldest);
      }
      return { kind: 'opened', sessionId };
    },
    isOpen: (sessionId) => sessionId !== undefined && sessionIds.has(sessionId),
  };
}

/** Digests have one length, which `timingSafeEqual` needs. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
