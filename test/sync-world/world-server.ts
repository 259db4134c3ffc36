/**
 * The server of the world: the real app and store on a disk that outlives it, with a gate before every statement that can
 * crash the process, and an operator who works on the store beside it as the sub-commands of `amecs server` do.
 */
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import type { HttpReply, HttpRequest } from '../../device/sync/exchange.ts';
import { createApp } from '../../sync-server/app.ts';
import { sortStoredEvent } from '../../sync-server/ingest/sort-events.ts';
import { ENROLMENT_CODE_LIFETIME_MS, HEADERS } from '../../sync-server/protocol/protocol-limits.ts';
import { canonicalCode, createCode, hashSecret } from '../../sync-server/secrets.ts';
import type { SqlDatabase, SqlRunner } from '../../sync-server/store/sql/sql-database.ts';
import { createSqlStore } from '../../sync-server/store/sql/sql-store.ts';
import { type Store, StoreUnavailableError } from '../../sync-server/store/store.ts';
import type { Snapshot } from './checker.ts';
import { createGate, type Gate, type Mishap } from './gate.ts';
import type { Sabotage } from './sabotage.ts';
import type { ServerDisk } from './server-disk.ts';
import type { MachineTimers, VirtualTime } from './virtual-time.ts';

export const SERVER_URL = 'https://amecs.example.org';
export const SITE_ID = '01900000-0000-7000-8000-000000000001';
/** When the world begins, on the server's clock. */
export const WORLD_BEGINS_MS = Date.UTC(2026, 0, 2);

/** What the boxes of later versions write, and only a later server reads. */
export const LATER_KIND = 'dreamt';

export interface WorldServer {
  /** Rejects when the process is not there, or gone before it answered. */
  serve(request: HttpRequest): Promise<HttpReply>;
  start(): Promise<void>;
  crash(): void;
  isUp(): boolean;
  /** A request waits for a slow disk. */
  isSleeping(): boolean;
  arm(mishap: Mishap, at: number): void;
  disarm(): void;
  /** On the server's clock, as it stands. */
  nowMs(): number;
  jumpClock(byMs: number): void;
  /** Counts the times a backup was put back: promises of an earlier database bind nobody. */
  databaseId(): number;
  restore(backup: unknown, isTold: boolean): Promise<void>;
  /** `forDeviceId`: whoever uses it becomes that box again. */
  createCode(forDeviceId?: string): Promise<string>;
  revoke(deviceId: string): Promise<void>;
  /** A later version starts: it reads again what was set aside. */
  upgrade(): Promise<void>;
  kept(): Promise<Pick<Snapshot, 'stored' | 'quarantined' | 'heads'>>;
  close(): Promise<void>;
}

interface Process {
  readonly app: FastifyInstance;
  readonly gate: Gate;
  readonly timers: MachineTimers;
  readonly database: SqlDatabase;
}

export interface WorldServerParts {
  readonly disk: ServerDisk;
  readonly time: VirtualTime;
  readonly sabotage: Sabotage;
  readonly tell: (line: string) => void;
}

