/** The next start of a box that was cut off, for real but on this machine: ready without a person, answering a press. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { parseDeviceConfig } from '../../../device/config.ts';
import type { ContactChange } from '../../../device/core/press-filter.ts';
import { systemClock } from '../../../device/hardware/system-clock.ts';
import { startDevice } from '../../../device/main.ts';
import type { EventRow } from '../../../device/storage/journal-chain-column.ts';
import { readIdentity } from '../../../device/sync/identity-file.ts';
import { until } from '../../support/until.ts';
import { endOf } from './cut-journal.ts';

/** A start takes half a second; this is for a busy machine. */
const READY_MS = 60_000;

export interface CutStart {
  /** What the box told people was wrong. */
  readonly faults: readonly string[];
  readonly readyMs: number;
  /** The journal after the start, a press that was confirmed, and the end. */
  readonly rows: readonly EventRow[];
}

/** Starts the box in `folder`, presses once, lets it send everything to the server at `serverUrl` if there is one, and ends it. */
export async function startCutBox(options: {
  readonly folder: string;
  readonly music: string;
  readonly serverUrl?: string;
}): Promise<CutStart> {
  const { folder, music, serverUrl } = options;
  const faults: string[] = [];
  const shown: string[] = [];
  let touch: (change: ContactChange) => void = () => {};
  const begin = performance.now();
  const device = await startDevice({
    config: parseDeviceConfig({ sound: 'silent', panel: { port: 0 } }, 'after a cut'),
    folder,
    appVersion: 'after a cut',
    log: pino({ enabled: false }),
    announce: ({ kind, text }) => void (kind === 'fault' && faults.push(text)),
    hardware: {
      contacts: [
        {
          onChange(listener) {
            touch = listener;
          },
          close: async () => {},
        },
      ],
      lamps: [{ show: (button, pattern) => void shown.push(`${button} ${pattern}`) }],
    },
  });
  try {
    await device.scan(music);
    const readyMs = performance.now() - begin;
    touch({ button: 'happy', contact: 'test', isClosed: true, atMs: systemClock.monotonicMs() });
    await until('the press to be confirmed', () => shown.includes('happy confirm') || undefined, READY_MS);
    touch({ button: 'happy', contact: 'test', isClosed: false, atMs: systemClock.monotonicMs() });
    if (serverUrl !== undefined) await sendAll(device, folder, serverUrl);
    await device.close();
    return { faults, readyMs, rows: rowsOf(folder) };
  } catch (error) {
    await device.close();
    throw error;
  }
}

/** The journal of the box in `folder`. */
export function rowsOf(folder: string): readonly EventRow[] {
  const database = new Database(join(folder, 'device.sqlite'), { readonly: true });
  try {
    return database.prepare('SELECT * FROM events ORDER BY epoch, seq').all() as EventRow[];
  } finally {
    database.close();
  }
}

async function sendAll(
  device: Awaited<ReturnType<typeof startDevice>>,
  folder: string,
  serverUrl: string,
): Promise<void> {
  const kept = await readIdentity(join(folder, 'identity.json'));
  if (kept.kind !== 'enrolled') throw new Error(`the identity is ${kept.kind}`);
  device.connect(
    { ...kept.identity, serverUrl },
    {
      save: async () => {},
      remove: async () => {
        throw new Error('the identity must stay');
      },
    },
  );
  const database = new Database(join(folder, 'device.sqlite'), { readonly: true });
  try {
    const sent = database.prepare("SELECT value FROM settings WHERE name = 'acknowledged'").pluck();
    const newest = database.prepare('SELECT * FROM events ORDER BY epoch DESC, seq DESC LIMIT 1');
    await until(
      'everything to be acknowledged',
      () => {
        const end = endOf(newest.all() as EventRow[]);
        return JSON.stringify(end) === sent.get() || undefined;
      },
      READY_MS,
    );
  } finally {
    database.close();
  }
}
