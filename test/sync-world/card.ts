/**
 * A box's SD card: the real database of the box on a real file, opened by as many processes as there are, copied as a
 * card is cloned, and read back row by row as the witness of what was written.
 */
import { copyFileSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openDatabase } from '../../device/storage/database.ts';
import { chainAfter, type EventRow, rowToEvent } from '../../device/storage/journal-chain-column.ts';
import { createJournalTable, type JournalTable } from '../../device/storage/journal-table.ts';
import { canonicalJson } from '../../sync-server/protocol/canonical-json.ts';

export interface WrittenEvent {
  readonly epoch: number;
  readonly seq: number;
  /** Canonical JSON. */
  readonly body: string;
  /** The chain after the event. */
  readonly link: string;
}

export interface OpenCard {
  readonly table: JournalTable;
  close(): void;
}

export interface Card {
  /** Opens the journal for one process. */
  open(): OpenCard;
  /** Everything that was ever on this card, also what was purged since. */
  written(): readonly WrittenEvent[];
  /** A clone of the card as it is now, at another path. */
  copyTo(path: string): Card;
}

/** The card whose database lies at `path`. `history` is what was purged from it already. */
export function createCard(path: string, history: readonly WrittenEvent[] = []): Card {
  // Makes the file, so that the witness can open it.
  openDatabase(path, 0).database.close();
  const witness = new Database(path, { readonly: true });
  const newRows = witness.prepare('SELECT * FROM events WHERE (epoch, seq) > (?, ?) ORDER BY epoch, seq');
  const seen = [...history];

  const written = (): readonly WrittenEvent[] => {
    const last = seen.at(-1) ?? { epoch: 0, seq: 0 };
    for (const row of newRows.all(last.epoch, last.seq) as EventRow[]) {
      const { epoch, seq } = row;
      seen.push({ epoch, seq, body: canonicalJson(rowToEvent(row)), link: chainAfter(row) });
    }
    return seen;
  };

  return {
    written,
    open() {
      const { database } = openDatabase(path, 0);
      return { table: createJournalTable(database), close: () => database.close() };
    },
    copyTo(copyPath) {
      for (const suffix of ['', '-wal']) {
        if (existsSync(path + suffix)) copyFileSync(path + suffix, copyPath + suffix);
      }
      return createCard(copyPath, written());
    },
  };
}
