/** Whole boxes that send a journal to a server and stop for nothing; and what must be at the server when they are done. */
import type { Outbox } from '../../device/core/ports.ts';
import { enrol } from '../../device/sync/enrolment.ts';
import { systemTimers } from '../../device/sync/exchange.ts';
import { startUplink } from '../../device/sync/uplink.ts';
import { comparePositions, type Position } from '../../sync-server/protocol/position.ts';
import type { EnrolledDevice } from '../../sync-server/store/device-registry.ts';
import type { Store } from '../../sync-server/store/store.ts';
import { createJournalOutbox } from './journal-outbox.ts';
import { callsOf } from './server-calls.ts';
import { until } from './until.ts';

/** Small, so that there is much to interrupt. */
const BATCH_EVENTS = 50;

/** A second or two of work, on a machine that does many things at once. */
const ACKNOWLEDGED_WITHIN_MS = 60_000;

/** Waits are a twentieth of a real box's, which may be 15 min. */
const impatient = { after: (ms: number, run: () => void) => systemTimers.after(ms / 20, run) };

export interface SendingBox {
  readonly device: EnrolledDevice;
  /** The last event the server has acknowledged. */
  acknowledged(): Position;
  /** Writes more events, which it sends at once. */
  append(count: number): void;
  close(): Promise<void>;
}

/** Enrols a box with `code` and lets it send `count` events. */
export async function startSendingBox(serverUrl: string, code: string, count: number): Promise<SendingBox> {
  const outcome = await enrol({ serverUrl, code, timers: impatient });
  if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
  const journal = createJournalOutbox();
  journal.appendMany(count);
  const outbox: Outbox = { ...journal, pending: (limit) => journal.pending(Math.min(limit, BATCH_EVENTS)) };
  const uplink = startUplink({
    outbox,
    createCalls: callsOf(outcome.identity),
    timers: impatient,
    onEvent: () => undefined,
  });
  return {
    device: outcome.identity,
    acknowledged: journal.acknowledged,
    append(more) {
      journal.appendMany(more);
      uplink.kick();
    },
    close: () => uplink.close(),
  };
}

/** Until the boxes together have this many acknowledged. */
export function untilAcknowledged(boxes: readonly SendingBox[], count: number): Promise<unknown> {
  const sum = (): number => boxes.reduce((seqs, box) => seqs + box.acknowledged().seq, 0);
  return until(
    `${count} acknowledged events`,
    () => (sum() >= count ? true : undefined),
    ACKNOWLEDGED_WITHIN_MS,
  );
}

/** Boxes that were told more than the store has. */
export async function boxesToldTooMuch(
  store: Store,
  boxes: readonly SendingBox[],
): Promise<readonly EnrolledDevice[]> {
  const told = boxes.map(({ device, acknowledged }) => ({ device, through: acknowledged() }));
  const heads = await Promise.all(told.map(({ device }) => store.heads(device)));
  return told
    .filter(({ through }, index) => {
      const head = heads[index]!.find(({ epoch }) => epoch === through.epoch) ?? { epoch: 0, seq: 0 };
      return through.epoch > 0 && comparePositions(head, through) < 0;
    })
    .map(({ device }) => device);
}

/** Seqs of each box in the order of the site's log, and the log numbers. */
export async function storedSeqs(
  store: Store,
  siteId: string,
): Promise<{ readonly logs: readonly number[]; readonly byDevice: ReadonlyMap<string, readonly number[]> }> {
  const rows = await store.eventsAfter(siteId, 0, 1_000_000);
  const byDevice = new Map<string, number[]>();
  for (const { deviceId, event } of rows) {
    byDevice.set(deviceId, [...(byDevice.get(deviceId) ?? []), event.stamp.seq]);
  }
  return { logs: rows.map(({ log }) => log), byDevice };
}
