/**
 * `amecs server`: runs the sync server until it is told to stop, by a person, by systemd or by the process that forked it.
 * A parent talks to it over IPC: it asks for a code and so learns where the server is.
 */
import { join } from 'node:path';
import { DEFAULT_HOST, DEFAULT_PORT, type RunningServer, startServer } from '../../sync-server/main.ts';
import { SERVER_FILES } from '../../sync-server/server-files.ts';
import { StartError } from '../../sync-server/start-error.ts';
import type { Command, Terminal } from './command.ts';
import { dataFolder, parseOptions, parseOrigin, parsePort } from './options.ts';
import { SERVER_SUB_COMMANDS, SERVER_SUB_COMMANDS_HELP } from './server/sub-commands.ts';

/** What a parent process may ask. */
export interface ServerRequest {
  readonly kind: 'createEnrolmentCode';
}

/** What the server tells its parent: where it is, with a fresh one-time code, or why it is not there. */
export type ServerReport =
  | { readonly kind: 'serverReady'; readonly url: string; readonly enrolmentCode: string }
  | { readonly kind: 'serverFailed'; readonly reason: string; readonly hint: string };

export const serverCommand: Command = {
  name: 'server',
  summary: 'collect the logs of boxes and hand them to researchers',
  subCommands: SERVER_SUB_COMMANDS,
  help: `Usage: amecs server [options]
       amecs server COMMAND [options]

Receives the interaction logs of boxes and keeps them in one SQLite file, or in PostgreSQL.

  --data DIR        where everything is kept, in DIR/server (default: the AMECS data folder)
  --database URL    a PostgreSQL database for the logs, such as postgres://amecs@db.example.org/amecs; any number of
                    servers may work on it (default: the one file)
  --host HOST       address to listen at (default ${DEFAULT_HOST}: this machine only)
  --port PORT       port to listen at (default ${DEFAULT_PORT}; 0: any free one)
  --public-url URL  where boxes reach it, when a proxy stands in front; the proxy's X-Forwarded-For is then believed
  --log FILE        where the log goes; "stdout" for systemd or a container (default DIR/server/${SERVER_FILES.log})
  --demo            a server for trying things out; its data are marked as a demo's

At each start it prints a one-time code with which one box can enrol within 24 hours.
DIR/server/${SERVER_FILES.researcherToken} holds the token for "amecs pull".

Commands, each with --help; they work on the data of a server, also while it runs:

${SERVER_SUB_COMMANDS_HELP}

Example: amecs server --data /srv/amecs --host 0.0.0.0 --log stdout`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, {
      data: { type: 'string' },
      database: { type: 'string' },
      host: { type: 'string', default: DEFAULT_HOST },
      port: { type: 'string', default: String(DEFAULT_PORT) },
      'public-url': { type: 'string' },
      log: { type: 'string' },
      demo: { type: 'boolean', default: false },
    });
    const dataDir = dataFolder(values.data);
    const publicUrl = values['public-url'];
    const options = {
      dataDir,
      host: values.host,
      port: parsePort(values.port, '--port'),
      isDemo: values.demo,
      ...(values.database === undefined ? {} : { database: values.database }),
      ...(publicUrl === undefined ? {} : { publicUrl: parseOrigin(publicUrl, '--public-url') }),
      ...(values.log === undefined ? {} : { logTo: values.log }),
    };
    const starting = startServer(options);
    const parent = connectParent(starting);
    try {
      const server = await starting;
      if (!parent.isThere) await introduce(server, dataDir, values.database !== undefined, terminal);
      await firstAbort(terminal.signal, parent.gone);
      await server.close();
      return 0;
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      terminal.error(`The server cannot start: ${error.message}. ${error.hint}`);
      await parent.report({ kind: 'serverFailed', reason: error.message, hint: error.hint });
      return 1;
    } finally {
      parent.release();
    }
  },
};

async function introduce(
  server: RunningServer,
  dataDir: string,
  isOnPostgres: boolean,
  terminal: Terminal,
): Promise<void> {
  const place = isOnPostgres ? 'the PostgreSQL database' : join(dataDir, 'server');
  terminal.out(`The server listens at ${server.url} and keeps its data in ${place}.`);
  terminal.out(`One box can enrol within 24 hours with the code ${await server.createEnrolmentCode()}.`);
  terminal.out(`Researchers: amecs pull --data ${dataDir} --out FOLDER. Ctrl-C stops the server.`);
}

/** Resolves when one of the signals aborts. */
function firstAbort(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  if (any.aborted) return Promise.resolve();
  return new Promise((resolve) => any.addEventListener('abort', () => resolve(), { once: true }));
}

interface Parent {
  readonly isThere: boolean;
  /** Aborted when the parent process has gone: a forked server never outlives it. */
  readonly gone: AbortSignal;
  /** Resolves once the message has left, or cannot. */
  report(message: ServerReport): Promise<void>;
  release(): void;
}

/** Answers the parent over IPC, if this process was forked with a channel. */
function connectParent(starting: Promise<RunningServer>): Parent {
  const gone = new AbortController();
  const isThere = process.send !== undefined;
  const report = (message: ServerReport): Promise<void> =>
    new Promise((resolve) => {
      if (!process.connected) resolve();
      else process.send?.(message, undefined, undefined, () => resolve());
    });
  const onMessage = async (message: unknown): Promise<void> => {
    if (!isServerRequest(message)) return;
    const server = await starting.catch(() => undefined);
    // A failed start is told by `run`, whether or not anybody asked.
    if (server === undefined) return;
    await report({ kind: 'serverReady', url: server.url, enrolmentCode: await server.createEnrolmentCode() });
  };
  const onDisconnect = (): void => gone.abort();
  if (isThere) {
    process.on('message', onMessage);
    process.once('disconnect', onDisconnect);
    // The parent may have gone while this process was still loading: then nobody tells it again.
    if (!process.connected) gone.abort();
  }
  return {
    isThere,
    gone: gone.signal,
    report,
    release() {
      process.off('message', onMessage);
      process.off('disconnect', onDisconnect);
      if (process.connected) process.disconnect();
    },
  };
}

function isServerRequest(message: unknown): message is ServerRequest {
  return (
    message !== null &&
    typeof message === 'object' &&
    'kind' in message &&
    message.kind === 'createEnrolmentCode'
  );
}
