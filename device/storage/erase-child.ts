/**
 * Erases what the child left in the box's database: the journal and the models learnt from it. What was heard of the
 * music stays; it says nothing of the child. The journal goes on in a new epoch.
 *
 * Freed pages are overwritten (`secure_delete`) and the write-ahead log is emptied into the file, so that neither file
 * holds a press any more. What a flash card keeps of earlier copies of a page, no program can reach.
 */
import type Database from 'better-sqlite3';

/** May be done again: a box that lost power in the middle does. Some seconds where the library is large. */
export function eraseChild(database: Database.Database): void {
  database.pragma('secure_delete = ON');
  const forget = database.transaction(() => {
    database.exec('DELETE FROM events; DELETE FROM models');
    // All of them are of the journal that goes; its epoch is counted on, so that the next one is another.
    database.exec("DELETE FROM settings WHERE name <> 'epoch'");
    database.exec("UPDATE settings SET value = CAST(value AS INTEGER) + 1 WHERE name = 'epoch'");
  });
  forget.immediate();
  // First the overwritten pages reach the file, then the file is made anew without them.
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.exec('VACUUM');
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.pragma('secure_delete = OFF');
}
