/**
 * One-time codes and the devices they make or bring back.
 */
import type { EnrolledDevice, EnrolmentClaim, EnrolmentOutcome } from '../device-registry.ts';
import type { SqlDatabase, SqlRunner } from './sql-database.ts';

/** Binds a code that is still good to the first key that shows it, and holds its row until the transaction ends. */
const BIND_CODE = `
  UPDATE one_time_code SET key_thumbprint = COALESCE(key_thumbprint, $2)
  WHERE code_hash = $1 AND expires_at_ms > $3
  RETURNING site_id AS "siteId", key_thumbprint AS "keyThumbprint", device_id AS "deviceId",
    for_device_id AS "forDeviceId"`;
const FIND_CODE = 'SELECT site_id FROM one_time_code WHERE code_hash = $1';
const FINISH_CODE = 'UPDATE one_time_code SET device_id = $2 WHERE code_hash = $1';
const FIND_DEVICE = `
  SELECT site_id AS "siteId", device_id AS "deviceId", participant_id AS "participantId"
  FROM enrolled_device WHERE site_id = $1 AND device_id = $2`;
const STATUS_OF_KEY = `
  SELECT status FROM device_key
  JOIN enrolled_device
    ON enrolled_device.site_id = device_key.site_id AND enrolled_device.device_id = device_key.device_id
  WHERE key_thumbprint = $1`;
/** A model may wait for a box that has just come; its settings and orders come later. */
const INSERT_DEVICE = `
  INSERT INTO enrolled_device
    (site_id, device_id, participant_id, status, last_epoch, downlink_version, enrolled_at_ms)
  VALUES ($1, $2, $3, 'active', 0, (SELECT count(*) FROM wanted_model WHERE site_id = $1), $4)`;
/** Whoever comes back may have forgotten what it knew of the downlink. */
const REVIVE_DEVICE = `
  UPDATE enrolled_device SET status = 'active', downlink_version = downlink_version + 1
  WHERE site_id = $1 AND device_id = $2 AND status <> 'withdrawn'
  RETURNING site_id AS "siteId", device_id AS "deviceId", participant_id AS "participantId"`;
const FORGET_KEYS = 'DELETE FROM device_key WHERE site_id = $1 AND device_id = $2';
const INSERT_KEY = `
  INSERT INTO device_key (key_thumbprint, site_id, device_id, role, public_key)
  VALUES ($1, $2, $3, 'current', $4)
  ON CONFLICT (key_thumbprint) DO UPDATE
  SET site_id = excluded.site_id, device_id = excluded.device_id, role = excluded.role`;

interface BoundCode {
  readonly siteId: string;
  readonly keyThumbprint: string;
  readonly deviceId: string | null;
  readonly forDeviceId: string | null;
}

export function enrol(database: SqlDatabase, claim: EnrolmentClaim): Promise<EnrolmentOutcome> {
  return database.transaction(async (sql): Promise<EnrolmentOutcome> => {
    // A box whose child was withdrawn learns that and erases before it becomes another's.
    const [owner] = await sql.query<{ status: string }>(STATUS_OF_KEY, [claim.keyThumbprint]);
    if (owner?.status === 'withdrawn') return { kind: 'codeUnknown' };

    const [code] = await sql.query<BoundCode>(BIND_CODE, [claim.codeHash, claim.keyThumbprint, claim.atMs]);
    if (code === undefined) {
      const isKnown = (await sql.query(FIND_CODE, [claim.codeHash])).length > 0;
      return { kind: isKnown ? 'codeExpired' : 'codeUnknown' };
    }
    if (code.keyThumbprint !== claim.keyThumbprint) return { kind: 'codeUsed' };
    const device =
      code.deviceId === null
        ? await useCode(sql, code, claim)
        : (await sql.query<EnrolledDevice>(FIND_DEVICE, [code.siteId, code.deviceId]))[0];
    return device === undefined ? { kind: 'codeUnknown' } : { kind: 'enrolled', device };
  });
}

/** The device the code makes or brings back; undefined when that one was withdrawn in the meantime. */
async function useCode(
  sql: SqlRunner,
  { siteId, forDeviceId }: BoundCode,
  claim: EnrolmentClaim,
): Promise<EnrolledDevice | undefined> {
  const device =
    forDeviceId === null ? await makeDevice(sql, siteId, claim) : await revive(sql, siteId, forDeviceId);
  if (device === undefined) return undefined;
  const { deviceId } = device;
  await sql.query(INSERT_KEY, [claim.keyThumbprint, siteId, deviceId, JSON.stringify(claim.publicKey)]);
  await sql.query(FINISH_CODE, [claim.codeHash, deviceId]);
  return device;
}

async function makeDevice(sql: SqlRunner, siteId: string, claim: EnrolmentClaim): Promise<EnrolledDevice> {
  const { deviceId, participantId, atMs } = claim;
  await sql.query(INSERT_DEVICE, [siteId, deviceId, participantId, atMs]);
  return { siteId, deviceId, participantId };
}

async function revive(sql: SqlRunner, siteId: string, deviceId: string): Promise<EnrolledDevice | undefined> {
  const [device] = await sql.query<EnrolledDevice>(REVIVE_DEVICE, [siteId, deviceId]);
  if (device !== undefined) await sql.query(FORGET_KEYS, [siteId, deviceId]);
  return device;
}
