/**
 * What waits for boxes, in SQL. Every change raises the version of the boxes it concerns in its own transaction.
 */
import type { RemoteSettings, WantedModel, WithdrawalOrder } from '../../protocol/downlink.ts';
import type { EnrolledDevice } from '../device-registry.ts';
import { type DownlinkStore, UnknownDeviceError } from '../downlink-store.ts';
import type { SqlDatabase } from './sql-database.ts';
import { confirmWithdrawal, orderWithdrawal } from './withdrawal.ts';

const DOWNLINK_VERSION = `
  SELECT downlink_version AS "downlinkVersion" FROM enrolled_device WHERE site_id = $1 AND device_id = $2`;
const SETTINGS = 'SELECT version, body FROM device_settings WHERE site_id = $1 AND device_id = $2';
const MODEL = `
  SELECT model_id AS "modelId", size_bytes AS "sizeBytes", signature FROM wanted_model WHERE site_id = $1`;
const ORDER = `
  SELECT order_id AS "orderId", participant_id AS "participantId"
  FROM withdrawal_order
  JOIN enrolled_device ON enrolled_device.site_id = withdrawal_order.site_id
    AND enrolled_device.device_id = withdrawal_order.device_id
  WHERE withdrawal_order.site_id = $1 AND withdrawal_order.device_id = $2`;

const RAISE_FOR_DEVICE = `
  UPDATE enrolled_device SET downlink_version = downlink_version + 1
  WHERE site_id = $1 AND device_id = $2 AND status <> 'withdrawn' RETURNING device_id`;
const RAISE_FOR_SITE =
  'UPDATE enrolled_device SET downlink_version = downlink_version + 1 WHERE site_id = $1';
const SAVE_SETTINGS = `
  INSERT INTO device_settings (site_id, device_id, version, body) VALUES ($1, $2, 1, $3)
  ON CONFLICT (site_id, device_id) DO UPDATE
  SET version = device_settings.version + 1, body = excluded.body
  RETURNING version`;

const FIND_SIGNING_KEY = 'SELECT private_key_pem AS "privateKeyPem" FROM signing_key WHERE site_id = $1';
const SAVE_SIGNING_KEY = `
  INSERT INTO signing_key (site_id, private_key_pem) VALUES ($1, $2) ON CONFLICT (site_id) DO NOTHING`;

const SAVE_MODEL = `
  INSERT INTO wanted_model (site_id, model_id, size_bytes, signature, published_at_ms, content_base64)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (site_id) DO UPDATE
  SET model_id = excluded.model_id, size_bytes = excluded.size_bytes, signature = excluded.signature,
    published_at_ms = excluded.published_at_ms, content_base64 = excluded.content_base64
  WHERE wanted_model.model_id <> excluded.model_id
  RETURNING model_id`;
const FORGET_MODEL = 'DELETE FROM wanted_model WHERE site_id = $1 RETURNING model_id';
const MODEL_BYTES = `
  SELECT content_base64 AS "contentBase64" FROM wanted_model WHERE site_id = $1 AND model_id = $2`;

export function createDownlinkStore(database: SqlDatabase): DownlinkStore {
  async function downlinkVersion({ siteId, deviceId }: EnrolledDevice): Promise<number> {
    const device = [siteId, deviceId];
    const [row] = await database.query<{ downlinkVersion: number }>(DOWNLINK_VERSION, device);
    return row?.downlinkVersion ?? 0;
  }

  return {
    downlinkVersion,
    async downlink(box) {
      // The version first: a change in between is fetched again rather than missed.
      const version = await downlinkVersion(box);
      const { siteId, deviceId } = box;
      const device = [siteId, deviceId];
      const [settings] = await database.query<{ version: number; body: string }>(SETTINGS, device);
      const [model] = await database.query<WantedModel>(MODEL, [siteId]);
      const [withdrawal] = await database.query<WithdrawalOrder>(ORDER, device);
      return {
        downlinkVersion: version,
        settings:
          settings === undefined
            ? null
            : { version: settings.version, values: JSON.parse(settings.body) as RemoteSettings },
        model: model ?? null,
        withdrawal: withdrawal ?? null,
      };
    },
    setSettings: (siteId, deviceId, values) =>
      database.transaction(async (sql) => {
        const raised = await sql.query(RAISE_FOR_DEVICE, [siteId, deviceId]);
        if (raised.length === 0) throw new UnknownDeviceError(`no box ${deviceId} at site ${siteId}`);
        const saved = await sql.query<{ version: number }>(SAVE_SETTINGS, [
          siteId,
          deviceId,
          JSON.stringify(values),
        ]);
        return saved[0]!.version;
      }),

    async signingKey(siteId, create) {
      const find = () => database.query<{ privateKeyPem: string }>(FIND_SIGNING_KEY, [siteId]);
      const [known] = await find();
      if (known !== undefined) return known;
      await database.query(SAVE_SIGNING_KEY, [siteId, create().privateKeyPem]);
      return (await find())[0]!;
    },

    publishModel: (siteId, { modelId, sizeBytes, signature }, bytes, atMs) =>
      database.transaction(async (sql) => {
        const content = Buffer.from(bytes).toString('base64');
        const saved = await sql.query(SAVE_MODEL, [siteId, modelId, sizeBytes, signature, atMs, content]);
        if (saved.length > 0) await sql.query(RAISE_FOR_SITE, [siteId]);
      }),
    unpublishModel: (siteId) =>
      database.transaction(async (sql) => {
        const forgotten = await sql.query(FORGET_MODEL, [siteId]);
        if (forgotten.length > 0) await sql.query(RAISE_FOR_SITE, [siteId]);
      }),
    async modelBytes(siteId, modelId) {
      const [model] = await database.query<{ contentBase64: string }>(MODEL_BYTES, [siteId, modelId]);
      return model === undefined ? undefined : Buffer.from(model.contentBase64, 'base64');
    },

    orderWithdrawal: (siteId, participantId, orderId, atMs) =>
      orderWithdrawal(database, { siteId, participantId, orderId, atMs }),
    confirmWithdrawal: (device, orderId) => confirmWithdrawal(database, device, orderId),
  };
}
