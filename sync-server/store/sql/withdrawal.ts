/**
 * Erases a participant: all events, quarantine, sync points and settings at once; the box's row and keys when the box
 * has erased too, because until then it must be known to be told.
 */
import type { EnrolledDevice } from '../device-registry.ts';
import type { SqlDatabase, SqlRunner } from './sql-database.ts';
import { orderThatErased, setTombstone } from './tombstones.ts';

/** Takes the rows of the participant's boxes: from here on nothing more is appended for them. */
const WITHDRAW_DEVICES = `
  UPDATE enrolled_device SET status = 'withdrawn', downlink_version = downlink_version + 1
  WHERE site_id = $1 AND participant_id = $2
  RETURNING device_id AS "deviceId"`;
const INSERT_ORDER = `
  INSERT INTO withdrawal_order (site_id, device_id, order_id) VALUES ($1, $2, $3)
  ON CONFLICT (site_id, device_id) DO NOTHING`;
const FIND_ORDER = `
  SELECT order_id FROM withdrawal_order WHERE site_id = $1 AND device_id = $2 AND order_id = $3`;

/** Everything that says what the child did. */
const ERASED_TABLES = [
  'journal_event',
  'quarantined_event',
  'journal_head',
  'journal_branch',
  'sync_point',
  'device_settings',
] as const;

/** What the server needed to reach the box. */
const FORGOTTEN_TABLES = ['device_key', 'one_time_code', 'withdrawal_order', 'enrolled_device'] as const;

interface Withdrawal {
  readonly siteId: string;
  readonly participantId: string;
  readonly orderId: string;
  readonly atMs: number;
}

/** Resolves with the order's id, the first one's when it was ordered before; undefined for nobody known. */
export function orderWithdrawal(
  database: SqlDatabase,
  { siteId, participantId, orderId, atMs }: Withdrawal,
): Promise<string | undefined> {
  const participant = { kind: 'participant', siteId, id: participantId } as const;
  return database.transaction(async (sql) => {
    const earlier = await orderThatErased(sql, participant);
    if (earlier !== undefined) return earlier;
    const devices = await sql.query<{ deviceId: string }>(WITHDRAW_DEVICES, [siteId, participantId]);
    if (devices.length === 0) return undefined;

    await setTombstone(sql, participant, orderId, atMs);
    for (const { deviceId } of devices) {
      await setTombstone(sql, { kind: 'device', siteId, id: deviceId }, orderId, atMs);
      await sql.query(INSERT_ORDER, [siteId, deviceId, orderId]);
      await deleteOf(sql, ERASED_TABLES, siteId, deviceId);
    }
    return orderId;
  });
}

/** Forgets the box and its keys. True again when it had been confirmed before. */
export function confirmWithdrawal(
  database: SqlDatabase,
  { siteId, deviceId }: EnrolledDevice,
  orderId: string,
): Promise<boolean> {
  return database.transaction(async (sql) => {
    const order = await sql.query(FIND_ORDER, [siteId, deviceId, orderId]);
    if (order.length === 0) {
      return (await orderThatErased(sql, { kind: 'device', siteId, id: deviceId })) === orderId;
    }
    await deleteOf(sql, FORGOTTEN_TABLES, siteId, deviceId);
    return true;
  });
}

async function deleteOf(
  sql: SqlRunner,
  tables: readonly string[],
  siteId: string,
  deviceId: string,
): Promise<void> {
  for (const table of tables) {
    await sql.query(`DELETE FROM ${table} WHERE site_id = $1 AND device_id = $2`, [siteId, deviceId]);
  }
}
