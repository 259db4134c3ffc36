/**
 * The decisions of the uplink: what goes into a batch, what a reply means, where to begin again, how long to wait. Pure.
 *
 *   reply                                | what the uplink does
 *   acknowledged to the batch's end      | acknowledge in the outbox, go on
 *   acknowledged in part                 | acknowledge that part, send the rest
 *   the server is behind                 | ask for its heads, begin again at the first event it lacks
 *   a head of another history (cursor)   | it lacks that whole epoch, and was restored: another card took our places there
 *   another card writes this journal too | go on in a new epoch, and send all the box holds again: set aside or known
 *   too large                            | halve the batch; one event alone that is too large waits
 *   anything else, or none               | wait with full jitter, try the same again, for ever
 */

import type { ChainValue } from '../../sync-server/protocol/chain-value.ts';
import type { Acknowledgement, JournalHead } from '../../sync-server/protocol/event-batch.ts';
import type { JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import { JOURNAL_START, type Position } from '../../sync-server/protocol/position.ts';
import type { LocalEpoch, PendingEvent } from './ports.ts';

/** First wait is somewhere in 0-1 s; the ceiling doubles with each failure in a row, to 15 min. */
export const RETRY_BASE_MS = 1_000;
export const RETRY_CAP_MS = 15 * 60 * 1000;

/**
 * Wait before the next try after `failures` failures in a row (from 1), in ms; `random` in [0, 1).
 * Full jitter keeps a fleet from coming back all at once after an outage:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/. Never shorter than the server asked for,
 * nor longer than 15 min, whatever it asked for.
 */
export function retryDelayMs(failures: number, random: number, retryAfterMs = 0): number {
  const ceiling = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(failures - 1, 30));
  const jittered = Math.round(random * ceiling);
  return Math.min(RETRY_CAP_MS, Math.max(0, retryAfterMs) + jittered);
}

/** What the server has, as far as the box knows: the last event of every epoch, by epoch. */
export type Heads = readonly Position[];

/** Seq of the last event the server has of this epoch, 0 for none. */
function headSeq(heads: Heads, epoch: number): number {
  return heads.find((head) => head.epoch === epoch)?.seq ?? 0;
}

/** `heads` with the epoch of `position` moved on to it; never back. */
export function headsWith(heads: Heads, position: Position): Heads {
  if (position.seq <= headSeq(heads, position.epoch)) return heads;
  return [...heads.filter(({ epoch }) => epoch !== position.epoch), position].sort(
    (a, b) => a.epoch - b.epoch,
  );
}

/** One batch, ready to be written as JSON. */
export interface OutgoingBatch {
  readonly after: Position;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly chainBefore: ChainValue;
  readonly lostBefore: boolean;
  readonly events: readonly JournalEvent[];
}

export interface BatchLimits {
  readonly maxEvents: number;
  /** Bytes of JSON. */
  readonly maxBytes: number;
}

/** Bytes of a batch that are not events: protocol, after, epoch, firstSeq, the chain, lostBefore, brackets, rounded up. */
const ENVELOPE_BYTES = 400;

/**
 * The first run of `pending` without a gap, within one epoch and within the limits; at least one event.
 * `pending` must begin at or before the first event the server lacks, as `resumeFrom` makes sure: what lies between the
 * server's head and the first event is then lost for good, and the batch says so.
 */
export function takeBatch(
  heads: Heads,
  pending: readonly PendingEvent[],
  limits: BatchLimits,
): OutgoingBatch | undefined {
  const [first] = pending;
  if (first === undefined) return undefined;
  const { epoch, seq: firstSeq } = first.event.stamp;
  const events: JournalEvent[] = [];
  let sizeBytes = ENVELOPE_BYTES;
  for (const { event } of pending) {
    sizeBytes += utf8Bytes(JSON.stringify(event)) + 1;
    const isNext = event.stamp.epoch === epoch && event.stamp.seq === firstSeq + events.length;
    const isFull = events.length >= limits.maxEvents || sizeBytes > limits.maxBytes;
    if (events.length > 0 && (!isNext || isFull)) break;
    events.push(event);
  }
  return {
    after: lastKnownBefore(heads, { epoch, seq: firstSeq }),
    epoch,
    firstSeq,
    chainBefore: first.chainBefore,
    lostBefore: firstSeq > headSeq(heads, epoch) + 1,
    events,
  };
}

