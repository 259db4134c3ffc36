/** An outbox in memory that behaves as the journal's: it survives a restart of the uplink, not of the test. */
import type { Outbox } from '../../device/core/ports.ts';
import type { JournalEntry, JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import { comparePositions, JOURNAL_START, type Position } from '../../sync-server/protocol/position.ts';
import { journalEvent } from './journal-events.ts';

export interface MemoryOutbox extends Outbox {
  /** Every event of the journal, oldest first; push to append, splice to lose some. */
  readonly events: JournalEvent[];
  /** Appends to `epoch` (default: the newest). */
  append(entry?: JournalEntry, epoch?: number): JournalEvent;
  acknowledged(): Position;
}

export function createMemoryOutbox(initial: readonly JournalEvent[] = []): MemoryOutbox {
  const events = [...initial];
  let acknowledged = JOURNAL_START;
  return {
    events,
    acknowledged: () => acknowledged,
    append(entry, epoch = events.at(-1)?.stamp.epoch ?? 1) {
      const last = events.at(-1)?.stamp;
      const event = journalEvent(epoch, last?.epoch === epoch ? last.seq + 1 : 1, entry);
      events.push(event);
      return event;
    },
    pending: async (limit) =>
      events.filter(({ stamp }) => comparePositions(stamp, acknowledged) > 0).slice(0, limit),
    async acknowledge(through) {
      if (comparePositions(through, acknowledged) > 0) acknowledged = { ...through };
    },
    async rewind(to) {
      acknowledged = { ...to };
    },
  };
}
