/**
 * The little that the store needs of an SQL database; one driver each for SQLite, PostgreSQL and, in tests, PGlite.
 */

/** Text, whole numbers within 2^53, or null: all that SQLite and PostgreSQL write and read alike. */
export type SqlValue = string | number | null;

export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlRunner {
  /** Runs one statement with `$1`, `$2`… bound to `values`; resolves with its rows, if it has any. */
  query<Row extends object = SqlRow>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
}

/**
 * Calls reject with `StoreUnavailableError` when the database cannot take them now. A transaction sees what was
 * committed before each of its statements (read committed) or better; a row it has updated is its own until it ends.
 */
export interface SqlDatabase extends SqlRunner {
  /**
   * Runs `work` in a transaction: durably committed when the promise resolves, undone when it rejects. `work` may run
   * again from its start when the database asks for it, so it changes nothing but the database.
   */
  transaction<T>(work: (sql: SqlRunner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
