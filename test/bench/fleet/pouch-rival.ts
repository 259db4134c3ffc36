/**
 * The rival: PouchDB replicating the same events to express-pouchdb over HTTP. Installed into a temporary folder for the
 * race, never a dependency.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compiledEntry } from '../../../device/compiled-entry.ts';
import type { JournalEvent } from '../../../sync-server/protocol/journal-event.ts';

const PACKAGES = ['pouchdb@9.0.0', 'express@4.21.2', 'express-pouchdb@4.2.0'];
const INSTALL_LIMIT_MS = 120_000;

/** As many documents in a batch as we send events. */
const BATCH = 500;

interface Pouch {
  bulkDocs(documents: readonly object[]): Promise<readonly { readonly ok?: boolean }[]>;
  info(): Promise<{ readonly doc_count: number }>;
  close(): Promise<void>;
  readonly replicate: {
    to(url: string, options: object): Promise<{ readonly ok: boolean; readonly docs_written: number }>;
  };
}

export type PouchResult =
  | { readonly kind: 'measured'; readonly documentsPerS: number; readonly documents: number }
  /** It could not be installed here. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Replicates `events` from a local PouchDB on disk to a server process; its speed in documents a second. */
export async function racePouch(
  events: readonly JournalEvent[],
  progress: (line: string) => void,
): Promise<PouchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'amecs-bench-pouch-'));
  try {
    progress(`installing ${PACKAGES.join(', ')}`);
    const reason = await install(folder);
    if (reason !== undefined) return { kind: 'unavailable', reason };
    const { server, url } = await startPouchServer(folder);
    try {
      const require = createRequire(join(folder, 'package.json'));
      const PouchDb = require('pouchdb') as new (name: string) => Pouch;
      const box = new PouchDb(join(folder, 'box'));
      for (let from = 0; from < events.length; from += BATCH) {
        await box.bulkDocs(events.slice(from, from + BATCH).map(toDocument));
      }
      progress(`PouchDB replicates ${events.length} documents`);
      const startedAtMs = performance.now();
      const done = await box.replicate.to(`${url}/events`, { batch_size: BATCH });
      const tookS = (performance.now() - startedAtMs) / 1000;
      await box.close();
      if (!done.ok || done.docs_written !== events.length) {
        throw new Error(`bench: PouchDB replicated ${done.docs_written} of ${events.length} documents`);
      }
      return { kind: 'measured', documentsPerS: events.length / tookS, documents: events.length };
    } finally {
      server.disconnect();
      await once(server, 'exit');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toDocument(event: JournalEvent): object {
  const { epoch, seq } = event.stamp;
  return { _id: `${String(epoch).padStart(6, '0')}-${String(seq).padStart(12, '0')}`, ...event };
}

/** Why it could not be installed; undefined when it was. */
async function install(folder: string): Promise<string | undefined> {
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts'];
  try {
    await promisify(execFile)('npm', ['install', ...options, ...PACKAGES], {
      cwd: folder,
      timeout: INSTALL_LIMIT_MS,
    });
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}

async function startPouchServer(folder: string): Promise<{ server: ChildProcess; url: string }> {
  const entry = fileURLToPath(compiledEntry(import.meta.url, './pouch-server.ts'));
  const server = fork(entry, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  const [message] = await Promise.race([
    once(server, 'message'),
    once(server, 'exit').then(() => Promise.reject(new Error('bench: the PouchDB server ended at once'))),
  ]);
  return { server, url: `http://127.0.0.1:${(message as { port: number }).port}` };
}
