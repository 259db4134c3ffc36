/**
 * The journal as a table: appends, the unacknowledged tail, what is held of each epoch, and what may go.
 *
 * Order is (epoch, seq). Seq and epoch are given inside the transaction that stores the event, so seq is dense whoever
 * writes, and two processes on one file go on in the same epoch.
 *
 * Retention. What the server acknowledged is kept for `KEEP_SENT_MS` from then on, by the server's clock
 * (core/sent-marks.ts), in case the server loses it; then the oldest events go, in order, up to one place
 * (`purgedThrough`). Behind that place the journal is dense; before it only those
 * rows are left that the child's model and statistics are rebuilt from (press-history.ts), and they are never sent
 * again: a server restored from a backup older than that place is told `lostBefore`, once an epoch. Each row keeps its
 * own chain, so nothing of what is gone is needed to go on. The newest event always stays: the next one counts from it.
 */
import type Database from 'better-sqlite3';
import { CHAIN_START, type ChainValue } from '../../sync-server/protocol/chain-value.ts';
import type { EventStamp, JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import { comparePositions, JOURNAL_START, type Position } from '../../sync-server/protocol/position.ts';
import type { LocalEpoch, PendingEvent } from '../core/ports.ts';
import { marksBeyond, marksUpTo, type SentMarks, spentThrough, withMark } from '../core/sent-marks.ts';
import { bytesOf, chainAfter, chainOf, type EventRow, rowToEvent } from './journal-chain-column.ts';
import { KEPT_FOR_EVER } from './press-history.ts';
import { withoutFlush } from './without-flush.ts';

/** Where and when an event happens, but for its place, which the table gives. */
export type Moment = Omit<EventStamp, 'epoch' | 'seq'>;

export interface JournalTable {
  append(moment: Moment, entry: JournalEntry): EventStamp;
  pending(limit: number): PendingEvent[];
  /**
   * `serverMs`: when the server said so, by its clock; without it the acknowledgement never counts as old. A power cut may
   * take it back, for the server says it again.
   */
  acknowledge(through: Position, serverMs?: number): void;
  /** Sets the cursor back, never forward; true when it moved. The server's history is `generation` from now on. */
  rewind(to: Position | undefined, generation: string): boolean;
  generation(): string | undefined;
  pendingCount(): number;
  /** See `Outbox`. */
  chainsAfter(events: readonly Position[]): (ChainValue | undefined)[];
  epochs(): LocalEpoch[];
  /** See `Outbox`. The fork and the event that tells of it are one transaction. */
  beginEpoch(moment: Moment, parts: { insteadOf: number; atLeast: number }): number | undefined;
  /** Lets go of at most `limit` events that were acknowledged longer than `KEEP_SENT_MS` ago; false when there are no more. */
  purgeSent(limit: number): boolean;
}

/** Values of `settings` that are places in the journal. */
type Place = 'acknowledged' | 'purgedThrough';

/** The journal of `database`, which knows its epoch (database.ts). Each call is one transaction. */
export function createJournalTable(database: Database.Database): JournalTable {
  const readSetting = database.prepare('SELECT value FROM settings WHERE name = ?').pluck();
  const saveSetting = database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)');
  const insert = database.prepare(
    `INSERT INTO events (epoch, seq, boot_id, monotonic_ms, wall_ms, clock_state, kind, entry, chain_before)
     VALUES (@epoch, @seq, @bootId, @monotonicMs, @wallMs, @clockState, @kind, @entry, @chainBefore)`,
  );
  const newestOf = database.prepare('SELECT * FROM events WHERE epoch = ? ORDER BY seq DESC LIMIT 1');
  const rowAt = database.prepare('SELECT * FROM events WHERE epoch = ? AND seq = ?');
  const tail = database.prepare(
    'SELECT * FROM events WHERE (epoch, seq) > (@epoch, @seq) ORDER BY epoch, seq LIMIT @limit',
  );
  const firstAfter = database.prepare(
    'SELECT epoch, seq FROM events WHERE (epoch, seq) > (?, ?) ORDER BY epoch, seq LIMIT 1',
  );
  const lastSeqOf = database.prepare('SELECT max(seq) FROM events WHERE epoch = ?').pluck();
  const lastSpent = database.prepare(
    `WITH newest AS (SELECT epoch, seq FROM events ORDER BY epoch DESC, seq DESC LIMIT 1),
     spent AS (
       SELECT epoch, seq FROM events
       WHERE (epoch, seq) > (@epoch, @seq) AND (epoch, seq) <= (@toEpoch, @toSeq)
         AND (epoch, seq) < (SELECT epoch, seq FROM newest)
       ORDER BY epoch, seq LIMIT @limit)
     SELECT epoch, seq FROM spent ORDER BY epoch DESC, seq DESC LIMIT 1`,
  );
  const deleteSpent = database.prepare(
    `DELETE FROM events WHERE (epoch, seq) > (@epoch, @seq) AND (epoch, seq) <= (@toEpoch, @toSeq)
     AND NOT (${KEPT_FOR_EVER})`,
  );

  const place = (name: Place): Position => {
    const value = readSetting.get(name) as string | undefined;
    return value === undefined ? JOURNAL_START : (JSON.parse(value) as Position);
  };
  const setPlace = (name: Place, { epoch, seq }: Position): void =>
    void saveSetting.run(name, JSON.stringify({ epoch, seq }));
  const sentMarks = (): SentMarks => JSON.parse((readSetting.get('sentMarks') as string | undefined) ?? '[]');
  const setSentMarks = (marks: SentMarks): void => void saveSetting.run('sentMarks', JSON.stringify(marks));
  const currentEpoch = (): number => Number(readSetting.get('epoch'));
  const forkedEpochs = (): number[] =>
    JSON.parse((readSetting.get('forkedEpochs') as string | undefined) ?? '[]');
  /** The first event that is still to be sent comes after this. */
  const sentThrough = (): Position => later(place('acknowledged'), place('purgedThrough'));

  /** What is held after a position, by epoch. Cost: two look-ups an epoch. */
  function runsAfter(position: Position): Pick<LocalEpoch, 'epoch' | 'firstSeq' | 'lastSeq'>[] {
    const runs: Pick<LocalEpoch, 'epoch' | 'firstSeq' | 'lastSeq'>[] = [];
    for (let from = position; ; ) {
      const first = firstAfter.get(from.epoch, from.seq) as Position | undefined;
      if (first === undefined) return runs;
      const { epoch, seq: firstSeq } = first;
      const lastSeq = lastSeqOf.get(epoch) as number;
      runs.push({ epoch, firstSeq, lastSeq });
      from = { epoch, seq: lastSeq };
    }
  }

  function append(moment: Moment, entry: JournalEntry): EventStamp {
    const epoch = currentEpoch();
    const newest = newestOf.get(epoch) as EventRow | undefined;
    const seq = (newest?.seq ?? 0) + 1;
    const chainBefore = bytesOf(newest === undefined ? CHAIN_START : chainAfter(newest));
    insert.run({ ...moment, epoch, seq, kind: entry.kind, entry: JSON.stringify(entry), chainBefore });
    return { epoch, seq, ...moment };
  }

  const inTransaction = <Values extends unknown[], T>(run: (...values: Values) => T) => {
    // Immediate: a reader that becomes a writer fails when another process wrote in between.
    const transaction = database.transaction(run);
    return (...values: Values): T => transaction.immediate(...values);
  };

  return {
    append: inTransaction(append),
    pending: (limit) =>
      (tail.all({ ...sentThrough(), limit }) as EventRow[]).map((row) => ({
        event: rowToEvent(row),
        chainBefore: chainOf(row.chain_before),
      })),
    acknowledge: withoutFlush(
      database,
      inTransaction((through: Position, serverMs?: number) => {
        if (comparePositions(through, place('acknowledged')) <= 0) return;
        setPlace('acknowledged', through);
        if (serverMs === undefined) return;
        const marks = sentMarks();
        const next = withMark(marks, { through, serverMs });
        if (next !== marks) setSentMarks(next);
      }),
    ),
    rewind: inTransaction((to: Position | undefined, generation: string) => {
      // Another database, or another history of it: how long it has had what it has, nobody knows.
      if (readSetting.get('generation') !== generation) setSentMarks([]);
      saveSetting.run('generation', generation);
      if (to === undefined || comparePositions(to, place('acknowledged')) >= 0) return false;
      setPlace('acknowledged', to);
      setSentMarks(marksUpTo(sentMarks(), to));
      return true;
    }),
    generation: () => readSetting.get('generation') as string | undefined,
    pendingCount() {
      const sent = sentThrough();
      return runsAfter(sent).reduce((count, { firstSeq, lastSeq }) => count + lastSeq - firstSeq + 1, 0);
    },
    chainsAfter: (events) =>
      events.map(({ epoch, seq }) => {
        const row = rowAt.get(epoch, seq) as EventRow | undefined;
        return row === undefined ? undefined : chainAfter(row);
      }),
    epochs() {
      const forked = new Set(forkedEpochs());
      const acked = place('acknowledged');
      return runsAfter(place('purgedThrough')).map(({ epoch, firstSeq, lastSeq }) => ({
        epoch,
        firstSeq,
        lastSeq,
        ackedSeq: epoch < acked.epoch ? lastSeq : epoch === acked.epoch ? acked.seq : 0,
        isForked: forked.has(epoch),
      }));
    },
    beginEpoch: inTransaction(
      (moment: Moment, { insteadOf, atLeast }: { insteadOf: number; atLeast: number }) => {
        const forked = forkedEpochs();
        if (forked.includes(insteadOf)) return undefined;
        saveSetting.run('forkedEpochs', JSON.stringify([...forked, insteadOf]));
        // Earlier acknowledgements may be of a database that was lost, and another card's events in our places.
        setPlace('acknowledged', JOURNAL_START);
        setSentMarks([]);
        const current = currentEpoch();
        if (current !== insteadOf) return current;
        const epoch = Math.max(current + 1, atLeast);
        saveSetting.run('epoch', String(epoch));
        append(moment, { kind: 'journalForked', fromEpoch: current });
        return epoch;
      },
    ),
    purgeSent: inTransaction((limit: number) => {
      const marks = sentMarks();
      const to = spentThrough(marks);
      if (to === undefined) return false;
      const from = place('purgedThrough');
      const spent = lastSpent.get({ ...between(from, to), limit }) as Position | undefined;
      if (spent === undefined) return false;
      deleteSpent.run(between(from, spent));
      setPlace('purgedThrough', spent);
      setSentMarks(marksBeyond(marks, spent));
      return true;
    }),
  };
}

function later(a: Position, b: Position): Position {
  return comparePositions(a, b) > 0 ? a : b;
}

/** Parameters of a range without its beginning and with its end. */
function between({ epoch, seq }: Position, to: Position) {
  return { epoch, seq, toEpoch: to.epoch, toSeq: to.seq };
}
