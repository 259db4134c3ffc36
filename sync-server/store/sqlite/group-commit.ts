/**
 * Several transactions in one commit. Those that arrived in one turn of the event loop share a flush to the disk, which is
 * most of what a small batch costs; each is a savepoint of its own, undone alone when it fails, and none is answered
 * before the commit.
 */
import { setImmediate } from 'node:timers';
import type { SqlRunner } from '../sql/sql-database.ts';

/** The most transactions that wait for each other; 32 full batches take 0.1 s. */
const MAX_GROUP = 32;

/** The connection, as far as a group needs it. */
export interface GroupConnection {
  /** Runs a statement; throws when the database cannot take it. */
  run(sql: string): void;
  readonly runner: SqlRunner;
  /** False once SQLite itself gave the whole transaction up, as it does on a full disk. */
  isInTransaction(): boolean;
  /** Runs `work` when nobody else uses the connection. */
  inTurn(work: () => Promise<void>): Promise<void>;
}

export interface GroupCommit {
  /** Resolves once the work is durably committed; rejects when it was undone. */
  transaction<T>(work: (sql: SqlRunner) => Promise<T>): Promise<T>;
  /** Commits what waits. */
  flush(): Promise<void>;
}

interface Member {
  /** Runs the work in a savepoint; resolves with how to answer, once committed. Rejects when all is lost. */
  readonly attempt: () => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

export function createGroupCommit({ run, runner, isInTransaction, inTurn }: GroupConnection): GroupCommit {
  const waiting: Member[] = [];

  async function attempt<T>(work: (sql: SqlRunner) => Promise<T>): Promise<T> {
    run('SAVEPOINT member');
    try {
      const result = await work(runner);
      run('RELEASE member');
      return result;
    } catch (error) {
      if (isInTransaction()) {
        run('ROLLBACK TO member');
        run('RELEASE member');
      }
      throw error;
    }
  }

  async function commitNext(): Promise<void> {
    const group = waiting.splice(0, MAX_GROUP);
    if (group.length === 0) return;
    const answers: (() => void)[] = [];
    try {
      run('BEGIN IMMEDIATE');
      for (const member of group) answers.push(await member.attempt());
      run('COMMIT');
    } catch (error) {
      if (isInTransaction()) run('ROLLBACK');
      for (const { reject } of group) reject(error);
      return;
    }
    for (const answer of answers) answer();
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) await inTurn(commitNext);
  }

  return {
    transaction: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({
          reject,
          attempt: async () => {
            try {
              const result = await attempt(work);
              return () => resolve(result);
            } catch (error) {
              if (!isInTransaction()) throw error;
              return () => reject(error);
            }
          },
        });
        // Not at once: requests that are ready too get to join.
        if (waiting.length === 1) setImmediate(() => void flush());
      }),
    flush,
  };
}
