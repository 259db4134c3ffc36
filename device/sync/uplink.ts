/**
 * Drains the outbox to the server: one request at a time, in order, for ever. What to send, what a reply means, where to
 * begin again and how long to wait is decided in core/outbox.ts; this file sends, waits and tells.
 */
import type { Acknowledgement } from '../../sync-server/protocol/event-batch.ts';
import { comparePositions, JOURNAL_START, type Position } from '../../sync-server/protocol/position.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from '../../sync-server/protocol/protocol-limits.ts';
import {
  type Heads,
  hasForgotten,
  headsOfOurHistory,
  headsOfThisCard,
  headsWith,
  isLossReal,
  judgeAcknowledgement,
  type OutgoingBatch,
  resumeFrom,
  retryDelayMs,
  takeBatch,
} from '../core/outbox.ts';
import type { Outbox } from '../core/ports.ts';
import { systemTimers, type Timers } from './exchange.ts';
import { type CallResult, isTooLarge, type ServerCalls } from './server-calls.ts';
import { type Failure, failureOf, outboxFailure, refusedFailure, type UplinkEvent } from './uplink-events.ts';
import { createWait } from './wait.ts';

export interface UplinkParts {
  readonly outbox: Outbox;
  /** Makes the calls; they end when `stop` aborts. */
  readonly createCalls: (stop: AbortSignal) => Pick<ServerCalls, 'cursor' | 'send'>;
  readonly onEvent: (event: UplinkEvent) => void;
  /** The server's answers carry another downlink version than before: something may wait there. */
  readonly onDownlinkVersion?: (version: number) => void;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly timers?: Timers;
}

export interface Uplink {
  /**
   * Something was appended, or the link came up: try now instead of later. Costs nothing when all is sent. Waits that
   * the server itself asked for are not cut short.
   */
  kick(): void;
  /** Gives up the request under way; resolves when nothing runs any more. */
  close(): Promise<void>;
}

/** With nothing to send, look again this often, in case a kick was lost. */
const IDLE_CHECK_MS = 60_000;

/** With nothing to send for this many looks (15 min), ask how far the server is: it may have been restored. */
const IDLE_LOOKS_BEFORE_ASKING = 15;

type Attempt = { readonly kind: 'again' } | { readonly kind: 'idle' } | Failure;

const AGAIN: Attempt = { kind: 'again' };
const IDLE: Attempt = { kind: 'idle' };

/** What the server last said it has. */
interface ServerView {
  readonly heads: Heads;
  readonly generation: string;
}

