/**
 * Drains the outbox to the server: one request at a time, in order, for ever. What to send, what a reply means and how
 * long to wait is decided in core/outbox.ts; this file sends, waits and tells.
 */
import type {
  Acknowledgement,
  CursorAnswer,
  QuarantinedEvent,
} from '../../sync-server/protocol/event-batch.ts';
import type { JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import type { Position } from '../../sync-server/protocol/position.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from '../../sync-server/protocol/protocol-limits.ts';
import {
  judgeAcknowledgement,
  needsRewind,
  type OutgoingBatch,
  retryDelayMs,
  takeBatch,
} from '../core/outbox.ts';
import type { Outbox } from '../core/ports.ts';
import { type Exchange, systemTimers, type Timers } from './exchange.ts';
import { type CallResult, createServerCalls, isTooLarge } from './server-calls.ts';

/** Why nothing could be sent just now: no reply, somebody else's reply, our server said no, the journal did not answer. */
export type UplinkTrouble = 'offline' | 'stranger' | 'refused' | 'outbox';

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
  | { readonly kind: 'rewound'; readonly to: Position };

export interface UplinkParts {
  readonly outbox: Outbox;
  readonly exchange: Exchange;
  readonly deviceToken: string;
  readonly onEvent: (event: UplinkEvent) => void;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly timers?: Timers;
}

export interface Uplink {
  /** Something was appended, or the link came up: try now instead of later. Costs nothing when all is sent. */
  kick(): void;
  /** Gives up the request under way; resolves when nothing runs any more. */
  close(): Promise<void>;
}

/** With nothing to send, look again this often, in case a kick was lost. */
const IDLE_CHECK_MS = 60_000;

type Attempt =
  | { readonly kind: 'again' }
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'failed';
      readonly trouble: UplinkTrouble;
      readonly reason: string;
      readonly retryAfterMs?: number;
    };

/** Starts draining at once. */
export function startUplink(parts: UplinkParts): Uplink {
  const { outbox, onEvent, random = Math.random, timers = systemTimers } = parts;
  const stop = new AbortController();
  const calls = createServerCalls({ ...parts, timers, stop: stop.signal });
  const waiting = createWait(timers, stop.signal);
  /** What the server last said it has; undefined until it was asked. */
  let server: CursorAnswer | undefined;
  let maxEvents = MAX_BATCH_EVENTS;
  let failures = 0;
  let rewindsInARow = 0;

  async function drain(): Promise<void> {
    while (!stop.signal.aborted) {
      const attempt = await tryOnce().catch(outboxFailed);
      if (stop.signal.aborted) return;
      if (attempt.kind === 'idle') await waiting.pause(IDLE_CHECK_MS);
      if (attempt.kind !== 'failed') continue;
      failures += 1;
      const retryInMs = retryDelayMs(failures, random(), attempt.retryAfterMs);
      onEvent({ kind: 'waiting', trouble: attempt.trouble, reason: attempt.reason, retryInMs });
      await waiting.pause(retryInMs);
    }
  }

  async function tryOnce(): Promise<Attempt> {
    const pending = await outbox.pending(maxEvents);
    const [first] = pending;
    if (first === undefined) return { kind: 'idle' };
    if (server === undefined) return askCursor();
    const { ackedThrough } = server;
    const following = needsRewind(ackedThrough, first) ? await pendingAfter(ackedThrough) : pending;
    const batch = takeBatch(ackedThrough, following, { maxEvents, maxBytes: MAX_BATCH_BYTES });
    return batch === undefined ? { kind: 'idle' } : send(batch);
  }

  async function pendingAfter(position: Position): Promise<readonly JournalEvent[]> {
    await outbox.rewind(position);
    return outbox.pending(maxEvents);
  }

  async function askCursor(): Promise<Attempt> {
    const result = await calls.cursor();
    if (result.kind !== 'answer') return failure(result);
    server = result.value;
    return { kind: 'again' };
  }

  async function send(batch: OutgoingBatch): Promise<Attempt> {
    const result = await calls.send(batch);
    if (result.kind === 'answer') return applyAcknowledgement(batch, result.value);
    if (!isTooLarge(result) || batch.events.length === 1) return failure(result);
    maxEvents = Math.ceil(batch.events.length / 2);
    return { kind: 'again' };
  }

  async function applyAcknowledgement(batch: OutgoingBatch, ack: Acknowledgement): Promise<Attempt> {
    const { ackedThrough, generation, quarantined } = ack;
    const verdict = judgeAcknowledgement(batch, ackedThrough);
    const isAnotherServer = server?.generation !== generation;
    server = { ackedThrough, generation };
    if (verdict.kind === 'acknowledge') {
      await outbox.acknowledge(verdict.through);
      failures = 0;
      rewindsInARow = 0;
      maxEvents = Math.min(MAX_BATCH_EVENTS, maxEvents * 2);
      onEvent({ kind: 'synced', through: verdict.through, count: verdict.count, quarantined });
      return { kind: 'again' };
    }
    if (verdict.kind === 'stuck' && !isAnotherServer) {
      return { kind: 'failed', trouble: 'refused', reason: 'the server does not take the next events' };
    }
    await outbox.rewind(ackedThrough);
    onEvent({ kind: 'rewound', to: ackedThrough });
    rewindsInARow += 1;
    if (rewindsInARow === 1) return { kind: 'again' };
    return { kind: 'failed', trouble: 'refused', reason: 'the server goes back again and again' };
  }

  const drained = drain();
  return {
    kick: waiting.kick,
    async close() {
      stop.abort();
      await drained;
    },
  };
}

/** A pause that a kick ends, also one that came just before it. */
function createWait(timers: Timers, stop: AbortSignal) {
  let isKicked = false;
  let wake: (() => void) | undefined;
  stop.addEventListener('abort', () => wake?.(), { once: true });
  return {
    kick(): void {
      isKicked = true;
      wake?.();
    },
    async pause(ms: number): Promise<void> {
      if (!isKicked && !stop.aborted) {
        await new Promise<void>((resolve) => {
          const cancel = timers.after(ms, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
        wake = undefined;
      }
      isKicked = false;
    },
  };
}

function failure(result: Exclude<CallResult<unknown>, { kind: 'answer' }>): Attempt {
  if (result.kind === 'silence') return { kind: 'failed', trouble: 'offline', reason: result.reason };
  const { retryAfterMs } = result;
  if (result.kind === 'stranger') {
    return { kind: 'failed', trouble: 'stranger', reason: result.reason, retryAfterMs };
  }
  const reason = `${result.problem.title} ${result.problem.hint}`;
  return { kind: 'failed', trouble: 'refused', reason, retryAfterMs };
}

function outboxFailed(error: unknown): Attempt {
  return { kind: 'failed', trouble: 'outbox', reason: `read outbox: ${(error as Error).message}` };
}
