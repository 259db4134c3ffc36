/**
 * What the child's model and the statistics are rebuilt from: presses, for as long as the box lives. Reads any schema
 * version of the journal.
 */
import type Database from 'better-sqlite3';
import type { Emotion } from '../../models/emotions.ts';
import type { JournalPosition } from '../core/kiosk-state.ts';

/** A selection that stands: not withdrawn by the hold it became. */
export interface StandingSelection extends JournalPosition {
  readonly songId: string;
  readonly emotion: Emotion;
}

/** Rows the retention keeps for ever (journal-table.ts), because the queries below ask for them. */
export const KEPT_FOR_EVER =
  "kind IN ('selected', 'requested', 'replaced') OR (kind = 'stopped' AND entry ->> 'withdrawnPressId' IS NOT NULL)";

export interface PressHistory {
  /** Selections after a position, oldest first. */
  selectionsAfter(position: JournalPosition): StandingSelection[];
  /** How often each song was asked for and played. */
  timesPlayed(): [songId: string, times: number][];
}

export function createPressHistory(database: Database.Database): PressHistory {
  // A hold follows the selection it withdraws, so holds after the position are all that can matter.
  const selections = database.prepare(
    `SELECT epoch, seq, entry ->> 'songId' AS songId, entry ->> 'emotion' AS emotion
     FROM events
     WHERE kind = 'selected' AND (epoch, seq) > (@epoch, @seq) AND (boot_id, entry ->> 'pressId') NOT IN (
       SELECT boot_id, entry ->> 'withdrawnPressId' FROM events
       WHERE kind = 'stopped' AND (epoch, seq) > (@epoch, @seq) AND entry ->> 'withdrawnPressId' IS NOT NULL)
     ORDER BY epoch, seq`,
  );
  const played = database
    .prepare(
      "SELECT entry ->> 'songId', count(*) FROM events WHERE kind IN ('requested', 'replaced') GROUP BY 1",
    )
    .raw();
  return {
    selectionsAfter: ({ epoch, seq }) => selections.all({ epoch, seq }) as StandingSelection[],
    timesPlayed: () => played.all() as [string, number][],
  };
}
