/**
 * Decides what a batch is to the server: a continuation, a re-send, something after a loss, or another history of the
 * same journal (a cloned card). Pure; the store asks this inside its transaction.
 *
 *   what the box believes acknowledged (`after`) is missing here        behind: a restored backup; nothing is kept
 *   the first event leaves a gap after the epoch's head                 behind, unless the box lost the rest for good
 *   the chain where the batch meets the head is the head's              same history: only what is new is stored
 *   it is another                                                       parted: new places are conflicts
 *   they do not meet (a re-send of older events)                        unproven: the stored bodies decide
 */

import type { ChainValue } from '../protocol/chain-value.ts';
import type { EventBatch } from '../protocol/event-batch.ts';
import { linkOf } from '../protocol/journal-chain.ts';
import type { Position } from '../protocol/position.ts';
import { type SortedEvent, saysTheSame } from './sort-events.ts';

/** How far the server is in one epoch of a journal. */
export interface EpochHead {
  /** Seq of the last event taken, stored or unreadable; 0 before the first. */
  readonly seq: number;
  /** The chain after that event; undefined when it was taken by a server that knew no chains. */
  readonly chain: ChainValue | undefined;
  /** Up to here some places may be empty because the box had lost them; 0 when all are filled. */
  readonly lostThrough: number;
}

/** Where an earlier batch of a parted history ended: its events are safe in quarantine, and the box goes on from here. */
export interface BranchEnd extends Position {
  readonly chain: ChainValue;
}

/** What the server has around a batch. */
export interface Surroundings {
  /** Head of the batch's epoch. */
  readonly head: EpochHead;
  /** Last seq taken in the epoch of the batch's `after`; 0 for none. */
  readonly seqInAfterEpoch: number;
  /** Of the batch's epoch and its `after`'s. */
  readonly branchEnds: readonly BranchEnd[];
}

/** The batch's own history against the server's. */
export type History = 'same' | 'parted' | 'unproven';

export type BatchPlace =
  | { readonly kind: 'behind' }
  | {
      readonly kind: 'connects';
      readonly history: History;
      /** The chain after the batch's last event. */
      readonly lastLink: ChainValue;
      /** Stored bodies are needed to tell what is known: of these seqs, both included. */
      readonly compare: { readonly from: number; readonly to: number } | undefined;
    };

/** The batch as far as its place depends on it; events' bodies are canonical JSON. */
export interface PlacedBatch
  extends Pick<EventBatch, 'after' | 'epoch' | 'firstSeq' | 'chainBefore' | 'lostBefore'> {
  readonly events: readonly SortedEvent[];
}

/** Cost: one SHA-256 an event. */
export function placeBatch(server: Surroundings, batch: PlacedBatch): BatchPlace {
  const { head } = server;
  const { epoch, firstSeq, chainBefore } = batch;
  if (!hasAfter(server, batch)) return { kind: 'behind' };
  const isBeyond = firstSeq > head.seq + 1;
  const isOnBranch = isBeyond && server.branchEnds.some(isAt({ epoch, seq: firstSeq - 1 }, chainBefore));
  if (isBeyond && !isOnBranch && !batch.lostBefore) return { kind: 'behind' };

  const { linkAtHead, lastLink } = chainOver(batch, head.seq);
  const history = isOnBranch ? 'parted' : isBeyond ? 'same' : historyAt(head, linkAtHead);
  const to = Math.min(lastSeqOf(batch), head.seq);
  const isCompared =
    history !== 'same' ||
    firstSeq <= head.lostThrough ||
    batch.events.some(({ seq, kind }) => seq <= to && kind === undefined);
  const compare = isCompared && firstSeq <= to ? { from: firstSeq, to } : undefined;
  return { kind: 'connects', history, lastLink, compare };
}

/** What is stored at a place: in the log, or set aside as unreadable. */
export interface KnownEvent {
  readonly body: string;
  readonly isUnreadable: boolean;
}

/** What becomes of an event. `known` is in the log already; the last two lie in quarantine, now or since an earlier copy. */
export type EventFate = 'new' | 'known' | 'unreadable' | 'conflict';

export interface BatchFate {
  /** One for each event, in order. */
  readonly fates: readonly EventFate[];
  /** Where the epoch stands afterwards; conflicts never move it. */
  readonly head: EpochHead;
  readonly isParted: boolean;
}

/** Decides each event's fate. `known` holds what is stored at the places `place.compare` names, by seq. */
export function settleBatch(
  head: EpochHead,
  batch: PlacedBatch,
  place: Extract<BatchPlace, { kind: 'connects' }>,
  known: ReadonlyMap<number, KnownEvent>,
): BatchFate {
  const isOther = ({ seq, body }: SortedEvent): boolean => {
    const stored = known.get(seq);
    return stored !== undefined && !saysTheSame(stored.body, body);
  };
  const isParted = place.history === 'parted' || batch.events.some(isOther);
  const fates = batch.events.map((event): EventFate => {
    const isProven = place.compare === undefined && event.seq <= head.seq;
    if (isProven) return 'known';
    const stored = known.get(event.seq);
    if (stored !== undefined && !isOther(event)) return stored.isUnreadable ? 'unreadable' : 'known';
    if (isParted) return 'conflict';
    return event.kind === undefined ? 'unreadable' : 'new';
  });
  return { fates, head: isParted ? head : headAfter(head, batch, place.lastLink), isParted };
}

/** Seq of the batch's last event. */
export function lastSeqOf({ firstSeq, events }: Pick<PlacedBatch, 'firstSeq' | 'events'>): number {
  return firstSeq + events.length - 1;
}

/** Whether the server has the last event the box believes acknowledged, in the log or at the end of a branch. */
function hasAfter({ seqInAfterEpoch, branchEnds }: Surroundings, { after, ...batch }: PlacedBatch): boolean {
  if (after.seq <= seqInAfterEpoch) return true;
  const isJustBefore = after.epoch === batch.epoch && after.seq === batch.firstSeq - 1;
  return branchEnds.some(isAt(after, isJustBefore ? batch.chainBefore : undefined));
}

function isAt({ epoch, seq }: Position, chain: ChainValue | undefined): (end: BranchEnd) => boolean {
  return (end) => end.epoch === epoch && end.seq === seq && (chain === undefined || end.chain === chain);
}

/** Links at the head's place, if the batch reaches from before it to it, and after the last event. */
function chainOver(
  batch: PlacedBatch,
  headSeq: number,
): { readonly linkAtHead: ChainValue | undefined; readonly lastLink: ChainValue } {
  let link = batch.chainBefore;
  let linkAtHead = headSeq === batch.firstSeq - 1 ? link : undefined;
  for (const { seq, body } of batch.events) {
    link = linkOf(link, body);
    if (seq === headSeq) linkAtHead = link;
  }
  return { linkAtHead, lastLink: link };
}

function historyAt(head: EpochHead, linkAtHead: ChainValue | undefined): History {
  if (linkAtHead === undefined || head.chain === undefined) return 'unproven';
  return linkAtHead === head.chain ? 'same' : 'parted';
}

function headAfter(head: EpochHead, batch: PlacedBatch, lastLink: ChainValue): EpochHead {
  const seq = lastSeqOf(batch);
  if (seq < head.seq) return head;
  const hasLost = batch.firstSeq > head.seq + 1;
  return { seq, chain: lastLink, lostThrough: hasLost ? batch.firstSeq - 1 : head.lostThrough };
}
