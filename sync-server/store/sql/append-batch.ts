/**
 * One batch into the store: events, quarantine, log numbers and the epoch's head, in one transaction.
 * What becomes of each event is decided in ingest/place-batch.ts.
 */
import {
  type BranchEnd,
  type EpochHead,
  type EventFate,
  type KnownEvent,
  lastSeqOf,
  placeBatch,
  settleBatch,
} from '../../ingest/place-batch.ts';
import { CHAIN_START } from '../../protocol/chain-value.ts';
import type { QuarantinedEvent } from '../../protocol/event-batch.ts';
import { hashSecret } from '../../secrets.ts';
import type { EnrolledDevice } from '../device-registry.ts';
import type { AppendOutcome, SortedBatch } from '../event-log.ts';
import { insertRows } from './insert-rows.ts';
import type { SqlDatabase, SqlRunner } from './sql-database.ts';
import { keepSyncPoint } from './sync-points.ts';
import { orderThatErased } from './tombstones.ts';

/** Takes the device's row for this transaction: batches of one box come one after the other. */
const TAKE_DEVICE = `
  UPDATE enrolled_device SET last_received_at_ms = $3 WHERE site_id = $1 AND device_id = $2
  RETURNING status, last_epoch AS "lastEpoch", downlink_version AS "downlinkVersion"`;
const RAISE_EPOCH = 'UPDATE enrolled_device SET last_epoch = $3 WHERE site_id = $1 AND device_id = $2';
const HEADS = `
  SELECT epoch, last_seq AS "seq", chain, lost_through AS "lostThrough" FROM journal_head
  WHERE site_id = $1 AND device_id = $2 AND epoch IN ($3, $4)`;
const MOVE_HEAD = `
  INSERT INTO journal_head (site_id, device_id, epoch, last_seq, chain, lost_through)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (site_id, device_id, epoch) DO UPDATE
  SET last_seq = excluded.last_seq, chain = excluded.chain, lost_through = excluded.lost_through`;
const BRANCH_ENDS = `
  SELECT epoch, last_seq AS "seq", chain FROM journal_branch
  WHERE site_id = $1 AND device_id = $2 AND epoch IN ($3, $4)`;
const KEEP_BRANCH_END = `
  INSERT INTO journal_branch (site_id, device_id, epoch, last_seq, chain) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (site_id, device_id, epoch, last_seq, chain) DO NOTHING`;
const KNOWN_EVENTS = `
  SELECT seq, body, 0 AS "isUnreadable" FROM journal_event
  WHERE site_id = $1 AND device_id = $2 AND epoch = $3 AND seq BETWEEN $4 AND $5
  UNION ALL
  SELECT seq, body, 1 FROM quarantined_event
  WHERE site_id = $1 AND device_id = $2 AND epoch = $3 AND seq BETWEEN $4 AND $5 AND reason = 'unreadable'`;
/** Takes the site's row: log numbers rise in the order of commits. */
export const TAKE_LOG_NUMBERS = `
  UPDATE research_site SET last_log = last_log + $2 WHERE site_id = $1 RETURNING last_log AS "lastLog"`;
const INSERT_EVENTS = {
  into: `INSERT INTO journal_event
    (site_id, device_id, epoch, participant_id, received_at_ms, seq, log_number, kind, body)`,
  sharedColumns: 5,
  ownColumns: 4,
};
const INSERT_QUARANTINED = {
  into: `INSERT INTO quarantined_event
    (site_id, device_id, epoch, participant_id, received_at_ms, seq, body_hash, reason, body)`,
  sharedColumns: 5,
  ownColumns: 4,
  suffix: 'ON CONFLICT (site_id, device_id, epoch, seq, body_hash) DO NOTHING',
};

interface DeviceState {
  readonly status: string;
  readonly lastEpoch: number;
  readonly downlinkVersion: number;
}

const NO_HEAD: EpochHead = { seq: 0, chain: CHAIN_START, lostThrough: 0 };

export function appendBatch(
  database: SqlDatabase,
  device: EnrolledDevice,
  batch: SortedBatch,
): Promise<AppendOutcome> {
  return database.transaction(async (sql) => {
    const { siteId, deviceId } = device;
    const [state] = await sql.query<DeviceState>(TAKE_DEVICE, [siteId, deviceId, batch.receivedAtMs]);
    if (state === undefined) {
      const order = await orderThatErased(sql, { kind: 'device', siteId, id: deviceId });
      if (order === undefined) throw new Error(`append events: no box ${deviceId} at site ${siteId}`);
    }
    if (state === undefined || state.status === 'withdrawn') {
      return acknowledge(batch, { downlinkVersion: state?.downlinkVersion ?? 0 });
    }
    return appendTo(sql, device, state, batch);
  });
}

