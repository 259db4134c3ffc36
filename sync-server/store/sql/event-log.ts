/**
 * The boxes' journals in SQL: heads, the log of a site, its quarantine and sync points.
 */
import type { ExportRow } from '../../protocol/export-page.ts';
import type { JournalEvent } from '../../protocol/journal-event.ts';
import type { Position } from '../../protocol/position.ts';
import type { EventLog, QuarantineRow } from '../event-log.ts';
import { appendBatch } from './append-batch.ts';
import { replayQuarantine } from './replay-quarantine.ts';
import { readGeneration, renewGeneration } from './server-state.ts';
import type { SqlDatabase } from './sql-database.ts';
import { readSyncPoints } from './sync-points.ts';

const HEADS = `
  SELECT epoch, last_seq AS "seq", chain FROM journal_head WHERE site_id = $1 AND device_id = $2 ORDER BY epoch`;
const EVENTS_AFTER = `
  SELECT log_number AS "log", device_id AS "deviceId", participant_id AS "participantId",
    received_at_ms AS "receivedAtMs", body
  FROM journal_event WHERE site_id = $1 AND log_number > $2 ORDER BY log_number LIMIT $3`;
const QUARANTINE_COUNT = 'SELECT count(*) AS "rows" FROM quarantined_event WHERE site_id = $1';
const QUARANTINED = `
  SELECT device_id AS "deviceId", participant_id AS "participantId", epoch, seq, reason,
    received_at_ms AS "receivedAtMs", body
  FROM quarantined_event WHERE site_id = $1
  ORDER BY device_id, epoch, seq, body_hash LIMIT $3 OFFSET $2`;

/** Reads the index of starts, which holds nothing else. */
const BOOT_STARTS = `
  SELECT epoch, seq, body FROM journal_event
  WHERE site_id = $1 AND device_id = $2 AND kind = 'booted' ORDER BY epoch, seq`;

type EventRow = Omit<ExportRow, 'event'> & { readonly body: string };

export function createEventLog(database: SqlDatabase): EventLog {
  return {
    generation: () => readGeneration(database),
    renewGeneration: () => renewGeneration(database),
    async heads({ siteId, deviceId }) {
      const rows = await database.query<Position & { chain: string | null }>(HEADS, [siteId, deviceId]);
      return rows.map(({ chain, ...position }) => (chain === null ? position : { ...position, chain }));
    },
    append: (device, batch) => appendBatch(database, device, batch),
    async eventsAfter(siteId, afterLog, limit) {
      const rows = await database.query<EventRow>(EVENTS_AFTER, [siteId, afterLog, limit]);
      return rows.map(({ body, ...row }) => ({ ...row, event: JSON.parse(body) as JournalEvent }));
    },
    async quarantineCount(siteId) {
      const [count] = await database.query<{ rows: number }>(QUARANTINE_COUNT, [siteId]);
      return count!.rows;
    },
    quarantined: (siteId, after, limit) => database.query<QuarantineRow>(QUARANTINED, [siteId, after, limit]),
    replayQuarantine: (read) => replayQuarantine(database, read),
    syncPoints: (siteId, deviceId, bootIds) => readSyncPoints(database, siteId, deviceId, bootIds),
    async bootStarts(siteId, deviceId) {
      const rows = await database.query<Position & { body: string }>(BOOT_STARTS, [siteId, deviceId]);
      return rows.map(({ epoch, seq, body }) => {
        const { bootId, monotonicMs } = (JSON.parse(body) as JournalEvent).stamp;
        return { epoch, seq, bootId, monotonicMs };
      });
    },
  };
}
