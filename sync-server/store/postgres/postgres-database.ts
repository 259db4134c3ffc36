/**
 * PostgreSQL, and what speaks its protocol, as the store's database: a pool of connections, transactions run again when
 * the database asks for it, faults of the connection told from faults of ours.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { SqlDatabase, SqlRunner, SqlValue } from '../sql/sql-database.ts';
import { StoreUnavailableError } from '../store.ts';

/** Connections of one process; a request that waits for one longer than this is answered 503. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** A statement the database has not answered after this never will: its host is gone, not busy. */
const STATEMENT_TIMEOUT_MS = 15_000;

/**
 * Acknowledged means flushed, here and on a synchronous standby where there is one, whatever the database's own default.
 * In one round trip, and for the transaction only, so that it also holds behind a connection pooler.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on';

/** Serialisation failure and deadlock: the transaction was undone and may work when run again. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const MAX_ATTEMPTS = 6;
/** First pause before another attempt; doubled each time, with jitter, so at most 10 * 2^4 = 160 ms. */
const PAUSE_MS = 10;

/**
 * Conditions under which a later attempt can do: connection lost or refused (08, 57P), out of resources (53), waiting
 * for other transactions (40, 55P03), statement cancelled (57014), a standby that is not yet the primary (25006), a
 * failing disk (58). https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE_STATE = /^(08|53|57P|40|58|57014|55P03|25006)/;
const UNAVAILABLE_CALL = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** What `pg` says without a code. */
const UNAVAILABLE_WORDS = /Connection terminated|timeout|Client was closed|not queryable|Cannot use a pool/i;

/** OID of BIGINT; its values are counts and milliseconds, whole numbers within 2^53. */
const INT8_OID = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    (oid as number) === INT8_OID ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

/** Connects when first used. `url` as in `postgres://user:password@host:5432/database`. */
export function openPostgresDatabase(url: string): SqlDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'amecs-server',
    types,
  });
  // An idle connection that breaks is replaced by the pool; the next call tells if there is no other.
  pool.on('error', () => undefined);
  const statements = new Map<string, string>();

  /** The same text has the same name everywhere, so that each connection compiles it once. */
  const named = (text: string, values: readonly SqlValue[]): pg.QueryConfig => {
    let name = statements.get(text);
    if (name === undefined) {
      name = `amecs_${statements.size}`;
      statements.set(text, name);
    }
    return { name, text, values: [...values] };
  };

  async function runWith<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient | undefined;
    let broken: Error | undefined;
    try {
      client = await pool.connect();
      // A connection that breaks between two statements says so here; the next statement then fails.
      client.on('error', onLost);
      return await work(client);
    } catch (error) {
      const fault = toStoreFault(error);
      if (fault instanceof StoreUnavailableError) broken = fault;
      throw fault;
    } finally {
      client?.off('error', onLost);
      client?.release(broken);
    }
  }

  const runnerOf = (client: pg.PoolClient): SqlRunner => ({
    query: async <Row extends object>(sql: string, values: readonly SqlValue[] = []) =>
      (await client.query<Row & pg.QueryResultRow>(named(sql, values))).rows,
  });

  function transactOnce<T>(work: (sql: SqlRunner) => Promise<T>): Promise<T> {
    return runWith(async (client) => {
      await client.query(BEGIN);
      try {
        const result = await work(runnerOf(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        // On a lost connection the database has undone it already.
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  return {
    query: (sql, values) => runWith((client) => runnerOf(client).query(sql, values)),
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await transactOnce(work);
        } catch (error) {
          if (attempt === MAX_ATTEMPTS || !TRY_AGAIN.has(stateOf((error as Error).cause))) throw error;
        }
        await sleep(PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
      }
    },
    close: () => pool.end(),
  };
}

function onLost(): void {
  // Told by the statement that fails.
}

function stateOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code ?? '');
}

function toStoreFault(error: unknown): unknown {
  if (error instanceof StoreUnavailableError) return error;
  const { message } = error as Error;
  const state = stateOf(error);
  const isUnavailable =
    error instanceof pg.DatabaseError
      ? UNAVAILABLE_STATE.test(state)
      : UNAVAILABLE_CALL.has(state) || UNAVAILABLE_WORDS.test(message);
  if (!isUnavailable) return error;
  return new StoreUnavailableError(`PostgreSQL: ${message || state}`, { cause: error });
}
