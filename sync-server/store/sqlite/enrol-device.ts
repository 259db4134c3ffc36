/**
 * One-time codes and the devices they make, in SQLite.
 */
import type Database from 'better-sqlite3';
import { sameHash } from '../../secrets.ts';
import type { EnrolledDevice, EnrolmentClaim, EnrolmentOutcome, EventStore } from '../event-store.ts';

interface CodeRow {
  site_id: string;
  expires_at_ms: number;
  enrolment_key_hash: string | null;
  device_id: string | null;
}

interface Enroller {
  saveCode(code: Parameters<EventStore['saveEnrolmentCode']>[0]): void;
  enrol(claim: EnrolmentClaim): EnrolmentOutcome;
}

export function createEnroller(database: Database.Database): Enroller {
  const insertCode = database.prepare(
    'INSERT INTO enrolment_code (code_hash, site_id, expires_at_ms) VALUES (@codeHash, @siteId, @expiresAtMs)',
  );
  const findCode = database.prepare(
    'SELECT site_id, expires_at_ms, enrolment_key_hash, device_id FROM enrolment_code WHERE code_hash = ?',
  );
  const useCode = database.prepare(
    'UPDATE enrolment_code SET enrolment_key_hash = @enrolmentKeyHash, device_id = @deviceId WHERE code_hash = @codeHash',
  );
  const insertDevice = database.prepare(
    `INSERT INTO device (site_id, device_id, participant_id, token_hash, cursor_epoch, cursor_seq, enrolled_at_ms)
     VALUES (@siteId, @deviceId, @participantId, @tokenHash, 0, 0, @atMs)`,
  );
  const findDevice = database.prepare(
    `SELECT site_id AS siteId, device_id AS deviceId, participant_id AS participantId
     FROM device WHERE site_id = ? AND device_id = ?`,
  );
  const replaceToken = database.prepare(
    'UPDATE device SET token_hash = ? WHERE site_id = ? AND device_id = ?',
  );

  const enrol = database.transaction((claim: EnrolmentClaim): EnrolmentOutcome => {
    const code = findCode.get(claim.codeHash) as CodeRow | undefined;
    if (code === undefined) return { kind: 'codeUnknown' };
    if (claim.atMs >= code.expires_at_ms) return { kind: 'codeExpired' };
    if (code.enrolment_key_hash === null || code.device_id === null) {
      const { deviceId, participantId } = claim;
      insertDevice.run({ ...claim, siteId: code.site_id });
      useCode.run(claim);
      return { kind: 'enrolled', device: { siteId: code.site_id, deviceId, participantId } };
    }
    if (!sameHash(code.enrolment_key_hash, claim.enrolmentKeyHash)) return { kind: 'codeUsed' };
    replaceToken.run(claim.tokenHash, code.site_id, code.device_id);
    return { kind: 'enrolled', device: findDevice.get(code.site_id, code.device_id) as EnrolledDevice };
  });

  return { saveCode: (code) => void insertCode.run(code), enrol: (claim) => enrol.immediate(claim) };
}
