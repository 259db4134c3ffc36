/**
 * SQLite as the store's database: one file, one connection, one call after the other, with the durability the
 * acknowledgements promise.
 */
import Database from 'better-sqlite3';
import type { SqlDatabase, SqlRunner, SqlValue } from '../sql/sql-database.ts';
import { StoreUnavailableError } from '../store.ts';
import { createGroupCommit } from './group-commit.ts';

/** How long a writer waits for another process before the request is answered 503. */
const BUSY_TIMEOUT_MS = 2_000;

/** The store is busy, full, failing or not writable; anything else is a fault of ours. */
const UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM)/;

interface Statement {
  readonly compiled: Database.Statement<unknown[]>;
  /** For each `?` in order, which of the values it takes. */
  readonly order: readonly number[];
}

/** Opens or makes the database at `path` (`:memory:` for tests); throws "open PATH: reason". */
export function openSqliteDatabase(path: string, busyTimeoutMs = BUSY_TIMEOUT_MS): SqlDatabase {
  const connection = connect(path, busyTimeoutMs);
  const statements = new Map<string, Statement>();
  let lastTurn: Promise<unknown> = Promise.resolve();

  /** One call at a time: what runs between a transaction's statements would be part of it. */
  const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => {
    const turn = lastTurn.then(work);
    lastTurn = turn.catch(() => undefined);
    return turn;
  };

  const run = (sql: string, values: readonly SqlValue[] = []): unknown[] => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = compile(connection, sql);
      statements.set(sql, statement);
    }
    const bound = statement.order.map((index) => values[index] ?? null);
    if (statement.compiled.reader) return statement.compiled.all(bound);
    statement.compiled.run(bound);
    return [];
  };

  const runner: SqlRunner = {
    query: async <Row>(sql: string, values?: readonly SqlValue[]) =>
      whenAvailable(() => run(sql, values) as Row[]),
  };

  const commits = createGroupCommit({
    run: (sql) => void whenAvailable(() => run(sql)),
    runner,
    isInTransaction: () => connection.inTransaction,
    inTurn,
  });

  return {
    query: <Row>(sql: string, values?: readonly SqlValue[]) =>
      inTurn(() => whenAvailable(() => run(sql, values) as Row[])),
    transaction: commits.transaction,
    close: async () => {
      await commits.flush();
      await inTurn(() => void connection.close());
    },
  };
}

function connect(path: string, busyTimeoutMs: number): Database.Database {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(path, { timeout: busyTimeoutMs });
    // For a new file, before its first page: a full batch writes a sixth faster than with pages of 4 kB.
    connection.pragma('page_size = 8192');
    connection.pragma('journal_mode = WAL');
    // On every connection: the binding's default for WAL is NORMAL, which may lose the last commits in a power cut.
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    // What is erased for a withdrawn participant is overwritten in the file.
    connection.pragma('secure_delete = ON');
    return connection;
  } catch (error) {
    connection?.close();
    throw new Error(`open ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** SQLite binds `?` fastest; a value used twice is bound twice. */
function compile(connection: Database.Database, sql: string): Statement {
  const order: number[] = [];
  const positional = sql.replaceAll(/\$(\d+)/g, (_, number: string) => {
    order.push(Number(number) - 1);
    return '?';
  });
  return { compiled: connection.prepare(positional), order };
}

function whenAvailable<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof Database.SqliteError && UNAVAILABLE.test(error.code)) {
      throw new StoreUnavailableError(`SQLite: ${error.message} (${error.code})`, { cause: error });
    }
    throw error;
  }
}
