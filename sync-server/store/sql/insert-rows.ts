/**
 * Many rows in few statements. The sizes are fixed, so that a database compiles a handful of statements and no more.
 */
import type { SqlRunner, SqlValue } from './sql-database.ts';

/** Rows a statement: a full batch in one, a live one of a few events in two or three. At most 500 x 4 + 5 parameters. */
const CHUNK_ROWS = [500, 100, 20, 5, 1] as const;

export interface RowsInsert {
  /** `INSERT INTO table (columns)`: first the columns that are the same in each row, then the others. */
  readonly into: string;
  readonly sharedColumns: number;
  readonly ownColumns: number;
  /** Such as `ON CONFLICT … DO NOTHING`. */
  readonly suffix?: string;
}

const statements = new Map<string, string>();

/** Inserts `rows`, each with the shared values before its own. */
export async function insertRows(
  sql: SqlRunner,
  insert: RowsInsert,
  shared: readonly SqlValue[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  let done = 0;
  for (const size of CHUNK_ROWS) {
    while (rows.length - done >= size) {
      const chunk = rows.slice(done, done + size);
      await sql.query(statementFor(insert, size), [...shared, ...chunk.flat()]);
      done += size;
    }
  }
}

function statementFor({ into, sharedColumns, ownColumns, suffix = '' }: RowsInsert, rows: number): string {
  const key = `${rows} ${into}`;
  const known = statements.get(key);
  if (known !== undefined) return known;
  const parameters = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `$${from + index}`);
  const values = Array.from({ length: rows }, (_, row) => {
    const own = parameters(1 + sharedColumns + row * ownColumns, ownColumns);
    return `(${[...parameters(1, sharedColumns), ...own].join(', ')})`;
  });
  const statement = `${into} VALUES ${values.join(', ')} ${suffix}`;
  statements.set(key, statement);
  return statement;
}
