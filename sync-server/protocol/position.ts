/**
 * A place in one box's journal, and the order of such places. Order is (epoch, seq) and never a clock.
 */

/** Position of an event; `{ epoch: 0, seq: 0 }` lies before every event. */
export interface Position {
  readonly epoch: number;
  readonly seq: number;
}

/** Before the first event of any journal. */
export const JOURNAL_START: Position = { epoch: 0, seq: 0 };

/** Negative when `a` lies before `b`, 0 when they are the same, positive when `a` lies after `b`. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

/**
 * Whether `next` can directly follow `position` in a journal: the next seq, or the first seq of a later epoch.
 * A later epoch proves nothing about the end of the one before; only the box knows where that ended.
 */
export function isNextPosition(position: Position, next: Position): boolean {
  if (next.epoch === position.epoch) return next.seq === position.seq + 1;
  return next.epoch > position.epoch && next.seq === 1;
}
