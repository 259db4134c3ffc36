/** The store's SQL is what SQLite, PostgreSQL, Citus, CockroachDB and Yugabyte share: read from the sources and checked. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../../../sync-server/store/sql/migrations.ts';

const FOLDER = 'sync-server/store/sql';

/** Every string in the store's sources that is SQL. */
const statements = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && name !== 'migrations.ts')
  .flatMap((name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    return [...text.matchAll(/`([^`]*)`|'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)"/g)]
      .map((match) => match[1] ?? match[2] ?? match[3]!)
      .filter((literal) => /\b(SELECT|INSERT|UPDATE|DELETE|CREATE)\b/.test(literal))
      .map((sql) => ({ name, sql: sql.replaceAll(/\s+/g, ' ').trim() }));
  });

const all = [...statements, ...MIGRATIONS.map((sql) => ({ name: 'migrations.ts', sql }))];

describe('the SQL of the store', () => {
  test('is found', () => {
    expect(statements.length).toBeGreaterThan(50);
  });

  test.each([
    [
      'sequences or identity columns',
      /\b(SERIAL|BIGSERIAL|AUTOINCREMENT|SEQUENCE|IDENTITY|nextval|rowid)\b/i,
    ],
    ['LISTEN, NOTIFY or advisory locks', /\b(LISTEN|NOTIFY|advisory)\b/i],
    ['triggers, stored procedures or extensions', /\b(TRIGGER|PROCEDURE|FUNCTION|EXTENSION)\b/i],
    ['row locks and hints', /\bFOR\s+(UPDATE|SHARE|NO KEY)\b|\bLOCK TABLE\b|\bNOWAIT\b|\bSKIP LOCKED\b/i],
    ['casts and operators of one vendor', /::|->|@>|~\*|\bILIKE\b|\bGLOB\b/],
    ['words of one vendor', /\b(PRAGMA|SET LOCAL|ON DUPLICATE|REPLACE INTO|OR IGNORE|WITHOUT ROWID)\b/i],
    [
      'types only one of them has',
      /\b(JSONB?|UUID|BYTEA|BLOB|TIMESTAMPTZ?|BOOLEAN|SMALLINT|INT[248]?|REAL)\b/,
    ],
  ])('uses no %s', (_what, pattern) => {
    expect(all.filter(({ sql }) => pattern.test(sql))).toEqual([]);
  });

  test('calls no function but those every database has', () => {
    const words = new Set(['in', 'values', 'key', 'as', 'and', 'from', 'join', 'conflict']);
    const call = /(?<!\b(?:INTO|TABLE|EXISTS|REFERENCES|ON)\s+)\b([a-z_]+)\s*\(/gi;
    const called = all.flatMap(({ sql }) => [...sql.matchAll(call)].map((match) => match[1]!.toLowerCase()));
    const functions = new Set(called.filter((name) => !words.has(name)));
    expect([...functions].sort()).toEqual(['coalesce', 'count', 'max']);
  });
});

/** Tables that are no site's: about the database itself, or asked before the site is known. */
const KEYED_OTHERWISE = {
  server_state: 'what the database says about itself',
  schema_version: 'what the database says about itself',
  researcher_token: 'a token tells the site',
  one_time_code: 'a code tells the site',
  device_key: 'a key tells the site and the box',
  proof: 'a proof of any box, forgotten in minutes',
};

/** Tables that stand at the end of all steps, with their columns of the primary key. */
function finalTables(): Map<string, string[]> {
  const tables = new Map<string, string[]>([['schema_version', []]]);
  for (const sql of MIGRATIONS.flatMap((step) => step.split(';'))) {
    const [, created, body] = /CREATE TABLE (\w+) \(([\s\S]*)\)/.exec(sql) ?? [];
    if (created !== undefined) {
      const listed = /PRIMARY KEY \(([^)]*)\)/.exec(body!)?.[1]?.split(', ');
      const inline = /(\w+) TEXT NOT NULL PRIMARY KEY/.exec(body!)?.[1];
      tables.set(created, listed ?? [inline!]);
    }
    const dropped = /DROP TABLE (\w+)/.exec(sql)?.[1];
    if (dropped !== undefined) tables.delete(dropped);
  }
  return tables;
}

describe('the schema', () => {
  test("every table's primary key begins with its site, but for those named here", () => {
    const others = [...finalTables()].filter(([, [first]]) => first !== 'site_id').map(([name]) => name);
    expect(others.sort()).toEqual(Object.keys(KEYED_OTHERWISE).sort());
  });

  test('every unique index begins with the site, so that a site can live on one machine of many', () => {
    const tables = finalTables();
    const unique = MIGRATIONS.flatMap((step) => [
      ...step.matchAll(/CREATE UNIQUE INDEX (\w+) ON (\w+) \((\w+)/g),
    ]).filter(([, , table]) => tables.has(table!) && table !== 'schema_version');
    expect(unique.length).toBeGreaterThan(0);
    expect(unique.filter(([, , , first]) => first !== 'site_id')).toEqual([]);
  });

  test('every statement on a table of sites names the site', () => {
    const ofSites = [...finalTables()].filter(([, [first]]) => first === 'site_id').map(([name]) => name);
    const unnamed = statements.filter(
      ({ sql }) =>
        ofSites.some((table) => new RegExp(`\\b${table}\\b`).test(sql)) && !sql.includes('site_id'),
    );
    expect(unnamed).toEqual([]);
  });
});
