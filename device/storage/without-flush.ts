/** Commits that need not be on the card at once: they go there with the next one that does, and cost no write of their own. */
import type Database from 'better-sqlite3';

/**
 * `run`, committed in its order among all commits but not flushed: a power cut may take back the last of these, never
 * one that a flushed commit followed. For what can be had again, such as a model's state.
 */
export function withoutFlush<Values extends unknown[]>(
  database: Database.Database,
  run: (...values: Values) => void,
): (...values: Values) => void {
  return (...values) => {
    database.pragma('synchronous = NORMAL');
    try {
      run(...values);
    } finally {
      database.pragma('synchronous = FULL');
    }
  };
}
