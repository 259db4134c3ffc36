/**
 * Decides for each event of a batch whether it can be read. Nothing is dropped: what cannot be read is kept as it came.
 */
import type { EventBatch } from '../protocol/event-batch.ts';
import { journalEventSchema } from '../protocol/journal-event.ts';

/** One event with its place and its content, exactly as the box sent it. */
export interface SortedEvent {
  readonly epoch: number;
  readonly seq: number;
  /** The event as JSON. Fields this version does not know are still in it. */
  readonly body: string;
  /** The event's kind, or undefined when this version cannot read the event. */
  readonly kind: string | undefined;
}

/** Events in the order of the batch. An event whose own stamp disagrees with its place in the envelope is unreadable. */
export function sortEvents(batch: Pick<EventBatch, 'epoch' | 'firstSeq' | 'events'>): readonly SortedEvent[] {
  return batch.events.map((raw, index) => {
    const seq = batch.firstSeq + index;
    const parsed = journalEventSchema.safeParse(raw);
    const isInPlace =
      parsed.success && parsed.data.stamp.epoch === batch.epoch && parsed.data.stamp.seq === seq;
    return {
      epoch: batch.epoch,
      seq,
      body: JSON.stringify(raw),
      kind: isInPlace ? parsed.data.entry.kind : undefined,
    };
  });
}

/** Whether two stored bodies say the same; the order of keys does not count. */
export function sameBody(a: string, b: string): boolean {
  return a === b || canonicalJson(JSON.parse(a)) === canonicalJson(JSON.parse(b));
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
