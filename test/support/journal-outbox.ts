/**
 * An outbox on the box's real journal, in memory or in a file, without the thread around it: it survives a restart of the
 * uplink, not of the test.
 */

import { writeFileSync } from 'node:fs';
import type { Outbox } from '../../device/core/ports.ts';
import { openDatabase } from '../../device/storage/database.ts';
import type { JournalTable, Moment } from '../../device/storage/journal-table.ts';
import { createOperations } from '../../device/storage/operations.ts';
import type { EventStamp, JournalEntry, JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import { JOURNAL_START, type Position } from '../../sync-server/protocol/position.ts';
import { BOOT_ID } from './journal-events.ts';

export interface JournalOutbox extends Outbox {
  readonly table: JournalTable;
  append(entry?: JournalEntry): EventStamp;
  appendMany(count: number): void;
  /** Every event of the journal, oldest first. */
  events(): readonly JournalEvent[];
  acknowledged(): Position;
  /** A card that could not be read: the events go, and a new epoch begins. */
  replaceJournal(): void;
  /** The outbox of a copied card. */
  copyTo(path: string): JournalOutbox;
}

/** The n-th event happens n seconds after the boot. */
export function createJournalOutbox(path = ':memory:'): JournalOutbox {
  const { database } = openDatabase(path, 0);
  const table = createOperations(database);
  const setting = database.prepare('SELECT value FROM settings WHERE name = ?').pluck();
  let happened = 0;

  const moment = (): Moment => {
    happened += 1;
    return {
      bootId: BOOT_ID,
      monotonicMs: happened * 1000,
      wallMs: Date.UTC(2026, 0, 1) + happened * 1000,
      clockState: 'ntp',
    };
  };
  const append = (
    entry: JournalEntry = { kind: 'libraryScanned', songs: happened, refused: 0 },
  ): EventStamp => table.append(moment(), entry);

  return {
    table,
    append,
    appendMany: database.transaction((count: number) => {
      for (let each = 0; each < count; each += 1) append();
    }),
    events() {
      const acknowledged = setting.get('acknowledged');
      database.prepare("DELETE FROM settings WHERE name = 'acknowledged'").run();
      const all = table.pending(1_000_000).map(({ event }) => event);
      if (acknowledged !== undefined) {
        database.prepare("INSERT INTO settings VALUES ('acknowledged', ?)").run(acknowledged);
      }
      return all;
    },
    acknowledged: () =>
      JSON.parse((setting.get('acknowledged') as string | undefined) ?? JSON.stringify(JOURNAL_START)),
    replaceJournal() {
      database.exec(`DELETE FROM events; DELETE FROM settings WHERE name <> 'epoch';
        UPDATE settings SET value = CAST(value AS INTEGER) + 1 WHERE name = 'epoch'`);
    },
    copyTo(copyPath) {
      writeFileSync(copyPath, database.serialize());
      return createJournalOutbox(copyPath);
    },
    pending: async (limit) => table.pending(limit),
    acknowledge: async (through, serverMs) => table.acknowledge(through, serverMs),
    rewind: async (to, generation) => table.rewind(to, generation),
    generation: async () => table.generation(),
    chainsAfter: async (events) => table.chainsAfter(events),
    epochs: async () => table.epochs(),
    beginEpoch: async (parts) => table.beginEpoch(moment(), parts),
  };
}