/** Starts draining at once. */
export function startUplink(parts: UplinkParts): Uplink {
  const {
    outbox,
    createCalls,
    onEvent,
    onDownlinkVersion,
    random = Math.random,
    timers = systemTimers,
  } = parts;
  const stop = new AbortController();
  const calls = createCalls(stop.signal);
  const waiting = createWait(timers, stop.signal);
  /** Undefined until the server was asked, and again when it is not what we thought. */
  let server: ServerView | undefined;
  /** The server denied having what we thought: its acknowledgements of set-aside events count no more. */
  let isDenied = false;
  let maxEvents = MAX_BATCH_EVENTS;
  let failures = 0;
  let idleLooks = 0;
  let downlinkVersion: number | undefined;
  /** How often the server changed its mind without an acknowledgement beyond where it did. */
  let turnsInARow = 0;
  let turnedAt: Position = JOURNAL_START;

  async function drain(): Promise<void> {
    while (!stop.signal.aborted) {
      const attempt = await tryOnce().catch(outboxFailure);
      if (stop.signal.aborted) return;
      if (attempt.kind === 'idle') await waiting.pause(IDLE_CHECK_MS);
      if (attempt.kind !== 'failed') continue;
      failures += 1;
      const { trouble, reason, retryAfterMs, isLasting } = attempt;
      const retryInMs = isLasting ? retryAfterMs : retryDelayMs(failures, random(), retryAfterMs);
      onEvent({ kind: 'waiting', trouble, reason, retryInMs });
      await waiting.pause(retryInMs, Math.min(retryAfterMs, retryInMs));
    }
  }

  async function tryOnce(): Promise<Attempt> {
    const pending = await outbox.pending(maxEvents);
    const hasTurned = server === undefined && turnsInARow > 0;
    if (pending.length === 0 && !hasTurned) return lookWhileIdle();
    idleLooks = 0;
    if (server === undefined) return askCursor();
    const batch = takeBatch(server.heads, pending, { maxEvents, maxBytes: MAX_BATCH_BYTES });
    if (batch === undefined) return IDLE;
    const isWrong = batch.lostBefore && !isLossReal(batch, await outbox.epochs());
    if (isWrong) return turn({ epoch: batch.epoch, seq: batch.firstSeq });
    return send(batch, server);
  }

  /** Nobody waits for this answer: when there is none, it is asked for again as much later. */
  async function lookWhileIdle(): Promise<Attempt> {
    idleLooks += 1;
    if (idleLooks <= IDLE_LOOKS_BEFORE_ASKING) return IDLE;
    idleLooks = 1;
    const attempt = await askCursor();
    return attempt.kind === 'again' && (await outbox.pending(1)).length > 0 ? AGAIN : IDLE;
  }

  /** Learns what the server has, and makes the outbox begin at the first event it lacks. */
  async function askCursor(): Promise<Attempt> {
    const result = await calls.cursor();
    if (result.kind !== 'answer') return failureOf(result);
    const { generation, heads: told } = result.value;
    noteDownlink(result.value.downlinkVersion);
    const ours = headsOfOurHistory(told, await outbox.chainsAfter(told));
    const local = await outbox.epochs();
    const isSameGeneration = !isDenied && generation === (await outbox.generation());
    const isSameHistory = isSameGeneration && !hasForgotten(ours, local);
    const heads = headsOfThisCard(ours, local, { isSameHistory });
    const to = resumeFrom(heads, local);
    const hasMoved = await outbox.rewind(to, generation);
    if (hasMoved && to !== undefined) onEvent({ kind: 'rewound', to });
    server = { heads, generation };
    isDenied = false;
    return AGAIN;
  }

  async function send(batch: OutgoingBatch, view: ServerView): Promise<Attempt> {
    const result = await calls.send(batch);
    if (result.kind === 'answer') return applyAcknowledgement(batch, result, view);
    if (!isTooLarge(result) || batch.events.length === 1) return failureOf(result);
    maxEvents = Math.ceil(batch.events.length / 2);
    return AGAIN;
  }

  async function applyAcknowledgement(
    batch: OutgoingBatch,
    { value: ack, serverMs }: Extract<CallResult<Acknowledgement>, { kind: 'answer' }>,
    view: ServerView,
  ): Promise<Attempt> {
    noteDownlink(ack.downlinkVersion);
    const verdict = judgeAcknowledgement(batch, ack);
    if (verdict.kind === 'stuck') return refusedFailure('the server does not take the next events');
    if (verdict.kind === 'behind') {
      isDenied = true;
      return turn({ epoch: batch.epoch, seq: batch.firstSeq - 1 });
    }
    const { through, count } = verdict;
    if (ack.newEpoch !== undefined && (await fork(batch.epoch, ack.newEpoch))) {
      server = undefined;
      return AGAIN;
    }
    await outbox.acknowledge(through, serverMs);
    server = { ...view, heads: headsWith(view.heads, through) };
    maxEvents = Math.min(MAX_BATCH_EVENTS, maxEvents * 2);
    if (comparePositions(through, turnedAt) > 0) turnsInARow = 0;
    if (turnsInARow <= 1) failures = 0;
    onEvent({ kind: 'synced', through, count, quarantined: ack.quarantined });
    return ack.generation === view.generation ? AGAIN : turn(through);
  }

  /** The server is not what we thought: ask it anew. At once the first time, then with the patience of any failure. */
  function turn(at: Position): Attempt {
    server = undefined;
    if (comparePositions(at, turnedAt) > 0 || turnsInARow === 0) turnedAt = at;
    turnsInARow += 1;
    return turnsInARow === 1 ? AGAIN : refusedFailure('the server goes back again and again');
  }

  /** False when the box knew already, and may take the acknowledgement as it is. */
  async function fork(insteadOf: number, atLeast: number): Promise<boolean> {
    const epoch = await outbox.beginEpoch({ insteadOf, atLeast });
    if (epoch !== undefined) onEvent({ kind: 'forked', fromEpoch: insteadOf, epoch });
    return epoch !== undefined;
  }

  function noteDownlink(version: number): void {
    if (version !== downlinkVersion) onDownlinkVersion?.(version);
    downlinkVersion = version;
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
