/**
 * How long ago the server acknowledged what, by the server's clock alone: once a day a mark is set in the journal, and what
 * lies before a mark of 90 days ago may go. The box's own clock plays no part: it may be wrong, and an event that was
 * written long ago may have been sent a minute ago, so that no backup of the server has it yet. Pure.
 */
import { comparePositions, type Position } from '../../sync-server/protocol/position.ts';
import { KEEP_SENT_MS } from '../../sync-server/protocol/protocol-limits.ts';

/** Everything up to `through` was acknowledged by `serverMs` (milliseconds since 1970) on the server's clock. */
export interface SentMark {
  readonly through: Position;
  readonly serverMs: number;
}

/** Oldest first, in the order of the journal and of time alike. */
export type SentMarks = readonly SentMark[];

/** A box that syncs every day keeps a mark a day. */
const MARK_EVERY_MS = 24 * 60 * 60 * 1000;

/** A few more than a box needs that purges now and then. Without its oldest mark, the events before it go with the next. */
const MAX_MARKS = 100;

/**
 * `marks` with one for an acknowledgement that just came, unless there was one within a day; `marks` itself
 * when nothing changes. A mark later than now was set while the server's clock ran ahead: it goes, and its events count
 * from a later one.
 */
export function withMark(marks: SentMarks, mark: SentMark): SentMarks {
  const past = marks.filter(({ serverMs }) => serverMs <= mark.serverMs);
  const newest = past.at(-1);
  const isDue = newest === undefined || mark.serverMs - newest.serverMs >= MARK_EVERY_MS;
  if (!isDue) return past.length === marks.length ? marks : past;
  return [...past, mark].slice(-MAX_MARKS);
}

/** The marks that still hold when everything after `to` counts as unsent again. */
export function marksUpTo(marks: SentMarks, to: Position): SentMarks {
  return marks.filter(({ through }) => comparePositions(through, to) <= 0);
}

/** The marks that are still of use when everything up to `purged` is gone. */
export function marksBeyond(marks: SentMarks, purged: Position): SentMarks {
  return marks.filter(({ through }) => comparePositions(through, purged) > 0);
}

/**
 * The last event that may go; undefined for none. Judged by the time of the last mark but one: a server whose clock ran
 * ahead for less than a day makes nothing old.
 */
export function spentThrough(marks: SentMarks): Position | undefined {
  const surelyNow = marks.at(-2);
  if (surelyNow === undefined) return undefined;
  return marks.findLast(({ serverMs }) => serverMs <= surelyNow.serverMs - KEEP_SENT_MS)?.through;
}
