/**
 * The simulated hardware of the kiosk: buttons and lamps on a page that only this machine's owner can open.
 * Listens on a loopback address only; reads no configuration and writes nothing.
 */
import type { AddressInfo } from 'node:net';
import type { Clock, ContactSource, Lamps } from '../core/ports.ts';
import { type PageFile, readPageFiles } from './page-files.ts';
import { createPanelApp } from './panel-app.ts';
import { createPanelHub } from './panel-hub.ts';
import type { PanelButton } from './panel-protocol.ts';
import { createPanelSessions } from './panel-sessions.ts';
import type { PanelStatus } from './panel-status.ts';
import { LOOPBACK_HOSTS } from './request-guards.ts';
import type { SongFile } from './song-route.ts';

export interface PanelOptions {
  /** A loopback address: `127.0.0.1`, `::1` or `localhost`. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** From `createPanelToken`. The same token again lets an open page back in after a restart. */
  readonly token: string;
  /** 2 to 6. */
  readonly buttons: readonly PanelButton[];
  readonly songFile: SongFile;
  readonly clock: Clock;
  /** A request failed on our side, such as a song lookup; the panel goes on. */
  readonly onFault?: (fault: Error) => void;
}

/** An open panel. `close` takes less than 300 ms, whatever pages are open. */
export interface Panel extends ContactSource, Lamps {
  /** Where to open the page, token and all: for the owner's eyes only. */
  readonly url: string;
  readonly port: number;
  /** Tell every page the state of the box; call it on each change. */
  publish(status: PanelStatus): void;
}

/** Why the panel could not start: the port is taken, is not ours to take, or the page is not built. */
export type PanelStartReason = 'portInUse' | 'portNotAllowed' | 'hostNotLoopback' | 'pageNotBuilt';

/** The panel could not start; the box goes on without it. The message is one sentence with a hint. */
export class PanelStartError extends Error {
  readonly kind = 'panelStartError';
  readonly reason: PanelStartReason;

  constructor(reason: PanelStartReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PanelStartError';
    this.reason = reason;
  }
}

/** Start listening. Rejects with `PanelStartError`. */
export async function createPanel(options: PanelOptions): Promise<Panel> {
  const { host, buttons, clock } = options;
  if (!LOOPBACK_HOSTS.includes(host)) {
    throw new PanelStartError(
      'hostNotLoopback',
      `panel ${host}: the on-screen buttons are for this machine only; use 127.0.0.1`,
    );
  }
  const hub = createPanelHub({ buttons, clock });
  let port = options.port;
  const app = await createPanelApp({
    files: await builtPageFiles(),
    sessions: createPanelSessions(options.token, () => clock.monotonicMs()),
    hub,
    songFile: options.songFile,
    port: () => port,
    onFault: options.onFault ?? (() => {}),
  });
  try {
    await app.listen({ host, port });
  } catch (fault) {
    await app.close();
    throw startError(fault, host, port);
  }
  // A TCP server's address is never a pipe's name.
  port = (app.server.address() as AddressInfo).port;

  let closed: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/#token=${options.token}`,
    port,
    onChange: (listener) => hub.onChange(listener),
    show: (button, pattern) => hub.show(button, pattern),
    publish: (status) => hub.publish(status),
    close() {
      closed ??= hub.close().then(() => app.close());
      return closed;
    },
  };
}

async function builtPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  try {
    return await readPageFiles();
  } catch (fault) {
    throw new PanelStartError(
      'pageNotBuilt',
      'panel: the page with the on-screen buttons is not built; run `npm run build`',
      fault,
    );
  }
}

function startError(fault: unknown, host: string, port: number): unknown {
  switch ((fault as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new PanelStartError(
        'portInUse',
        `panel ${host}:${port}: another program uses this port; stop it or choose another port`,
        fault,
      );
    case 'EACCES':
      return new PanelStartError(
        'portNotAllowed',
        `panel ${host}:${port}: this user may not use this port; choose one above 1023`,
        fault,
      );
    default:
      return fault;
  }
}
