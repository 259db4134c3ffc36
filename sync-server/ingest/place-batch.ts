/**
 * Decides whether a batch connects to what the server has. Pure; every store asks this inside its transaction.
 *
 *   box thinks the server has `after` | first event        | verdict
 *   beyond the cursor                 | any                | behind: the server lost some (a restored backup)
 *   at or before the cursor           | at or before it    | connects: a re-send, whole or in part
 *   at or before the cursor           | next after it      | connects
 *   at or before the cursor           | further on         | behind, unless the box says the rest is lost for good
 */
import type { EventBatch } from '../protocol/event-batch.ts';
import { comparePositions, isNextPosition, type Position } from '../protocol/position.ts';

export type BatchPlace = 'connects' | 'behind';

/** `behind` means: store nothing, answer with the cursor, and the box sends again from there. */
export function placeBatch(
  cursor: Position,
  batch: Pick<EventBatch, 'after' | 'epoch' | 'firstSeq' | 'lostBefore'>,
): BatchPlace {
  const first = { epoch: batch.epoch, seq: batch.firstSeq };
  if (comparePositions(batch.after, cursor) > 0) return 'behind';
  if (comparePositions(first, cursor) <= 0) return 'connects';
  return isNextPosition(cursor, first) || batch.lostBefore ? 'connects' : 'behind';
}

/** Where the cursor stands once the batch is stored; it never moves back. */
export function cursorAfter(
  cursor: Position,
  batch: Pick<EventBatch, 'epoch' | 'firstSeq'> & { readonly events: readonly unknown[] },
): Position {
  const last = { epoch: batch.epoch, seq: batch.firstSeq + batch.events.length - 1 };
  return comparePositions(last, cursor) > 0 ? last : cursor;
}
