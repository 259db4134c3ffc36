/**
 * Reads once more what an older server could not: what this one understands moves from quarantine to the log.
 */
import type { SortedEvent } from '../../ingest/sort-events.ts';
import type { Position } from '../../protocol/position.ts';
import { TAKE_LOG_NUMBERS } from './append-batch.ts';
import type { SqlDatabase } from './sql-database.ts';

/** Rows in memory at a time; a row is at most a batch of 1 MB, and nearly always under 1 kB. */
const PAGE_ROWS = 100;

const PAGE = `
  SELECT site_id AS "siteId", device_id AS "deviceId", epoch, seq, body_hash AS "bodyHash",
    participant_id AS "participantId", received_at_ms AS "receivedAtMs", body
  FROM quarantined_event
  WHERE reason = 'unreadable' AND (site_id, device_id, epoch, seq, body_hash) > ($1, $2, $3, $4, $5)
  ORDER BY site_id, device_id, epoch, seq, body_hash LIMIT $6`;
/** Takes the device's row, as appending does. */
const TAKE_DEVICE = `
  UPDATE enrolled_device SET last_epoch = last_epoch WHERE site_id = $1 AND device_id = $2 RETURNING status`;
const IS_TAKEN = `
  SELECT log_number FROM journal_event WHERE site_id = $1 AND device_id = $2 AND epoch = $3 AND seq = $4`;
const REMOVE = `
  DELETE FROM quarantined_event
  WHERE site_id = $1 AND device_id = $2 AND epoch = $3 AND seq = $4 AND body_hash = $5
  RETURNING seq`;
const INSERT = `
  INSERT INTO journal_event
    (site_id, device_id, epoch, seq, log_number, participant_id, received_at_ms, kind, body)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

interface SetAside extends Position {
  readonly siteId: string;
  readonly deviceId: string;
  readonly bodyHash: string;
  readonly participantId: string;
  readonly receivedAtMs: number;
  readonly body: string;
}

/** Resolves with how many moved. Several processes may do this at once. */
export async function replayQuarantine(
  database: SqlDatabase,
  read: (body: string, at: Position) => SortedEvent,
): Promise<number> {
  let moved = 0;
  let last: Omit<SetAside, 'participantId' | 'receivedAtMs' | 'body'> = {
    siteId: '',
    deviceId: '',
    epoch: 0,
    seq: 0,
    bodyHash: '',
  };
  for (;;) {
    const page = await database.query<SetAside>(PAGE, [
      last.siteId,
      last.deviceId,
      last.epoch,
      last.seq,
      last.bodyHash,
      PAGE_ROWS,
    ]);
    for (const row of page) {
      const event = read(row.body, row);
      if (event.kind !== undefined && (await moveToLog(database, row, event.kind, event.body))) moved += 1;
    }
    if (page.length < PAGE_ROWS) return moved;
    last = page.at(-1)!;
  }
}

/** False when its place is taken, or another process was first. */
function moveToLog(database: SqlDatabase, row: SetAside, kind: string, body: string): Promise<boolean> {
  const { siteId, deviceId, epoch, seq } = row;
  return database.transaction(async (sql) => {
    await sql.query(TAKE_DEVICE, [siteId, deviceId]);
    if ((await sql.query(IS_TAKEN, [siteId, deviceId, epoch, seq])).length > 0) return false;
    const removed = await sql.query(REMOVE, [siteId, deviceId, epoch, seq, row.bodyHash]);
    if (removed.length === 0) return false;
    const [site] = await sql.query<{ lastLog: number }>(TAKE_LOG_NUMBERS, [siteId, 1]);
    const place = [siteId, deviceId, epoch, seq, site!.lastLog];
    await sql.query(INSERT, [...place, row.participantId, row.receivedAtMs, kind, body]);
    return true;
  });
}
