/**
 * Gives the rows of an export page their times: asks the store once a box for what it knows of the boots on the page,
 * and of their neighbours where a boot never spoke with the server.
 */
import type { ExportRow, TimedRow } from '../protocol/export-page.ts';
import type { BootStart, EventLog, SyncPoint } from '../store/event-log.ts';
import { neighbouringBoots, spanByOrder } from './boot-order.ts';
import { ALWAYS } from './clock-bounds.ts';
import { type BootKnowledge, correctTime } from './correct-time.ts';

/** What times need of the store. */
export type ClockRecords = Pick<EventLog, 'syncPoints' | 'bootStarts'>;

/** The rows in their order, each with its time. The times of a row are the same whatever page it comes on. */
export async function timeRows(
  siteId: string,
  rows: readonly ExportRow[],
  records: ClockRecords,
): Promise<readonly TimedRow[]> {
  const knowledge = new Map<string, BootKnowledge>();
  const bootsByDevice = new Map<string, Set<string>>();
  for (const { deviceId, event } of rows) {
    const bootIds = bootsByDevice.get(deviceId) ?? new Set();
    bootsByDevice.set(deviceId, bootIds.add(event.stamp.bootId));
  }
  for (const [deviceId, bootIds] of bootsByDevice) {
    for (const [bootId, known] of await knowBoots(siteId, deviceId, [...bootIds], records)) {
      knowledge.set(`${deviceId} ${bootId}`, known);
    }
  }
  return rows.map((row) => {
    const { stamp } = row.event;
    const boot = knowledge.get(`${row.deviceId} ${stamp.bootId}`) ?? { points: [], between: ALWAYS };
    return { ...row, ...correctTime({ ...stamp, receivedAtMs: row.receivedAtMs }, boot) };
  });
}

async function knowBoots(
  siteId: string,
  deviceId: string,
  bootIds: readonly string[],
  records: ClockRecords,
): Promise<ReadonlyMap<string, BootKnowledge>> {
  const points = groupByBoot(await records.syncPoints(siteId, deviceId, bootIds));
  const silent = bootIds.filter((bootId) => !points.has(bootId));
  let starts: readonly BootStart[] = [];
  if (silent.length > 0) {
    starts = await records.bootStarts(siteId, deviceId);
    const neighbours = silent.flatMap((bootId) => {
      const { before, after } = neighbouringBoots(bootId, starts);
      return [...before, ...after].map((start) => start.bootId);
    });
    const unasked = new Set(neighbours.filter((bootId) => !bootIds.includes(bootId)));
    const found = await records.syncPoints(siteId, deviceId, [...unasked]);
    for (const [bootId, ofBoot] of groupByBoot(found)) points.set(bootId, ofBoot);
  }
  const pointsOf = (bootId: string): readonly SyncPoint[] => points.get(bootId) ?? [];
  return new Map(
    bootIds.map((bootId) => [
      bootId,
      {
        points: pointsOf(bootId),
        between: points.has(bootId) ? ALWAYS : spanByOrder(bootId, starts, pointsOf),
      },
    ]),
  );
}

function groupByBoot(points: readonly SyncPoint[]): Map<string, SyncPoint[]> {
  const groups = new Map<string, SyncPoint[]>();
  for (const point of points) {
    const group = groups.get(point.bootId);
    if (group === undefined) groups.set(point.bootId, [point]);
    else group.push(point);
  }
  return groups;
}
