/**
 * The server without HTTP and proofs: the calls of a box straight to a real store, going wrong on command. The rules are
 * the server's own.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { OutgoingBatch } from '../../device/core/outbox.ts';
import type { CallResult, ServerCalls } from '../../device/sync/server-calls.ts';
import { sortEvents } from '../../sync-server/ingest/sort-events.ts';
import {
  acknowledgementSchema,
  cursorAnswerSchema,
  eventBatchSchema,
} from '../../sync-server/protocol/event-batch.ts';
import type { JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import { type ProblemCode, problemBody } from '../../sync-server/protocol/problem.ts';
import { PROTOCOL_VERSION } from '../../sync-server/protocol/protocol-limits.ts';
import type { EnrolledDevice } from '../../sync-server/store/device-registry.ts';
import type { QuarantineRow } from '../../sync-server/store/event-log.ts';
import { openSqliteStore } from '../../sync-server/store/sqlite/sqlite-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What becomes of one call. */
export type CallFault =
  | 'ok'
  | 'offline' // nothing arrives
  | 'replyLost' // the server commits, the box never hears of it
  | 'tooLarge' // 413 from a proxy
  | 'portal' // a sign-in page
  | { readonly refusedAs: ProblemCode; readonly retryAfterMs?: number }
  | 'hangs'; // until the box gives up

export interface SyncCentre {
  /** Put faults here, one a call. */
  readonly faults: CallFault[];
  /** What was asked, in order: `cursor`, or a batch. */
  readonly asked: ('cursor' | OutgoingBatch)[];
  /** Calls that will still answer by themselves. */
  inFlight(): number;
  createCalls(stop: AbortSignal): Pick<ServerCalls, 'cursor' | 'send'>;
  stored(): Promise<readonly JournalEvent[]>;
  quarantined(): Promise<readonly QuarantineRow[]>;
  /** Sets the server's clock on. */
  passTime(ms: number): void;
  /** A copy of the database now. */
  backUp(): Buffer;
  /** Puts the copy back; `isTold`: as `amecs server restored` does afterwards. */
  restore(backup: Buffer, isTold?: boolean): Promise<void>;
  close(): Promise<void>;
}

const SITE = '01900000-0000-7000-8000-000000000001';
const DEVICE: EnrolledDevice = {
  siteId: SITE,
  deviceId: '01900000-0000-7000-8000-000000000002',
  participantId: '01900000-0000-7000-8000-000000000003',
};
const STARTED_AT_MS = Date.UTC(2026, 0, 2);

export async function createSyncCentre(): Promise<SyncCentre> {
  const path = join(temporaryFolder(), 'server.sqlite');
  let store = await openSqliteStore(path);
  await store.createSite({ siteId: SITE, purpose: 'study' }, 0);
  await store.saveEnrolmentCode({ siteId: SITE, codeHash: 'c', expiresAtMs: 1 });
  await store.enrol({
    ...DEVICE,
    codeHash: 'c',
    keyThumbprint: 't',
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43) },
    atMs: 0,
  });
  const faults: CallFault[] = [];
  const asked: ('cursor' | OutgoingBatch)[] = [];
  let inFlight = 0;
  let nowMs = STARTED_AT_MS;

  async function answerCursor() {
    const [heads, generation, downlinkVersion] = await Promise.all([
      store.heads(DEVICE),
      store.generation(),
      store.downlinkVersion(DEVICE),
    ]);
    return cursorAnswerSchema.parse({ heads, generation, downlinkVersion });
  }

  async function answerBatch(batch: OutgoingBatch) {
    const sent: unknown = JSON.parse(JSON.stringify({ protocol: PROTOCOL_VERSION, ...batch }));
    const { protocol: _, ...read } = eventBatchSchema.parse(sent);
    const { stored: __, ...outcome } = await store.append(DEVICE, {
      ...read,
      events: sortEvents(read),
      receivedAtMs: nowMs,
    });
    return acknowledgementSchema.parse({ ...outcome, generation: await store.generation() });
  }

  async function call<T>(answer: () => Promise<T>, stop: AbortSignal): Promise<CallResult<T>> {
    const fault = faults.shift() ?? 'ok';
    if (fault === 'hangs') {
      return new Promise((resolve) =>
        stop.addEventListener('abort', () => resolve({ kind: 'silence', reason: 'stopped' })),
      );
    }
    inFlight += 1;
    try {
      if (fault === 'ok') return { kind: 'answer', value: await answer(), serverMs: nowMs };
      if (fault === 'replyLost') await answer();
      return mishap(fault);
    } finally {
      inFlight -= 1;
    }
  }

  return {
    faults,
    asked,
    inFlight: () => inFlight,
    createCalls: (stop) => ({
      cursor() {
        asked.push('cursor');
        return call(answerCursor, stop);
      },
      send(batch) {
        asked.push(batch);
        return call(() => answerBatch(batch), stop);
      },
    }),
    async stored() {
      return (await store.eventsAfter(SITE, 0, 1_000_000)).map(({ event }) => event);
    },
    quarantined: () => store.quarantined(SITE, 0, 1_000_000),
    passTime(ms) {
      nowMs += ms;
    },
    backUp() {
      const witness = new Database(path, { readonly: true });
      try {
        return witness.serialize();
      } finally {
        witness.close();
      }
    },
    async restore(backup, isTold = true) {
      await store.close();
      writeFileSync(path, backup);
      store = await openSqliteStore(path);
      if (isTold) await store.renewGeneration();
    },
    close: () => store.close(),
  };
}

function mishap(fault: Exclude<CallFault, 'ok' | 'hangs'>): CallResult<never> {
  if (fault === 'offline' || fault === 'replyLost') return { kind: 'silence', reason: 'read ECONNRESET' };
  if (typeof fault === 'object') {
    const { refusedAs, retryAfterMs = 0 } = fault;
    return { kind: 'refusal', problem: problemBody(refusedAs), retryAfterMs };
  }
  const status = fault === 'tooLarge' ? 413 : 200;
  return { kind: 'stranger', status, reason: `something else answered (status ${status})`, retryAfterMs: 0 };
}
