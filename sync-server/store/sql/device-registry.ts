/**
 * Sites, researchers' tokens, boxes and their keys.
 */
import type { DeviceRegistry, DeviceSummary, KnownDevice, Site } from '../device-registry.ts';
import { UnknownDeviceError } from '../downlink-store.ts';
import { enrol } from './enrolment.ts';
import type { ProofMemory } from './proof-memory.ts';
import type { SqlDatabase } from './sql-database.ts';

const SITES = `
  SELECT site_id AS "siteId", purpose FROM research_site ORDER BY created_at_ms, site_id`;
const INSERT_SITE =
  'INSERT INTO research_site (site_id, purpose, last_log, created_at_ms) VALUES ($1, $2, 0, $3)';
/** Whoever writes this row first makes the site; the others wait for it and find that site. */
const CLAIM_FIRST_SITE =
  "INSERT INTO server_state (name, value) VALUES ('firstSite', $1) ON CONFLICT (name) DO NOTHING";

const FORGET_TOKENS = 'DELETE FROM researcher_token WHERE site_id = $1';
const INSERT_TOKEN = 'INSERT INTO researcher_token (token_hash, site_id) VALUES ($1, $2)';
const SITE_BY_TOKEN = `
  SELECT research_site.site_id AS "siteId", purpose, token_hash AS "tokenHash"
  FROM researcher_token JOIN research_site ON research_site.site_id = researcher_token.site_id
  WHERE token_hash = $1`;

const FIND_DEVICE = 'SELECT device_id FROM enrolled_device WHERE site_id = $1 AND device_id = $2';
const INSERT_CODE = `
  INSERT INTO one_time_code (code_hash, site_id, expires_at_ms, for_device_id) VALUES ($1, $2, $3, $4)`;
const DEVICE_BY_KEY = `
  SELECT enrolled_device.site_id AS "siteId", enrolled_device.device_id AS "deviceId",
    participant_id AS "participantId", status, role AS "keyRole"
  FROM device_key
  JOIN enrolled_device
    ON enrolled_device.site_id = device_key.site_id AND enrolled_device.device_id = device_key.device_id
  WHERE key_thumbprint = $1`;
const FORGET_NEXT_KEY = `
  DELETE FROM device_key WHERE site_id = $1 AND device_id = $2 AND role = 'next' AND key_thumbprint <> $3`;
const INSERT_NEXT_KEY = `
  INSERT INTO device_key (key_thumbprint, site_id, device_id, role, public_key)
  VALUES ($1, $2, $3, 'next', $4) ON CONFLICT (key_thumbprint) DO NOTHING`;
/** Guarded by the role it leaves, so that of two at once only one goes on to forget the old key. */
const PROMOTE_KEY = `
  UPDATE device_key SET role = 'current'
  WHERE key_thumbprint = $3 AND site_id = $1 AND device_id = $2 AND role = 'next'
  RETURNING key_thumbprint`;
const FORGET_OTHER_KEYS =
  'DELETE FROM device_key WHERE site_id = $1 AND device_id = $2 AND key_thumbprint <> $3';
const REVOKE = `
  UPDATE enrolled_device SET status = CASE WHEN status = 'withdrawn' THEN status ELSE 'revoked' END
  WHERE site_id = $1 AND device_id = $2
  RETURNING device_id`;
const DEVICES = `
  SELECT site_id AS "siteId", device_id AS "deviceId", participant_id AS "participantId", status,
    enrolled_at_ms AS "enrolledAtMs", last_received_at_ms AS "lastReceivedAtMs",
    (SELECT count(*) FROM journal_event
     WHERE journal_event.site_id = enrolled_device.site_id
       AND journal_event.device_id = enrolled_device.device_id) AS "events"
  FROM enrolled_device WHERE site_id = $1 ORDER BY enrolled_at_ms, device_id`;

type DeviceRow = Omit<DeviceSummary, 'lastReceivedAtMs'> & { readonly lastReceivedAtMs: number | null };

export function createDeviceRegistry(database: SqlDatabase, proofs: ProofMemory): DeviceRegistry {
  return {
    ...proofs,
    sites: () => database.query<Site>(SITES),
    async createSite(site, atMs) {
      await database.query(INSERT_SITE, [site.siteId, site.purpose, atMs]);
    },
    ensureSite: (site, atMs) =>
      database.transaction(async (sql) => {
        await sql.query(CLAIM_FIRST_SITE, [site.siteId]);
        const [first] = await sql.query<Site>(SITES);
        if (first !== undefined) return first;
        await sql.query(INSERT_SITE, [site.siteId, site.purpose, atMs]);
        return site;
      }),

    setResearcherToken: (siteId, tokenHash) =>
      database.transaction(async (sql) => {
        await sql.query(FORGET_TOKENS, [siteId]);
        await sql.query(INSERT_TOKEN, [tokenHash, siteId]);
      }),
    async siteByResearcherToken(tokenHash) {
      return (await database.query<Site & { tokenHash: string }>(SITE_BY_TOKEN, [tokenHash]))[0];
    },

    async saveEnrolmentCode({ siteId, codeHash, expiresAtMs, forDeviceId }) {
      if (forDeviceId !== undefined) {
        const [device] = await database.query(FIND_DEVICE, [siteId, forDeviceId]);
        if (device === undefined) throw new UnknownDeviceError(`no box ${forDeviceId} at site ${siteId}`);
      }
      await database.query(INSERT_CODE, [codeHash, siteId, expiresAtMs, forDeviceId ?? null]);
    },
    enrol: (claim) => enrol(database, claim),
    async deviceByKey(keyThumbprint) {
      return (await database.query<KnownDevice>(DEVICE_BY_KEY, [keyThumbprint]))[0];
    },
    registerNextKey: ({ siteId, deviceId }, keyThumbprint, publicKey) =>
      database.transaction(async (sql) => {
        await sql.query(FORGET_NEXT_KEY, [siteId, deviceId, keyThumbprint]);
        await sql.query(INSERT_NEXT_KEY, [keyThumbprint, siteId, deviceId, JSON.stringify(publicKey)]);
      }),
    promoteNextKey: ({ siteId, deviceId }, keyThumbprint) =>
      database.transaction(async (sql) => {
        const promoted = await sql.query(PROMOTE_KEY, [siteId, deviceId, keyThumbprint]);
        if (promoted.length > 0) await sql.query(FORGET_OTHER_KEYS, [siteId, deviceId, keyThumbprint]);
      }),
    async revoke(siteId, deviceId) {
      return (await database.query(REVOKE, [siteId, deviceId])).length > 0;
    },
    async devices(siteId) {
      const rows = await database.query<DeviceRow>(DEVICES, [siteId]);
      return rows.map((row) => ({ ...row, lastReceivedAtMs: row.lastReceivedAtMs ?? undefined }));
    },
  };
}
