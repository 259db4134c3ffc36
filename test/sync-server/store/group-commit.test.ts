import { describe, expect, test } from 'vitest';
import { createGroupCommit } from '../../../sync-server/store/sqlite/group-commit.ts';
import { openSqliteDatabase } from '../../../sync-server/store/sqlite/sqlite-database.ts';
import { StoreUnavailableError } from '../../../sync-server/store/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const INSERT = 'INSERT INTO thing (name) VALUES ($1)';
const NAMES = 'SELECT name FROM thing ORDER BY name';

async function openThings() {
  const path = `${temporaryFolder()}/things.sqlite`;
  const database = openSqliteDatabase(path);
  await database.query('CREATE TABLE thing (name TEXT NOT NULL PRIMARY KEY)');
  const names = async (from = database): Promise<string[]> =>
    (await from.query<{ name: string }>(NAMES)).map(({ name }) => name);
  return { path, database, names };
}

describe('transactions that share a commit', () => {
  test('are all there when the first is answered, also for another connection', async () => {
    const { path, database, names } = await openThings();
    const other = openSqliteDatabase(path);
    await Promise.race(
      ['a', 'b', 'c'].map((name) => database.transaction((sql) => sql.query(INSERT, [name]))),
    );
    expect(await names(other)).toEqual(['a', 'b', 'c']);
    await Promise.all([database.close(), other.close()]);
  });

  test('are undone one by one when their work fails', async () => {
    const { database, names } = await openThings();
    const outcomes = await Promise.allSettled(
      ['a', 'bad', 'c'].map((name) =>
        database.transaction(async (sql) => {
          await sql.query(INSERT, [name]);
          if (name === 'bad') throw new Error('no');
          return name;
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await names()).toEqual(['a', 'c']);
    await database.close();
  });

  test('see what those before them did', async () => {
    const { database } = await openThings();
    const add = () => database.transaction((sql) => sql.query(INSERT, ['same']));
    const outcomes = await Promise.allSettled([add(), add()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await database.close();
  });

  test('are committed before the database closes', async () => {
    const { path, database, names } = await openThings();
    const added = database.transaction((sql) => sql.query(INSERT, ['last']));
    await database.close();
    await added;
    const again = openSqliteDatabase(path);
    expect(await names(again)).toEqual(['last']);
    await again.close();
  });

  test('are many more than one group, and none is forgotten', async () => {
    const { database, names } = await openThings();
    const all = Array.from({ length: 100 }, (_, i) => String(i).padStart(3, '0'));
    await Promise.all(all.map((name) => database.transaction((sql) => sql.query(INSERT, [name]))));
    expect(await names()).toEqual(all);
    await database.close();
  });
});

/** A connection that writes down its statements and fails at one of them. */
function recordingConnection(failsAt: string, givesUp: boolean) {
  const statements: string[] = [];
  let isOpen = false;
  const commits = createGroupCommit({
    run(sql) {
      statements.push(sql);
      if (sql === failsAt) {
        if (givesUp) isOpen = false;
        throw new StoreUnavailableError(`${sql}: disk full`);
      }
      if (sql.startsWith('BEGIN')) isOpen = true;
      if (sql === 'COMMIT' || sql === 'ROLLBACK') isOpen = false;
    },
    runner: { query: async () => [] },
    isInTransaction: () => isOpen,
    inTurn: (work) => work(),
  });
  return { statements, commits };
}

test.each([
  ['the commit fails', 'COMMIT', false],
  ['the database is busy', 'BEGIN IMMEDIATE', false],
  ['SQLite gives the whole transaction up', 'RELEASE member', true],
])('nothing is acknowledged when %s', async (_what, failsAt, givesUp) => {
  const { statements, commits } = recordingConnection(failsAt, givesUp);
  const outcomes = await Promise.allSettled([1, 2].map((n) => commits.transaction(async () => n)));
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) });
  }
  const isUndone = statements.at(-1) === 'ROLLBACK' || failsAt !== 'COMMIT';
  expect(isUndone, statements.join('; ')).toBe(true);
});

test('answers come after the commit, and one flush is enough for all', async () => {
  const { statements, commits } = recordingConnection('nothing', false);
  const answer = (n: number) =>
    commits.transaction(async () => n).then(() => void statements.push('answered'));
  await Promise.all([answer(1), answer(2)]);
  const member = ['SAVEPOINT member', 'RELEASE member'];
  expect(statements).toEqual(['BEGIN IMMEDIATE', ...member, ...member, 'COMMIT', 'answered', 'answered']);
});
