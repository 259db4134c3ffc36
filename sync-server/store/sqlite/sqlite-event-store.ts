/**
 * The event store on SQLite: the embedded default, one file, one writer.
 * Every change is one immediate transaction, durable when it returns.
 */
import type Database from 'better-sqlite3';
import type { ExportRow } from '../../protocol/export-page.ts';
import type { JournalEvent } from '../../protocol/journal-event.ts';
import type { EventStore, Site } from '../event-store.ts';
import { createBatchAppender } from './append-batch.ts';
import { createEnroller } from './enrol-device.ts';
import { whenAvailable } from './open-database.ts';

interface ExportedRow {
  log_number: number;
  device_id: string;
  participant_id: string;
  received_at_ms: number;
  body: string;
}

/** The store in `database`, which it owns from now on. */
export function createSqliteEventStore(database: Database.Database): EventStore {
  const generation = database.prepare("SELECT value FROM server_state WHERE name = 'generation'").pluck();
  const sites = database.prepare(
    'SELECT site_id AS siteId, purpose FROM site ORDER BY created_at_ms, site_id',
  );
  const insertSite = database.prepare(
    'INSERT INTO site (site_id, purpose, last_log, created_at_ms) VALUES (@siteId, @purpose, 0, @atMs)',
  );
  const setToken = database.prepare('UPDATE site SET researcher_token_hash = ? WHERE site_id = ?');
  const siteByToken = database.prepare(
    `SELECT site_id AS siteId, purpose, researcher_token_hash AS tokenHash
     FROM site WHERE researcher_token_hash = ?`,
  );
  const deviceByToken = database.prepare(
    `SELECT site_id AS siteId, device_id AS deviceId, participant_id AS participantId, token_hash AS tokenHash
     FROM device WHERE token_hash = ?`,
  );
  const page = database.prepare(
    `SELECT log_number, device_id, participant_id, received_at_ms, body
     FROM event WHERE site_id = ? AND log_number > ? ORDER BY log_number LIMIT ?`,
  );
  const quarantined = database.prepare('SELECT count(*) FROM quarantine WHERE site_id = ?').pluck();
  const { saveCode, enrol } = createEnroller(database);
  const { readCursor, append } = createBatchAppender(database);

  /** Promises, because other stores need them; here each call is done when it returns. */
  const run = async <T>(operation: () => T): Promise<T> => whenAvailable(operation);

  return {
    generation: () => run(() => generation.get() as string),
    sites: () => run(() => sites.all() as Site[]),
    createSite: (site, atMs) => run(() => void insertSite.run({ ...site, atMs })),
    setResearcherToken: (siteId, tokenHash) => run(() => void setToken.run(tokenHash, siteId)),
    siteByResearcherToken: (tokenHash) =>
      run(() => siteByToken.get(tokenHash) as (Site & { tokenHash: string }) | undefined),
    saveEnrolmentCode: (code) => run(() => saveCode(code)),
    enrol: (claim) => run(() => enrol(claim)),
    deviceByToken: (tokenHash) =>
      run(() => deviceByToken.get(tokenHash) as Awaited<ReturnType<EventStore['deviceByToken']>>),
    cursor: (device) => run(() => readCursor(device)),
    append: (device, batch) => run(() => append(device, batch)),
    eventsAfter: (siteId, afterLog, limit) =>
      run(() => (page.all(siteId, afterLog, limit) as ExportedRow[]).map(toExportRow)),
    quarantineCount: (siteId) => run(() => quarantined.get(siteId) as number),
    close: () => run(() => void database.close()),
  };
}

function toExportRow(row: ExportedRow): ExportRow {
  return {
    log: row.log_number,
    deviceId: row.device_id,
    participantId: row.participant_id,
    receivedAtMs: row.received_at_ms,
    event: JSON.parse(row.body) as JournalEvent,
  };
}
