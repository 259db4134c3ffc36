/** Opens the server's store for a command that works on it directly, and names the site and the box it is about. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../sync-server/open-store.ts';
import { SERVER_FILES } from '../../../sync-server/server-files.ts';
import { StartError } from '../../../sync-server/start-error.ts';
import type { DeviceSummary, Site } from '../../../sync-server/store/device-registry.ts';
import { type Store, StoreUnavailableError } from '../../../sync-server/store/store.ts';
import { type Terminal, UsageError } from '../command.ts';
import { dataFolder, parseOptions } from '../options.ts';

/** Where the store is; the same for every command under `amecs server`. */
export const STORE_OPTIONS = { data: { type: 'string' }, database: { type: 'string' } } as const;

export const STORE_OPTIONS_HELP = `  --data DIR      the folder the server was given (default: the AMECS data folder)
  --database URL  the PostgreSQL database it was given, if any`;

/** A store with its one site. */
export interface OpenSite extends Site {
  readonly store: Store;
}

/** Runs `work` on the store and closes it. What stands in the way is told; resolves to the exit code. */
export async function withSite(
  values: { readonly data?: string | undefined; readonly database?: string | undefined },
  terminal: Terminal,
  work: (site: OpenSite) => Promise<number>,
): Promise<number> {
  const dataDir = dataFolder(values.data);
  const { database } = values;
  let store: Store | undefined;
  try {
    // Opening would make an empty database in whatever folder was mistyped.
    const isThere = database !== undefined || existsSync(join(dataDir, 'server', SERVER_FILES.database));
    if (isThere) store = await openStore({ dataDir, database });
    const [site] = (await store?.sites()) ?? [];
    if (store !== undefined && site !== undefined) return await work({ ...site, store });
    terminal.error(
      'No server has run here yet. Start it once with "amecs server", or say where with --data or --database.',
    );
    return 1;
  } catch (error) {
    if (error instanceof StartError) terminal.error(`${error.message}. ${error.hint}`);
    else if (error instanceof StoreUnavailableError)
      terminal.error(`${error.message}. Try again in a moment.`);
    else throw error;
    return 1;
  } finally {
    await store?.close();
  }
}

/**
 * The box of the site whose id is, begins or ends with `word`. Throws UsageError when there is none or more than one:
 * ids made in one minute begin alike, so their ends tell them apart.
 */
export async function boxOf({ store, siteId }: OpenSite, word: string): Promise<DeviceSummary> {
  const wanted = word.toLowerCase();
  const boxes = await store.devices(siteId);
  const found = boxes.filter(({ deviceId }) => deviceId.startsWith(wanted) || deviceId.endsWith(wanted));
  if (wanted !== '' && found.length === 1) return found[0]!;
  throw new UsageError(
    found.length === 0
      ? `There is no box "${word}". See which there are with "amecs server boxes".`
      : `"${word}" can mean ${found.length} boxes. Say more of the id, as "amecs server boxes" tells it.`,
  );
}

/** Parses options for a command about one box, named as the only word. Throws UsageError. */
export function parseBoxOptions(argv: readonly string[], usage: string) {
  const { values, positionals } = parseOptions(argv, STORE_OPTIONS, true);
  const [box, ...more] = positionals;
  if (box === undefined || more.length > 0) throw new UsageError(`Name one box: ${usage}.`);
  return { values, box };
}
