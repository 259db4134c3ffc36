/**
 * The journal as a table: appends, the unacknowledged tail, and what can be read back from it.
 * Order is (epoch, seq); seq is given inside the transaction that stores the event, so it is dense.
 */
import type Database from 'better-sqlite3';
import type { Emotion } from '../../models/emotions.ts';
import type { EventStamp, JournalEntry, JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import type { JournalPosition } from '../core/kiosk-state.ts';

/** A selection that stands: not withdrawn by the hold it became. */
export interface StandingSelection extends JournalPosition {
  readonly songId: string;
  readonly emotion: Emotion;
}

export interface JournalTable {
  append(stamp: Omit<EventStamp, 'epoch' | 'seq'>, entry: JournalEntry): EventStamp;
  pending(limit: number): JournalEvent[];
  acknowledge(through: JournalPosition): void;
  /** Sets the cursor back: everything after `to` counts as unsent again. */
  rewind(to: JournalPosition): void;
  pendingCount(): number;
  /** Selections after a position, oldest first. */
  selectionsAfter(position: JournalPosition): StandingSelection[];
  /** How often each song was asked for and played. */
  timesPlayed(): [songId: string, times: number][];
}

interface EventRow {
  epoch: number;
  seq: number;
  boot_id: string;
  monotonic_ms: number;
  wall_ms: number;
  clock_state: EventStamp['clockState'];
  entry: string;
}

/** The journal of `database`, writing in `epoch`. Each call is one transaction. */
export function createJournalTable(database: Database.Database, epoch: number): JournalTable {
  const insert = database.prepare(
    `INSERT INTO events (epoch, seq, boot_id, monotonic_ms, wall_ms, clock_state, kind, entry)
     SELECT @epoch, coalesce(max(seq), 0) + 1, @bootId, @monotonicMs, @wallMs, @clockState, @kind, @entry
     FROM events WHERE epoch = @epoch RETURNING seq`,
  );
  const setting = database.prepare('SELECT value FROM settings WHERE name = ?').pluck();
  const saveSetting = database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)');
  const tail = database.prepare(
    'SELECT * FROM events WHERE (epoch, seq) > (@epoch, @seq) ORDER BY epoch, seq LIMIT @limit',
  );
  const tailCount = database
    .prepare('SELECT count(*) FROM events WHERE (epoch, seq) > (@epoch, @seq)')
    .pluck();
  const selections = database.prepare(
    `SELECT epoch, seq, entry ->> 'songId' AS songId, entry ->> 'emotion' AS emotion
     FROM events AS selected
     WHERE kind = 'selected' AND (epoch, seq) > (@epoch, @seq) AND NOT EXISTS (
       SELECT 1 FROM events AS stopped
       WHERE stopped.kind = 'stopped' AND stopped.boot_id = selected.boot_id
         AND (stopped.epoch, stopped.seq) > (selected.epoch, selected.seq)
         AND stopped.entry ->> 'withdrawnPressId' = selected.entry ->> 'pressId')
     ORDER BY epoch, seq`,
  );
  const played = database
    .prepare(
      "SELECT entry ->> 'songId', count(*) FROM events WHERE kind IN ('requested', 'replaced') GROUP BY 1",
    )
    .raw();

  const cursor = (): JournalPosition =>
    JSON.parse((setting.get('acknowledged') as string | undefined) ?? '{"epoch":0,"seq":0}');

  return {
    append(stamp, entry) {
      const parameters = { epoch, ...stamp, kind: entry.kind, entry: JSON.stringify(entry) };
      const { seq } = insert.get(parameters) as { seq: number };
      return { epoch, seq, ...stamp };
    },
    pending: (limit) => (tail.all({ ...cursor(), limit }) as EventRow[]).map(rowToEvent),
    acknowledge(through) {
      const { epoch: ackedEpoch, seq } = cursor();
      if (through.epoch < ackedEpoch || (through.epoch === ackedEpoch && through.seq <= seq)) return;
      saveSetting.run('acknowledged', JSON.stringify(through));
    },
    rewind: (to) => void saveSetting.run('acknowledged', JSON.stringify(to)),
    pendingCount: () => tailCount.get(cursor()) as number,
    selectionsAfter: ({ epoch: after, seq }) => selections.all({ epoch: after, seq }) as StandingSelection[],
    timesPlayed: () => played.all() as [string, number][],
  };
}

function rowToEvent(row: EventRow): JournalEvent {
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
