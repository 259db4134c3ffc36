/**
 * What the uplink tells, and what each reply that is no answer means for it: why nothing could be sent, in words for a
 * person, and how long the server wants to be left alone.
 */
import type { QuarantinedEvent } from '../../sync-server/protocol/event-batch.ts';
import type { Position } from '../../sync-server/protocol/position.ts';
import type { CallResult } from './server-calls.ts';

/**
 * Why nothing could be sent just now. offline: no reply; stranger: somebody else's reply; refused: our server said no;
 * revoked: it took this box off; unknownKey: it does not know this box; outbox: the journal did not answer.
 */
export type UplinkTrouble = 'offline' | 'stranger' | 'refused' | 'revoked' | 'unknownKey' | 'outbox';

export type UplinkEvent =
  | {
      readonly kind: 'synced';
      readonly through: Position;
      readonly count: number;
      /** Events of the batch the server keeps aside; they are safe there, but nobody reads them yet. */
      readonly quarantined: readonly QuarantinedEvent[];
    }
  | {
      readonly kind: 'waiting';
      readonly trouble: UplinkTrouble;
      /** For a person, such as "no answer within 20 s". */
      readonly reason: string;
      readonly retryInMs: number;
    }
  /** The server has less than it had: it was restored from a backup, or is another one. */
  | { readonly kind: 'rewound'; readonly to: Position }
  /** Another card writes this journal too; this box goes on in `epoch`. */
  | { readonly kind: 'forked'; readonly fromEpoch: number; readonly epoch: number };

/** Nothing was sent. `retryAfterMs` is for how long no kick shortens the wait. */
export interface Failure {
  readonly kind: 'failed';
  readonly trouble: UplinkTrouble;
  readonly reason: string;
  readonly retryAfterMs: number;
  /** Only a person at the server can change it: asked again after exactly `retryAfterMs`. */
  readonly isLasting: boolean;
}

/** A box that was taken off, or is not known, asks again every hour: whoever did that may undo it. */
const LASTING_RETRY_MS = 60 * 60 * 1000;

/** Refusals that only a person can undo. */
const LASTING: Readonly<Record<string, UplinkTrouble>> = {
  deviceRevoked: 'revoked',
  keyUnknown: 'unknownKey',
};

/** What no answer means. */
export function failureOf(result: Exclude<CallResult<unknown>, { kind: 'answer' }>): Failure {
  if (result.kind === 'silence') return failed('offline', result.reason);
  if (result.kind === 'stranger') return failed('stranger', result.reason, result.retryAfterMs);
  const { problem, retryAfterMs } = result;
  const reason = `${problem.title} ${problem.hint}`;
  const lasting = Object.hasOwn(LASTING, problem.code) ? LASTING[problem.code] : undefined;
  if (lasting === undefined) return failed('refused', reason, retryAfterMs);
  return { kind: 'failed', trouble: lasting, reason, retryAfterMs: LASTING_RETRY_MS, isLasting: true };
}

/** Our server answered, and its answer leads nowhere. */
export function refusedFailure(reason: string): Failure {
  return failed('refused', reason);
}

/** The journal could not be read or written. */
export function outboxFailure(error: unknown): Failure {
  return failed('outbox', `read outbox: ${(error as Error).message}`);
}

function failed(trouble: UplinkTrouble, reason: string, retryAfterMs = 0): Failure {
  return { kind: 'failed', trouble, reason, retryAfterMs, isLasting: false };
}
