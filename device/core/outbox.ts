/**
 * The decisions of the uplink: what goes into a batch, what a reply means, how long to wait. Pure.
 *
 *   reply                                | what the uplink does
 *   acknowledged to the batch's end      | acknowledge in the outbox, go on
 *   acknowledged in part                 | acknowledge that part, send the rest
 *   acknowledged before what we assumed  | rewind the outbox to there (the server was restored), send again
 *   too large                            | halve the batch; one event alone that is too large waits
 *   anything else, or none               | wait with full jitter, try the same again, for ever
 */
import type { JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import { comparePositions, isNextPosition, type Position } from '../../sync-server/protocol/position.ts';

/** First wait is somewhere in 0-1 s; the ceiling doubles with each failure in a row, to 15 min. */
export const RETRY_BASE_MS = 1_000;
export const RETRY_CAP_MS = 15 * 60 * 1000;

/**
 * Wait before the next try after `failures` failures in a row (from 1), in ms; `random` in [0, 1).
 * Full jitter keeps a fleet from coming back all at once after an outage:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/. Never shorter than the server asked for.
 */
export function retryDelayMs(failures: number, random: number, retryAfterMs = 0): number {
  const ceiling = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(failures - 1, 30));
  const jittered = Math.round(random * ceiling);
  return Math.min(RETRY_CAP_MS, Math.max(0, retryAfterMs) + jittered);
}

/** One batch, ready to be written as JSON. */
export interface OutgoingBatch {
  readonly after: Position;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lostBefore: boolean;
  readonly events: readonly JournalEvent[];
}

export interface BatchLimits {
  readonly maxEvents: number;
  /** Bytes of JSON. */
  readonly maxBytes: number;
}

/** Bytes of a batch that are not events: protocol, after, epoch, firstSeq, lostBefore and brackets, rounded up. */
const ENVELOPE_BYTES = 300;

/**
 * The first run of `pending` without a gap, within one epoch and within the limits; at least one event.
 * `cursor` is what the server last said it has, and `pending` begins after it or, when a reply was lost, before it.
 */
export function takeBatch(
  cursor: Position,
  pending: readonly JournalEvent[],
  limits: BatchLimits,
): OutgoingBatch | undefined {
  const [first] = pending;
  if (first === undefined) return undefined;
  const { epoch, seq: firstSeq } = first.stamp;
  const events: JournalEvent[] = [];
  let sizeBytes = ENVELOPE_BYTES;
  for (const event of pending) {
    sizeBytes += utf8Bytes(JSON.stringify(event)) + 1;
    const isNext = event.stamp.epoch === epoch && event.stamp.seq === firstSeq + events.length;
    const isFull = events.length >= limits.maxEvents || sizeBytes > limits.maxBytes;
    if (events.length > 0 && (!isNext || isFull)) break;
    events.push(event);
  }
  const isAhead = comparePositions(first.stamp, cursor) > 0;
  return {
    after: isAhead ? cursor : { epoch, seq: firstSeq - 1 },
    epoch,
    firstSeq,
    lostBefore: isAhead && !isNextPosition(cursor, first.stamp),
    events,
  };
}

/** Whether the outbox must be told to begin again at `cursor`, because what it holds does not follow it directly. */
export function needsRewind(cursor: Position, first: JournalEvent): boolean {
  return (
    comparePositions(first.stamp, cursor) > 0 &&
    (first.stamp.epoch !== cursor.epoch || first.stamp.seq !== cursor.seq + 1)
  );
}

export type AckVerdict =
  | { readonly kind: 'acknowledge'; readonly through: Position; readonly count: number }
  | { readonly kind: 'rewind'; readonly to: Position }
  /** The server neither lacks nor takes anything: its rules and ours differ. */
  | { readonly kind: 'stuck' };

/** What an acknowledgement means for the batch it answers. Never acknowledges more than was in the batch. */
export function judgeAcknowledgement(batch: OutgoingBatch, ackedThrough: Position): AckVerdict {
  const last = { epoch: batch.epoch, seq: batch.firstSeq + batch.events.length - 1 };
  if (comparePositions(ackedThrough, last) >= 0) {
    return { kind: 'acknowledge', through: last, count: batch.events.length };
  }
  if (comparePositions(ackedThrough, batch.after) < 0) return { kind: 'rewind', to: ackedThrough };
  if (ackedThrough.epoch === batch.epoch && ackedThrough.seq >= batch.firstSeq) {
    return { kind: 'acknowledge', through: ackedThrough, count: ackedThrough.seq - batch.firstSeq + 1 };
  }
  return { kind: 'stuck' };
}

/** Length of `text` in UTF-8 without encoding it; lone surrogates count as their JSON escapes are ASCII already. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7ff) bytes += unit >= 0xd800 && unit <= 0xdfff ? 1 : 2;
    else if (unit > 0x7f) bytes += 1;
  }
  return bytes;
}
