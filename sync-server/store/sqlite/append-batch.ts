/**
 * One batch into SQLite: events, quarantine, log numbers and cursor in one transaction.
 */
import type Database from 'better-sqlite3';
import { cursorAfter, placeBatch } from '../../ingest/place-batch.ts';
import { type SortedEvent, sameBody } from '../../ingest/sort-events.ts';
import type { QuarantinedEvent, QuarantineReason } from '../../protocol/event-batch.ts';
import type { Position } from '../../protocol/position.ts';
import { hashSecret } from '../../secrets.ts';
import type { AppendOutcome, EnrolledDevice, SortedBatch } from '../event-store.ts';

interface BatchAppender {
  readCursor(device: EnrolledDevice): Position;
  append(device: EnrolledDevice, batch: SortedBatch): AppendOutcome;
}

export function createBatchAppender(database: Database.Database): BatchAppender {
  const findCursor = database.prepare(
    'SELECT cursor_epoch AS epoch, cursor_seq AS seq FROM device WHERE site_id = ? AND device_id = ?',
  );
  const moveCursor = database.prepare(
    'UPDATE device SET cursor_epoch = ?, cursor_seq = ? WHERE site_id = ? AND device_id = ?',
  );
  const lastLog = database.prepare('SELECT last_log FROM site WHERE site_id = ?').pluck();
  const setLastLog = database.prepare('UPDATE site SET last_log = ? WHERE site_id = ?');
  const findBody = database
    .prepare('SELECT body FROM event WHERE site_id = ? AND device_id = ? AND epoch = ? AND seq = ?')
    .pluck();
  const insertEvent = database.prepare(
    `INSERT INTO event (site_id, device_id, epoch, seq, log_number, participant_id, received_at_ms, kind, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (site_id, device_id, epoch, seq) DO NOTHING`,
  );
  const insertQuarantined = database.prepare(
    `INSERT INTO quarantine (site_id, device_id, epoch, seq, body_hash, reason, received_at_ms, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (site_id, device_id, epoch, seq, body_hash) DO NOTHING`,
  );

  const readCursor = ({ siteId, deviceId }: EnrolledDevice): Position => {
    const cursor = findCursor.get(siteId, deviceId) as Position | undefined;
    if (cursor === undefined) throw new Error(`read cursor: no device ${deviceId} at site ${siteId}`);
    return cursor;
  };

  /** Why an event must be set aside, or undefined when it is in the log, now or since an earlier copy. */
  const keep = (device: EnrolledDevice, event: SortedEvent, log: number, receivedAtMs: number): Kept => {
    const key = [device.siteId, device.deviceId, event.epoch, event.seq] as const;
    if (event.kind !== undefined) {
      const inserted = insertEvent.run(
        ...key,
        log,
        device.participantId,
        receivedAtMs,
        event.kind,
        event.body,
      );
      if (inserted.changes === 1) return 'stored';
    }
    const known = findBody.get(...key) as string | undefined;
    if (known !== undefined && sameBody(known, event.body)) return 'known';
    const reason = known === undefined ? 'unreadable' : 'conflict';
    insertQuarantined.run(...key, hashSecret(event.body), reason, receivedAtMs, event.body);
    return reason;
  };

  const append = database.transaction((device: EnrolledDevice, batch: SortedBatch): AppendOutcome => {
    const cursor = readCursor(device);
    if (placeBatch(cursor, batch) === 'behind') return { ackedThrough: cursor, stored: 0, quarantined: [] };

    const firstLog = (lastLog.get(device.siteId) as number) + 1;
    const quarantined: QuarantinedEvent[] = [];
    let stored = 0;
    for (const event of batch.events) {
      const kept = keep(device, event, firstLog + stored, batch.receivedAtMs);
      if (kept === 'stored') stored += 1;
      else if (kept !== 'known') quarantined.push({ epoch: event.epoch, seq: event.seq, reason: kept });
    }
    const ackedThrough = cursorAfter(cursor, batch);
    if (stored > 0) setLastLog.run(firstLog + stored - 1, device.siteId);
    moveCursor.run(ackedThrough.epoch, ackedThrough.seq, device.siteId, device.deviceId);
    return { ackedThrough, stored, quarantined };
  });

  return { readCursor, append: (device, batch) => append.immediate(device, batch) };
}

type Kept = 'stored' | 'known' | QuarantineReason;
