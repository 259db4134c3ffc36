/** Runs `amecs server` as a process of its own, as `amecs start` needs it: supervised, and never an orphan. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiledEntry } from '../../device/compiled-entry.ts';
import type { ServerReport } from './server-command.ts';

/** A server that died is started again after this long. */
const RESTART_AFTER_MS = 1000;

/** How long a first answer may take on a slow card. */
const START_TIMEOUT_MS = 15_000;

/** SIGTERM is given this long before SIGKILL: Ctrl-C must end everything within two seconds. */
const STOP_TIMEOUT_MS = 1200;

export interface ServerProcess {
  readonly url: string;
  /** Good for one box. */
  readonly enrolmentCode: string;
  pid(): number | undefined;
  close(): Promise<void>;
}

/**
 * Starts the server on `data`'s SQLite; a taken port is replaced by a free one. Rejects with one clear sentence.
 * If the process dies later it is started again at the same address.
 */
export async function startServerProcess(options: {
  readonly data: string;
  readonly port: number;
  /** Aborted when everything ends: Ctrl-C reaches the server too, and its end is then no surprise. */
  readonly signal: AbortSignal;
  /** One sentence: what was in the way, and what was done. */
  readonly onFault: (sentence: string) => void;
}): Promise<ServerProcess> {
  let isClosed = false;
  let current = launch(options.data, options.port);
  let report = await firstReport(current);
  if (report.kind === 'serverFailed' && options.port !== 0) {
    const { reason } = report;
    current = launch(options.data, 0);
    report = await firstReport(current);
    if (report.kind === 'serverReady')
      options.onFault(`${reason}. The server is at ${report.url} this time.`);
  }
  if (report.kind === 'serverFailed') throw new Error(`${report.reason}. ${report.hint}`);
  const { url, enrolmentCode } = report;
  watch(current);

  function watch(child: ChildProcess): void {
    child.once('exit', (code, signal) => {
      if (isClosed || options.signal.aborted) return;
      const how = signal ?? `exit code ${code}`;
      options.onFault(`The server ended (${how}) and is started again; nothing is lost.`);
      setTimeout(() => {
        if (isClosed || options.signal.aborted) return;
        current = launch(options.data, Number(new URL(url).port));
        watch(current);
      }, RESTART_AFTER_MS).unref();
    });
  }

  return {
    url,
    enrolmentCode,
    pid: () => current.pid,
    async close() {
      isClosed = true;
      await stop(current);
    },
  };
}

function launch(data: string, port: number): ChildProcess {
  const entry = fileURLToPath(compiledEntry(import.meta.url, './amecs.ts'));
  const argv = ['server', '--data', data, '--port', String(port), '--demo'];
  return fork(entry, argv, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
}

function firstReport(child: ChildProcess): Promise<ServerReport> {
  return new Promise((resolve) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      const hint = 'The box works without it and keeps everything until there is one.';
      resolve({ kind: 'serverFailed', reason, hint });
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`The server did not answer within ${START_TIMEOUT_MS / 1000} s`);
    }, START_TIMEOUT_MS);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(message as ServerReport);
    });
    child.once('error', (error) => fail(`The server did not start: ${error.message}`));
    child.once('exit', (code) => fail(`The server ended at once with exit code ${code}`));
    child.send({ kind: 'createEnrolmentCode' }, () => {});
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
