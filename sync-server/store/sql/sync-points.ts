/**
 * What requests told of boxes' clocks: of each hour a boot ran, the point that pins its clock best.
 */
import type { EnrolledDevice } from '../device-registry.ts';
import type { SyncPoint } from '../event-log.ts';
import type { SqlRunner } from './sql-database.ts';

/** Points of one boot drift apart by some 0.2 s an hour (50 ppm crystals), far below what a request's delay leaves open. */
const HOUR_MS = 60 * 60 * 1000;

/** Boots asked for at once, padded to one of these so that few statements are compiled. */
const BOOTS_ASKED = [1, 10, 100] as const;

const KEEP = `
  INSERT INTO sync_point (site_id, device_id, boot_id, running_hour, width_ms, body)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (site_id, device_id, boot_id, running_hour) DO UPDATE
  SET width_ms = excluded.width_ms, body = excluded.body WHERE excluded.width_ms < sync_point.width_ms`;

/** How many milliseconds of the box's clock a point leaves open: the request's own bounds, or its last exchange's. */
export function syncPointWidthMs({ nonceIssuedAtMs, receivedAtMs, lastExchange }: SyncPoint): number {
  const request = receivedAtMs - nonceIssuedAtMs;
  const exchange = lastExchange === undefined ? Infinity : lastExchange.receivedMs - lastExchange.sentMs;
  return Math.max(0, exchange >= 0 ? Math.min(request, exchange) : request);
}

export async function keepSyncPoint(
  sql: SqlRunner,
  { siteId, deviceId }: EnrolledDevice,
  point: SyncPoint,
): Promise<void> {
  const hour = whole(point.monotonicMs / HOUR_MS);
  const width = whole(syncPointWidthMs(point));
  await sql.query(KEEP, [siteId, deviceId, point.bootId, hour, width, JSON.stringify(point)]);
}

/** Ordered by running time within each boot. */
export async function readSyncPoints(
  sql: SqlRunner,
  siteId: string,
  deviceId: string,
  bootIds: readonly string[],
): Promise<readonly SyncPoint[]> {
  const points: SyncPoint[] = [];
  for (const ids of inGroups(bootIds)) {
    const rows = await sql.query<{ body: string }>(readStatement(ids.length), [siteId, deviceId, ...ids]);
    points.push(...rows.map(({ body }) => JSON.parse(body) as SyncPoint));
  }
  return points;
}

function readStatement(boots: number): string {
  const asked = Array.from({ length: boots }, (_, index) => `$${index + 3}`);
  return `
    SELECT body FROM sync_point WHERE site_id = $1 AND device_id = $2 AND boot_id IN (${asked.join(', ')})
    ORDER BY boot_id, running_hour`;
}

function inGroups(bootIds: readonly string[]): readonly (readonly string[])[] {
  const unique = [...new Set(bootIds)];
  const most = BOOTS_ASKED.at(-1)!;
  return Array.from({ length: Math.ceil(unique.length / most) }, (_, index) => {
    const group = unique.slice(index * most, (index + 1) * most);
    const size = BOOTS_ASKED.find((asked) => asked >= group.length)!;
    return [...group, ...Array<string>(size - group.length).fill(group[0]!)];
  });
}

/** A box may say any number; a column takes whole ones. */
function whole(value: number): number {
  return Math.min(Math.trunc(value), Number.MAX_SAFE_INTEGER);
}
