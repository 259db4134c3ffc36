/**
 * Composition root of the server: folder, database, site, researcher token, log, socket.
 * Knows no command line and no process signals; `amecs server` adds those.
 */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createApp } from './app.ts';
import { createEnrolmentCode } from './enrolment-code.ts';
import { sortStoredEvent } from './ingest/sort-events.ts';
import { createLog } from './log.ts';
import { makeServerFolder, openStore } from './open-store.ts';
import type { SitePurpose } from './protocol/export-page.ts';
import { keepResearcherToken } from './researcher-token.ts';
import { SERVER_FILES } from './server-files.ts';
import { StartError } from './start-error.ts';
import type { Site } from './store/device-registry.ts';
import type { Store } from './store/store.ts';
import { createUuidV7 } from './uuid-v7.ts';
import { writeFileWhole } from './write-file-whole.ts';

/** Where `amecs server` listens unless told otherwise: loopback only, a port no registered service uses. */
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 7645;

export interface ServerOptions {
  /** Everything lies in `dataDir/server`, which only this user may enter; with `database` all but the store. */
  readonly dataDir: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Where boxes reach the server when a proxy stands in front of it; see `ServerParts`. Must be an origin. */
  readonly publicUrl?: string;
  /** Such as `postgres://user:password@host/database`: the store lies there, and other servers may work on it too. */
  readonly database?: string;
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

/** Starts the server; rejects with a `StartError` that says what is in the way and what to do. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, now = Date.now } = options;
  const directory = join(options.dataDir, 'server');
  const store = await openStore(options);
  try {
    makeServerFolder(directory);
    const site = await ensureSite(store, options.isDemo === true ? 'demo' : 'study', now);
    const tokenFile = join(directory, SERVER_FILES.researcherToken);
    // Of several servers on one database the first keeps the token; another one must not void it.
    const keepsToken = options.database === undefined || site.isNew || existsSync(tokenFile);
    if (keepsToken) await keepResearcherToken(tokenFile, site.siteId, store);
    const replayed = await store.replayQuarantine(sortStoredEvent);
    const log = createLog(options.logTo ?? join(directory, SERVER_FILES.log));
    const { publicUrl } = options;
    const app = createApp({ store, log, now, ...(publicUrl === undefined ? {} : { publicUrl }) });
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
    log.info({ event: 'serverStarted', url, siteId: site.siteId, purpose: site.purpose, replayed });
    return {
      url,
      createEnrolmentCode: () => createEnrolmentCode(store, { siteId: site.siteId, nowMs: now() }),
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

/** The one site of this database, made at the first start; `isNew` tells who made it. */
async function ensureSite(
  store: Store,
  purpose: SitePurpose,
  now: () => number,
): Promise<Site & { readonly isNew: boolean }> {
  const wanted = { siteId: createUuidV7(now()), purpose };
  const site = await store.ensureSite(wanted, now());
  if (site.purpose === purpose) return { ...site, isNew: site.siteId === wanted.siteId };
  const hint =
    site.purpose === 'demo'
      ? 'Start it with --demo, or choose another folder with --data for a study.'
      : 'Start it without --demo, or choose another folder with --data for a demo.';
  throw new StartError(`the database holds the data of a ${site.purpose}, not of a ${purpose}`, hint);
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
