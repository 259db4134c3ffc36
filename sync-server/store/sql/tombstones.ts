/**
 * What remains of a withdrawn participant and of the boxes: a name nobody can read back, which keeps late re-sends out.
 */
import { createHmac } from 'node:crypto';
import { readTombstoneKey } from './server-state.ts';
import type { SqlRunner } from './sql-database.ts';

const FIND = 'SELECT order_id AS "orderId" FROM tombstone WHERE site_id = $1 AND tombstone_hash = $2';
const INSERT = `
  INSERT INTO tombstone (site_id, tombstone_hash, order_id, withdrawn_at_ms) VALUES ($1, $2, $3, $4)
  ON CONFLICT (site_id, tombstone_hash) DO NOTHING`;

export interface Departed {
  readonly kind: 'participant' | 'device';
  readonly siteId: string;
  readonly id: string;
}

/** The order that erased a participant or device; undefined when none did. */
export async function orderThatErased(sql: SqlRunner, departed: Departed): Promise<string | undefined> {
  const hash = await tombstoneHash(sql, departed);
  const [tombstone] = await sql.query<{ orderId: string }>(FIND, [departed.siteId, hash]);
  return tombstone?.orderId;
}

export async function setTombstone(
  sql: SqlRunner,
  departed: Departed,
  orderId: string,
  atMs: number,
): Promise<void> {
  await sql.query(INSERT, [departed.siteId, await tombstoneHash(sql, departed), orderId, atMs]);
}

/** HMAC-SHA-256 under a key of this database. */
async function tombstoneHash(sql: SqlRunner, { kind, siteId, id }: Departed): Promise<string> {
  const key = await readTombstoneKey(sql);
  return createHmac('sha256', key).update(`${kind} ${siteId} ${id}`).digest('hex');
}
