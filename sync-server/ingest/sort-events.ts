/**
 * Decides for each event of a batch whether it can be read. Nothing is dropped: what cannot be read is kept as it came.
 */
import { canonicalJson } from '../protocol/canonical-json.ts';
import type { EventBatch } from '../protocol/event-batch.ts';
import { journalEventSchema } from '../protocol/journal-event.ts';
import type { Position } from '../protocol/position.ts';

/** One event with its place and its content. */
export interface SortedEvent extends Position {
  /** The event as canonical JSON. Fields this version does not know are still in it. */
  readonly body: string;
  /** The event's kind, or undefined when this version cannot read the event. */
  readonly kind: string | undefined;
}

/** Events in the order of the batch. */
export function sortEvents(batch: Pick<EventBatch, 'epoch' | 'firstSeq' | 'events'>): readonly SortedEvent[] {
  return batch.events.map((raw, index) =>
    sortEvent(raw, { epoch: batch.epoch, seq: batch.firstSeq + index }),
  );
}

/** An event whose own stamp disagrees with its place in the envelope is unreadable. */
export function sortEvent(raw: unknown, { epoch, seq }: Position): SortedEvent {
  const parsed = journalEventSchema.safeParse(raw);
  const isInPlace = parsed.success && parsed.data.stamp.epoch === epoch && parsed.data.stamp.seq === seq;
  return { epoch, seq, body: canonicalJson(raw), kind: isInPlace ? parsed.data.entry.kind : undefined };
}

/** Reads a stored body once more: a newer version may understand what an older one set aside. */
export function sortStoredEvent(body: string, at: Position): SortedEvent {
  return sortEvent(JSON.parse(body), at);
}

/** Whether a stored body says the same as a canonical one; the first releases stored bodies as they came. */
export function saysTheSame(storedBody: string, canonicalBody: string): boolean {
  return storedBody === canonicalBody || canonicalJson(JSON.parse(storedBody)) === canonicalBody;
}
