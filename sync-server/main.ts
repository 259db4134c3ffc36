/**
 * Composition root of the server: folder, database, site, researcher token, log, socket.
 * Knows no command line and no process signals; `amecs server` adds those.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createApp } from './app.ts';
import { createLog } from './log.ts';
import type { SitePurpose } from './protocol/export-page.ts';
import { ENROLMENT_CODE_LIFETIME_MS } from './protocol/protocol-limits.ts';
import { keepResearcherToken } from './researcher-token.ts';
import { canonicalCode, createCode, hashSecret } from './secrets.ts';
import { StartError } from './start-error.ts';
import type { EventStore, Site } from './store/event-store.ts';
import { openDatabase } from './store/sqlite/open-database.ts';
import { createSqliteEventStore } from './store/sqlite/sqlite-event-store.ts';
import { createUuidV7 } from './uuid-v7.ts';
import { writeFileWhole } from './write-file-whole.ts';

/** Where `amecs server` listens unless told otherwise: loopback only, a port no registered service uses. */
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 7645;

export interface ServerOptions {
  /** Everything lies in `dataDir/server`, which only this user may enter. */
  readonly dataDir: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Marks a new database as a demo's, so that its data are never taken for a study's. */
  readonly isDemo?: boolean;
  /** `stdout` or a file; `dataDir/server/server.log` unless told otherwise. */
  readonly logTo?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:7645`. */
  readonly url: string;
  /** A fresh one-time code, good for one box and 24 hours. */
  createEnrolmentCode(): Promise<string>;
  /** Cuts open connections, closes the database. */
  close(): Promise<void>;
}

/** Names of the files in `dataDir/server`. */
export const SERVER_FILES = {
  database: 'server.sqlite',
  address: 'address',
  researcherToken: 'researcher-token',
  log: 'server.log',
} as const;

/** Starts the server; rejects with a `StartError` that says what is in the way and what to do. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, now = Date.now } = options;
  const directory = join(options.dataDir, 'server');
  const store = openStore(directory);
  try {
    const site = await ensureSite(store, options.isDemo === true ? 'demo' : 'study', now);
    await keepResearcherToken(join(directory, SERVER_FILES.researcherToken), site.siteId, store);
    const log = createLog(options.logTo ?? join(directory, SERVER_FILES.log));
    const app = createApp({ store, log, now });
    app.addHook('onClose', () => store.close());
    try {
      await app.listen({ host, port });
    } catch (error) {
      await app.close();
      throw listenFault(error, host, port);
    }
    const { address, family, port: openPort } = app.server.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${openPort}`;
    writeFileWhole(join(directory, SERVER_FILES.address), `${url}\n`);
    log.info({ event: 'serverStarted', url, siteId: site.siteId, purpose: site.purpose });
    return {
      url,
      async createEnrolmentCode() {
        const code = createCode();
        const expiresAtMs = now() + ENROLMENT_CODE_LIFETIME_MS;
        await store.saveEnrolmentCode({
          siteId: site.siteId,
          codeHash: hashSecret(canonicalCode(code)),
          expiresAtMs,
        });
        return code;
      },
      async close() {
        await app.close();
        log.info({ event: 'serverStopped' });
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function openStore(directory: string): EventStore {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    return createSqliteEventStore(openDatabase(join(directory, SERVER_FILES.database)));
  } catch (error) {
    throw new StartError(
      (error as Error).message,
      'Check that the folder is yours and its disk has room, or choose another with --data.',
      { cause: error },
    );
  }
}

/** The one site of an embedded server, made at the first start. */
async function ensureSite(store: EventStore, purpose: SitePurpose, now: () => number): Promise<Site> {
  const [known] = await store.sites();
  if (known === undefined) {
    const site = { siteId: createUuidV7(now()), purpose };
    await store.createSite(site, now());
    return site;
  }
  if (known.purpose === purpose) return known;
  const hint =
    known.purpose === 'demo'
      ? 'Start it with --demo, or choose another folder with --data for a study.'
      : 'Start it without --demo, or choose another folder with --data for a demo.';
  throw new StartError(`the database holds the data of a ${known.purpose}, not of a ${purpose}`, hint);
}

function listenFault(error: unknown, host: string, port: number): StartError {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = `listen ${host}:${port}`;
  const cause = { cause: error };
  if (code === 'EADDRINUSE') {
    return new StartError(
      `${where}: another program uses port ${port}`,
      'Stop that program, or choose another port with --port (0 takes any free one).',
      cause,
    );
  }
  if (code === 'EACCES') {
    return new StartError(`${where}: this user may not open port ${port}`, 'Use --port above 1023.', cause);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartError(
      `${where}: this machine has no such address`,
      'Leave --host out, or name one of its own.',
      cause,
    );
  }
  return new StartError(`${where}: ${message}`, 'Check --host and --port.', cause);
}
