/**
 * What the database says about itself: which history it is, and keys that belong to it.
 */
import { randomBytes } from 'node:crypto';
import type { SqlDatabase, SqlRunner } from './sql-database.ts';

const READ = 'SELECT value FROM server_state WHERE name = $1';
const CREATE = 'INSERT INTO server_state (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING';
const REPLACE = `
  INSERT INTO server_state (name, value) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

/** 128 bits: no two databases share a generation. */
const GENERATION_BYTES = 16;
/** As long as the SHA-256 of the HMACs it keys (RFC 2104, section 3). */
const KEY_BYTES = 32;

/** The value kept under `name`; `create` makes it for whoever comes first. */
async function keep(sql: SqlRunner, name: string, create: () => string): Promise<string> {
  const [known] = await sql.query<{ value: string }>(READ, [name]);
  if (known !== undefined) return known.value;
  await sql.query(CREATE, [name, create()]);
  const [kept] = await sql.query<{ value: string }>(READ, [name]);
  return kept!.value;
}

const createGeneration = (): string => randomBytes(GENERATION_BYTES).toString('hex');
const createKey = (): string => randomBytes(KEY_BYTES).toString('base64');

export function readGeneration(sql: SqlRunner): Promise<string> {
  return keep(sql, 'generation', createGeneration);
}

export async function renewGeneration(database: SqlDatabase): Promise<string> {
  const generation = createGeneration();
  await database.query(REPLACE, ['generation', generation]);
  return generation;
}

/** Key of the nonces that every process on this database gives and takes. */
export async function readNonceKey(sql: SqlRunner): Promise<Uint8Array> {
  return Buffer.from(await keep(sql, 'nonceKey', createKey), 'base64');
}

/** Key of the names that withdrawn participants and devices leave behind. */
export async function readTombstoneKey(sql: SqlRunner): Promise<Uint8Array> {
  return Buffer.from(await keep(sql, 'tombstoneKey', createKey), 'base64');
}