async function appendTo(
  sql: SqlRunner,
  device: EnrolledDevice,
  { lastEpoch, downlinkVersion }: DeviceState,
  batch: SortedBatch,
): Promise<AppendOutcome> {
  const { epoch, after } = batch;
  const heads = await readHeads(sql, device, [epoch, after.epoch]);
  const head = heads.get(epoch) ?? NO_HEAD;
  const surroundings = { head, seqInAfterEpoch: heads.get(after.epoch)?.seq ?? 0 };

  let place = placeBatch({ ...surroundings, branchEnds: [] }, batch);
  if (place.kind === 'behind') {
    const branchEnds = await readBranchEnds(sql, device, [epoch, after.epoch]);
    place = placeBatch({ ...surroundings, branchEnds }, batch);
  }
  if (place.kind === 'behind') {
    const ackedThrough = { epoch, seq: head.seq };
    return { ackedThrough, isBehind: true, stored: 0, quarantined: [], downlinkVersion };
  }

  const known = await readKnown(sql, device, epoch, place.compare);
  const { fates, head: nextHead, isParted } = settleBatch(head, batch, place, known);
  const stored = await insertNew(sql, device, batch, fates);
  const quarantined = await insertQuarantined(sql, device, batch, fates);
  if (nextHead !== head) await moveHead(sql, device, epoch, nextHead);
  if (batch.syncPoint !== undefined) await keepSyncPoint(sql, device, batch.syncPoint);

  const newEpoch = isParted ? Math.max(lastEpoch, epoch) + 1 : undefined;
  if (isParted) {
    const end = [epoch, lastSeqOf(batch), place.lastLink];
    await sql.query(KEEP_BRANCH_END, [device.siteId, device.deviceId, ...end]);
  }
  const highestEpoch = newEpoch ?? epoch;
  if (highestEpoch > lastEpoch) await sql.query(RAISE_EPOCH, [device.siteId, device.deviceId, highestEpoch]);
  return acknowledge(batch, {
    stored,
    quarantined,
    downlinkVersion,
    ...(newEpoch === undefined ? {} : { newEpoch }),
  });
}

function acknowledge(
  batch: SortedBatch,
  outcome: Partial<AppendOutcome> & Pick<AppendOutcome, 'downlinkVersion'>,
): AppendOutcome {
  const ackedThrough = { epoch: batch.epoch, seq: lastSeqOf(batch) };
  return { ackedThrough, isBehind: false, stored: 0, quarantined: [], ...outcome };
}

type Epochs = readonly [number, number];

async function readHeads(
  sql: SqlRunner,
  { siteId, deviceId }: EnrolledDevice,
  epochs: Epochs,
): Promise<ReadonlyMap<number, EpochHead>> {
  type HeadRow = Omit<EpochHead, 'chain'> & { readonly epoch: number; readonly chain: string | null };
  const rows = await sql.query<HeadRow>(HEADS, [siteId, deviceId, ...epochs]);
  return new Map(rows.map(({ epoch, chain, ...head }) => [epoch, { ...head, chain: chain ?? undefined }]));
}

function readBranchEnds(
  sql: SqlRunner,
  { siteId, deviceId }: EnrolledDevice,
  epochs: Epochs,
): Promise<readonly BranchEnd[]> {
  return sql.query<BranchEnd>(BRANCH_ENDS, [siteId, deviceId, ...epochs]);
}

async function readKnown(
  sql: SqlRunner,
  { siteId, deviceId }: EnrolledDevice,
  epoch: number,
  seqs: { readonly from: number; readonly to: number } | undefined,
): Promise<ReadonlyMap<number, KnownEvent>> {
  if (seqs === undefined) return new Map();
  type KnownRow = { readonly seq: number; readonly body: string; readonly isUnreadable: number };
  const rows = await sql.query<KnownRow>(KNOWN_EVENTS, [siteId, deviceId, epoch, seqs.from, seqs.to]);
  return new Map(
    rows.map(({ seq, body, isUnreadable }) => [seq, { body, isUnreadable: isUnreadable === 1 }]),
  );
}

/** Puts new events into the log of the site; resolves with how many. */
async function insertNew(
  sql: SqlRunner,
  { siteId, deviceId, participantId }: EnrolledDevice,
  { epoch, events, receivedAtMs }: SortedBatch,
  fates: readonly EventFate[],
): Promise<number> {
  const fresh = events.filter((_, index) => fates[index] === 'new');
  if (fresh.length === 0) return 0;
  const [site] = await sql.query<{ lastLog: number }>(TAKE_LOG_NUMBERS, [siteId, fresh.length]);
  const firstLog = site!.lastLog - fresh.length + 1;
  const rows = fresh.map(({ seq, kind, body }, index) => [seq, firstLog + index, kind!, body]);
  await insertRows(sql, INSERT_EVENTS, [siteId, deviceId, epoch, participantId, receivedAtMs], rows);
  return fresh.length;
}

async function insertQuarantined(
  sql: SqlRunner,
  { siteId, deviceId, participantId }: EnrolledDevice,
  { epoch, events, receivedAtMs }: SortedBatch,
  fates: readonly EventFate[],
): Promise<readonly QuarantinedEvent[]> {
  const aside = events.flatMap((event, index) => {
    const reason = fates[index];
    return reason === 'unreadable' || reason === 'conflict' ? [{ ...event, reason }] : [];
  });
  const rows = aside.map(({ seq, reason, body }) => [seq, hashSecret(body), reason, body]);
  const shared = [siteId, deviceId, epoch, participantId, receivedAtMs];
  await insertRows(sql, INSERT_QUARANTINED, shared, rows);
  return aside.map(({ seq, reason }) => ({ epoch, seq, reason }));
}

async function moveHead(
  sql: SqlRunner,
  { siteId, deviceId }: EnrolledDevice,
  epoch: number,
  { seq, chain, lostThrough }: EpochHead,
): Promise<void> {
  await sql.query(MOVE_HEAD, [siteId, deviceId, epoch, seq, chain ?? null, lostThrough]);
}