/**
 * Whether what the batch calls lost is: the box holds nothing of the epoch before it. Otherwise another process of the box
 * had it acknowledged meanwhile, and the server must be asked anew.
 */
export function isLossReal(batch: OutgoingBatch, local: readonly LocalEpoch[]): boolean {
  return local.some(({ epoch, firstSeq }) => epoch === batch.epoch && firstSeq === batch.firstSeq);
}

/** The last event before `first` that the server has; `JOURNAL_START` when there is none. */
function lastKnownBefore(heads: Heads, first: Position): Position {
  const head = heads.filter(({ epoch }) => epoch <= first.epoch).at(-1);
  if (head === undefined) return JOURNAL_START;
  if (head.epoch < first.epoch || head.seq < first.seq) return head;
  return { epoch: first.epoch, seq: first.seq - 1 };
}

/**
 * The heads whose chain is the one the box has after the same event: all before is then the same, too. `ownChains` holds
 * the box's, in the same order. A head nobody can compare counts: one without a chain, and one beyond what the box holds.
 */
export function headsOfOurHistory(
  heads: readonly JournalHead[],
  ownChains: readonly (ChainValue | undefined)[],
): Heads {
  return heads.filter(({ chain }, index) => {
    const own = ownChains[index];
    return chain === undefined || own === undefined || chain === own;
  });
}

/**
 * What the server has of this card's journal, given the `heads` of our history in its cursor. In a forked epoch a head is the end of
 * another card's events and says nothing of ours, so there the box goes by its own acknowledgements, as long as the
 * server's history is the one that gave them.
 */
export function headsOfThisCard(
  heads: Heads,
  local: readonly LocalEpoch[],
  { isSameHistory }: { readonly isSameHistory: boolean },
): Heads {
  const forked = local.filter(({ isForked }) => isForked);
  const shared = heads.filter((head) => !forked.some(({ epoch }) => epoch === head.epoch));
  if (!isSameHistory) return shared;
  return forked
    .filter(({ ackedSeq }) => ackedSeq > 0)
    .reduce<Heads>((known, { epoch, ackedSeq }) => headsWith(known, { epoch, seq: ackedSeq }), shared);
}

/**
 * Whether the server lacks what it acknowledged once: it was restored from a backup. Only epochs nobody else writes tell.
 */
export function hasForgotten(heads: Heads, local: readonly LocalEpoch[]): boolean {
  return local.some(({ epoch, ackedSeq, isForked }) => !isForked && headSeq(heads, epoch) < ackedSeq);
}

/**
 * Where to begin again so that everything the server lacks and the box holds is sent: everything up to the result the
 * server has, or nobody has any more. `local` by epoch. Undefined when the server has all of it.
 */
export function resumeFrom(heads: Heads, local: readonly LocalEpoch[]): Position | undefined {
  for (const { epoch, firstSeq, lastSeq } of local) {
    const seq = headSeq(heads, epoch);
    if (seq < lastSeq) return { epoch, seq: Math.max(seq, firstSeq - 1) };
  }
  return undefined;
}

export type AckVerdict =
  | { readonly kind: 'acknowledge'; readonly through: Position; readonly count: number }
  | { readonly kind: 'behind' }
  /** The server neither lacks nor takes anything: its rules and ours differ. */
  | { readonly kind: 'stuck' };

/** What an acknowledgement means for the batch it answers. Never acknowledges more than was in the batch. */
export function judgeAcknowledgement(
  batch: OutgoingBatch,
  ack: Pick<Acknowledgement, 'ackedThrough' | 'isBehind'>,
): AckVerdict {
  if (ack.isBehind) return { kind: 'behind' };
  const { epoch, seq } = ack.ackedThrough;
  if (epoch !== batch.epoch || seq < batch.firstSeq) return { kind: 'stuck' };
  const count = Math.min(batch.events.length, seq - batch.firstSeq + 1);
  return { kind: 'acknowledge', through: { epoch, seq: batch.firstSeq + count - 1 }, count };
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
