/**
 * A row of the journal and its link in the hash chain (journal-chain.ts of the protocol). Each row keeps the chain just
 * BEFORE it: so a batch may begin at any row, whatever was purged before, and the link after a row follows from the row.
 */
import type Database from 'better-sqlite3';
import { CHAIN_START, type ChainValue } from '../../sync-server/protocol/chain-value.ts';
import { nextLink } from '../../sync-server/protocol/journal-chain.ts';
import type { EventStamp, JournalEntry, JournalEvent } from '../../sync-server/protocol/journal-event.ts';

/** Columns of `events`. */
export interface EventRow {
  readonly epoch: number;
  readonly seq: number;
  readonly boot_id: string;
  readonly monotonic_ms: number;
  readonly wall_ms: number;
  readonly clock_state: EventStamp['clockState'];
  readonly kind: string;
  /** JSON. */
  readonly entry: string;
  /** 32 bytes: as many again in hex would cost a tenth of the journal's size. */
  readonly chain_before: Buffer;
}

/** The event exactly as it is sent. */
export function rowToEvent(row: EventRow): JournalEvent {
  return {
    stamp: {
      epoch: row.epoch,
      seq: row.seq,
      bootId: row.boot_id,
      monotonicMs: row.monotonic_ms,
      wallMs: row.wall_ms,
      clockState: row.clock_state,
    },
    entry: JSON.parse(row.entry) as JournalEntry,
  };
}

export const chainOf = (bytes: Buffer): ChainValue => bytes.toString('hex');
export const bytesOf = (chain: ChainValue): Buffer => Buffer.from(chain, 'hex');

/** The chain just after a row: what the next row of its epoch keeps. */
export function chainAfter(row: EventRow): ChainValue {
  return nextLink(chainOf(row.chain_before), rowToEvent(row));
}

/** Schema step 2: the column, and the links of all rows there are. Cost: about 20 µs a row, once. */
export function addChain(database: Database.Database): void {
  database.exec("ALTER TABLE events ADD COLUMN chain_before BLOB NOT NULL DEFAULT x''");
  const page = database.prepare(
    'SELECT * FROM events WHERE (epoch, seq) > (?, ?) ORDER BY epoch, seq LIMIT 1000',
  );
  const update = database.prepare('UPDATE events SET chain_before = ? WHERE epoch = ? AND seq = ?');
  let last: { epoch: number; seq: number } = { epoch: 0, seq: 0 };
  let chain = CHAIN_START;
  for (;;) {
    const rows = page.all(last.epoch, last.seq) as EventRow[];
    if (rows.length === 0) return;
    for (const row of rows) {
      if (row.epoch !== last.epoch) chain = CHAIN_START;
      update.run(bytesOf(chain), row.epoch, row.seq);
      chain = nextLink(chain, rowToEvent(row));
      last = row;
    }
  }
}
