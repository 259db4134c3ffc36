/**
 * Erases what the child left in the box's database: the journal and the models learnt from it. What was heard of the
 * music stays; it says nothing of the child. The journal goes on in a new epoch.
 *
 * Freed pages are overwritten (`secure_delete`) and the write-ahead log is emptied into the file, so that neither file
 * holds a press any more. What a flash card keeps of earlier copies of a page, no program can reach.
 */
import type Database from 'better-sqlite3';

/** Of the journal that is erased; the epoch stays, so that the next one is another. */
const JOURNAL_MARKS = ['acknowledged', 'purgedThrough', 'generation', 'forkedEpochs'];

/** May be done again: a box that lost power in the middle does. Some seconds where the library is large. */
export function eraseChild(database: Database.Database): void {
  database.pragma('secure_delete = ON');
  const forget = database.transaction(() => {
    database.exec('DELETE FROM events; DELETE FROM models');
    const forgetMark = database.prepare('DELETE FROM settings WHERE name = ?');
    for (const mark of JOURNAL_MARKS) forgetMark.run(mark);
    database.exec("UPDATE settings SET value = CAST(value AS INTEGER) + 1 WHERE name = 'epoch'");
  });
  forget.immediate();
  // First the overwritten pages reach the file, then the file is made anew without them.
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.exec('VACUUM');
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.pragma('secure_delete = OFF');
}
