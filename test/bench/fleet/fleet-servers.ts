/**
 * The servers under test: `amecs server` as processes of their own on one database, the boxes enrolled at it, and what
 * the processes take of memory.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledEntry } from '../../../device/compiled-entry.ts';
import type { ServerReport } from '../../../provisioning/cli/server-command.ts';
import { openStore } from '../../../sync-server/open-store.ts';
import type { ExportRow } from '../../../sync-server/protocol/export-page.ts';
import { hashSecret } from '../../../sync-server/secrets.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { createUuidV7 } from '../../../sync-server/uuid-v7.ts';
import type { FleetBox } from './fleet-box.ts';

const SAMPLE_EVERY_MS = 250;
const ROWS_A_PAGE = 5_000;
const STOP_TIMEOUT_MS = 5_000;

export interface FleetServers {
  readonly urls: readonly string[];
  /** Enrols boxes, past the limits on attempts; gives their device ids. */
  enrol(boxes: readonly FleetBox[]): Promise<string[]>;
  /** The log after row number `afterLog`. */
  rows(afterLog?: number): AsyncGenerator<ExportRow>;
  readonly memory: MemorySamples;
  close(): Promise<void>;
}

export interface MemorySamples {
  /** The largest resident set of one server now, in MB (10^6 bytes). */
  nowMb(): Promise<number>;
  /** The largest since the start. */
  peakMb(): number;
}

/** Starts `processes` servers on the SQLite file in `folder`, or on `database` (a PostgreSQL address). */
export async function startFleetServers(options: {
  readonly folder: string;
  readonly processes: number;
  readonly database?: string;
  /** For a profiler. */
  readonly execArgv?: readonly string[];
}): Promise<FleetServers> {
  const { folder, processes, database, execArgv = [] } = options;
  const servers: { readonly child: ChildProcess; readonly url: string }[] = [];
  // One after the other: the first makes the schema and the site.
  for (let i = 0; i < processes; i++) {
    servers.push(
      await startServer(join(folder, `server-${database === undefined ? 0 : i}`), database, execArgv),
    );
  }
  const store = await openStore({
    dataDir: join(folder, 'server-0'),
    ...(database === undefined ? {} : { database }),
  });
  const memory = sampleMemory(servers.map(({ child }) => child.pid!));
  return {
    urls: servers.map(({ url }) => url),
    memory,
    enrol: (boxes) => enrolAll(store, boxes),
    rows: (afterLog = 0) => rowsOf(store, afterLog),
    async close() {
      memory.stop();
      await store.close();
      await Promise.all(servers.map(({ child }) => stop(child)));
    },
  };
}

async function startServer(
  data: string,
  database: string | undefined,
  execArgv: readonly string[],
): Promise<{ child: ChildProcess; url: string }> {
  const entry = fileURLToPath(compiledEntry(import.meta.url, './../../../provisioning/cli/amecs.ts'));
  const argv = ['server', '--data', data, '--port', '0'];
  if (database !== undefined) argv.push('--database', database);
  const child = fork(entry, argv, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...execArgv],
  });
  child.send({ kind: 'createEnrolmentCode' });
  const [report] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`bench: the server ended at once (${code})`)),
    ),
  ])) as [ServerReport];
  if (report.kind === 'serverFailed') throw new Error(`bench: ${report.reason}`);
  return { child, url: report.url };
}

async function enrolAll(store: Store, boxes: readonly FleetBox[]): Promise<string[]> {
  const atMs = Date.now();
  const [site] = await store.sites();
  const ids: string[] = [];
  for (const { keyThumbprint, publicKey } of boxes) {
    const codeHash = hashSecret(`bench ${keyThumbprint}`);
    await store.saveEnrolmentCode({ siteId: site!.siteId, codeHash, expiresAtMs: atMs + 60_000 });
    const [deviceId, participantId] = [createUuidV7(atMs), createUuidV7(atMs)];
    const outcome = await store.enrol({ codeHash, keyThumbprint, publicKey, deviceId, participantId, atMs });
    if (outcome.kind !== 'enrolled') throw new Error(`bench: a box could not enrol: ${outcome.kind}`);
    ids.push(deviceId);
  }
  return ids;
}

async function* rowsOf(store: Store, afterLog: number): AsyncGenerator<ExportRow> {
  const [site] = await store.sites();
  let after = afterLog;
  for (;;) {
    const page = await store.eventsAfter(site!.siteId, after, ROWS_A_PAGE);
    yield* page;
    if (page.length < ROWS_A_PAGE) return;
    after = page.at(-1)!.log;
  }
}

function sampleMemory(pids: readonly number[]): MemorySamples & { stop(): void } {
  let peak = 0;
  const nowMb = async (): Promise<number> => {
    const now = Math.max(...(await Promise.all(pids.map(residentMb))));
    peak = Math.max(peak, now);
    return now;
  };
  const timer = setInterval(() => void nowMb(), SAMPLE_EVERY_MS);
  return { nowMb, peakMb: () => peak, stop: () => clearInterval(timer) };
}

/** VmRSS of proc_pid_status(5), in kB there; 0 when the process has gone. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(timer);
}
