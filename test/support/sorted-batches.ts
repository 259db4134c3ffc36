/** Batches as the server's store gets them, made from journals that carry their chain. */
import { sortEvents } from '../../sync-server/ingest/sort-events.ts';
import { CHAIN_START, type ChainValue } from '../../sync-server/protocol/chain-value.ts';
import { nextLink } from '../../sync-server/protocol/journal-chain.ts';
import type { JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import { JOURNAL_START, type Position } from '../../sync-server/protocol/position.ts';
import type { SortedBatch } from '../../sync-server/store/event-log.ts';
import { journalEvent } from './journal-events.ts';

/** One epoch of a journal: what each seq holds. `name` tells two histories of one journal apart. */
export interface TestJournal {
  readonly epoch: number;
  eventAt(seq: number): unknown;
  /** The chain after the event at `seq`; the start for 0. */
  chainAt(seq: number): ChainValue;
  /** Events `from` to `to`, both included, after what comes just before them. */
  batch(from: number, to: number, more?: Partial<SortedBatch>): SortedBatch;
  /** The same history up to `seq`, then another one. */
  fork(seq: number, name: string): TestJournal;
}

export function testJournal(
  epoch = 1,
  eventAt: (seq: number) => unknown = (seq) => journalEvent(epoch, seq),
): TestJournal {
  const links: ChainValue[] = [CHAIN_START];
  const chainAt = (seq: number): ChainValue => {
    for (let next = links.length; next <= seq; next += 1)
      links.push(nextLink(links[next - 1]!, eventAt(next)));
    return links[seq]!;
  };
  return {
    epoch,
    eventAt,
    chainAt,
    batch(from, to, more = {}) {
      const events = Array.from({ length: to - from + 1 }, (_, index) => eventAt(from + index));
      const after: Position = from === 1 ? JOURNAL_START : { epoch, seq: from - 1 };
      return {
        after,
        epoch,
        firstSeq: from,
        chainBefore: chainAt(from - 1),
        lostBefore: false,
        events: sortEvents({ epoch, firstSeq: from, events }),
        receivedAtMs: 7,
        ...more,
      };
    },
    fork: (seq, name) => testJournal(epoch, (at) => (at <= seq ? eventAt(at) : otherEvent(epoch, at, name))),
  };
}

function otherEvent(epoch: number, seq: number, name: string): JournalEvent {
  return journalEvent(epoch, seq, { kind: 'soundRestored', sink: name });
}