export async function createWorldServer(parts: WorldServerParts): Promise<WorldServer> {
  const { disk, time, sabotage, tell } = parts;
  let current: Process | undefined;
  let restores = 0;
  let clockOffMs = 0;
  const now = (): number => WORLD_BEGINS_MS + time.nowMs() + clockOffMs;

  let operator: Promise<Store> | undefined;

  /** On the operator's own connection, which knows nothing of the server's crashes. */
  async function operate<T>(work: (store: Store) => Promise<T>): Promise<T> {
    operator ??= disk.connect().then((database) => createSqlStore(database, disk.proofMemory(database)));
    return work(await operator);
  }

  async function dismissOperator(): Promise<void> {
    await (await operator)?.close();
    operator = undefined;
  }

  async function start(): Promise<void> {
    const timers = time.createTimers();
    const gate = createGate({
      timers,
      onCrash: crash,
      failure: () => new StoreUnavailableError('disk I/O error'),
      whenShut: 'rejection',
    });
    const database = await disk.connect();
    const behind = gated(sabotage.database?.(database) ?? database, gate);
    const store = await createSqlStore(behind, disk.proofMemory(behind));
    const app = createApp({
      store: sabotage.store?.(store) ?? store,
      log: pino({ enabled: false }),
      now,
    });
    await app.ready();
    current = { app, gate, timers, database };
  }

  function crash(): void {
    if (current === undefined) return;
    tell('the server is gone');
    const { gate, timers, database } = current;
    current = undefined;
    gate.shut();
    timers.stop();
    ending = ending.then(() => database.close());
  }
  /** What ended processes still hold open. */
  let ending: Promise<void> = Promise.resolve();

  await operate((store) => store.createSite({ siteId: SITE_ID, purpose: 'study' }, now()));
  await start();

  return {
    start: async () => {
      await ending;
      await start();
    },
    crash,
    isUp: () => current !== undefined,
    isSleeping: () => (current?.gate.asleep() ?? 0) > 0,
    arm: (mishap, at) => current?.gate.arm(mishap, at),
    disarm: () => current?.gate.disarm(),
    databaseId: () => restores,
    nowMs: now,
    jumpClock(byMs) {
      clockOffMs += byMs;
    },

    async serve({ method, path, headers, body }) {
      const process = current;
      if (process === undefined) throw new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
      const reply = await process.app.inject({
        method,
        url: path,
        headers: { ...headers, host: new URL(SERVER_URL).host },
        ...(body === undefined ? {} : { payload: Buffer.from(body) }),
      });
      if (process.gate.isShut()) throw new TypeError('fetch failed', { cause: new Error('ECONNRESET') });
      const nonce = reply.headers[HEADERS.nonce];
      return {
        status: reply.statusCode,
        contentType: String(reply.headers['content-type'] ?? ''),
        retryAfterMs: Number(reply.headers['retry-after'] ?? 0) * 1000,
        ...(nonce === undefined ? {} : { nonce: String(nonce) }),
        serverTimeMs: Number(reply.headers[HEADERS.serverTime]),
        body: reply.rawPayload,
      };
    },

    async restore(backup, isTold) {
      crash();
      await ending;
      await dismissOperator();
      await disk.restore(backup);
      restores += 1;
      if (isTold) await operate((store) => store.renewGeneration());
      await start();
    },

    async createCode(forDeviceId) {
      const code = createCode();
      const saved = {
        siteId: SITE_ID,
        codeHash: hashSecret(canonicalCode(code)),
        expiresAtMs: now() + ENROLMENT_CODE_LIFETIME_MS,
      };
      await operate((store) =>
        store.saveEnrolmentCode(forDeviceId === undefined ? saved : { ...saved, forDeviceId }),
      );
      return code;
    },

    revoke: (deviceId) => operate(async (store) => void (await store.revoke(SITE_ID, deviceId))),
    upgrade: () => operate(async (store) => void (await store.replayQuarantine(readAsLater))),

    kept: () => readKept(disk),

    async close() {
      crash();
      await ending;
      await dismissOperator();
      await disk.close();
    },
  };
}

/** What a server's database holds, whether a server runs on it or not. */
export async function readKept(
  disk: Pick<ServerDisk, 'rows'>,
): Promise<Pick<Snapshot, 'stored' | 'quarantined' | 'heads'>> {
  const events = await disk.rows('SELECT device_id, epoch, seq, log_number, body FROM journal_event');
  const aside = await disk.rows('SELECT device_id, epoch, seq, reason, body FROM quarantined_event');
  const heads = await disk.rows('SELECT device_id, epoch, last_seq, chain FROM journal_head');
  return {
    stored: events.map((row) => ({ ...placed(row), log: Number(row.log_number) })),
    quarantined: aside.map((row) => ({ ...placed(row), reason: String(row.reason) })),
    heads: heads.map(({ device_id, epoch, last_seq, chain }) => ({
      deviceId: String(device_id),
      epoch: Number(epoch),
      seq: Number(last_seq),
      chain: String(chain),
    })),
  };
}

function placed({ device_id, epoch, seq, body }: Readonly<Record<string, string | number | null>>) {
  return { deviceId: String(device_id), epoch: Number(epoch), seq: Number(seq), body: String(body) };
}

/** Every statement and every commit behind the gate. */
function gated(database: SqlDatabase, gate: Gate): SqlDatabase {
  return {
    query: (sql, values) => gate.pass(() => database.query(sql, values)),
    transaction: (work) =>
      gate.pass(() =>
        database.transaction(async (sql) => {
          const runner: SqlRunner = {
            query: (statement, values) => gate.pass(() => sql.query(statement, values), { holdsLock: true }),
          };
          const result = await work(runner);
          await gate.pass(() => undefined, { holdsLock: true });
          return result;
        }),
      ),
    close: () => database.close(),
  };
}

/** A later server reads the later kind too. */
function readAsLater(body: string, at: { readonly epoch: number; readonly seq: number }) {
  const sorted = sortStoredEvent(body, at);
  const { entry } = JSON.parse(body) as { entry: { kind: string } };
  return entry.kind === LATER_KIND ? { ...sorted, kind: LATER_KIND } : sorted;
}
