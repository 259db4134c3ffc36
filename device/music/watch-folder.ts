/**
 * Tells when songs were put into a folder, changed or taken out, stick and all, once they have come to rest.
 * The kernel's word only says when to look; what there is, looking decides. One watch a folder, since Node's
 * recursive one holds a watch a file and loses folders that are replaced.
 */
import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type FolderScan, folderIdentity, scanFolder } from './scan-folder.ts';
import { createSettledFiles, type FolderLook, type SettledFiles } from './settled-files.ts';

/** Starts watching one folder, not those below; returns how to stop. Throws when the kernel has no more watches. */
export type WatchOneFolder = (path: string, onEvent: () => void) => () => void;

export interface WatchFolderOptions {
  readonly folder: string;
  /** Songs came, changed or went; `unsettled` are paths still being written. Called again only after it resolved. */
  readonly onChange: (unsettled: ReadonlySet<string>) => Promise<void>;
  readonly watchOneFolder?: WatchOneFolder;
  /** Between two looks that must agree, ms. */
  readonly settleMs?: number;
  /** Between two checks that no stick was plugged in or pulled out, ms. */
  readonly replugMs?: number;
}

export interface FolderWatch {
  /** Resolves once what is there was looked at: every change after that is told. */
  readonly started: Promise<void>;
  close(): void;
}

/** A file that did not grow for so long is taken as complete; copying over a slow network pauses for less. */
const SETTLE_MS = 2000;
/** Mounting says nothing to a watch, so each folder's identity is compared this often; one `stat` a folder. */
const REPLUG_MS = 5000;
/** Without watches (too many folders for the kernel) we look this often. */
const UNWATCHED_MS = 60_000;
/** A large folder on a slow disk is looked at for at most a tenth of the time. */
const REST_PER_LOOK = 9;

export function watchFolder(options: WatchFolderOptions): FolderWatch {
  const { folder, onChange, settleMs = SETTLE_MS, replugMs = REPLUG_MS } = options;
  const watchOneFolder = options.watchOneFolder ?? watchByKernel;
  const stopping = new AbortController();
  const watches = new Map<string, { readonly identity: string; readonly stop: () => void }>();
  let settledFiles: SettledFiles | undefined;
  let lookTimer: NodeJS.Timeout | undefined;
  let lookTookMs = 0;
  let isLooking = false;
  let isDirty = false;
  let isFullyWatched = true;
  let sinceLookMs = 0;

  /** Something happened: look once it may have come to rest. */
  function lookSoon(): void {
    isDirty = true;
    if (lookTimer !== undefined || isLooking || stopping.signal.aborted) return;
    lookTimer = setTimeout(() => void look(), Math.max(settleMs, REST_PER_LOOK * lookTookMs)).unref();
  }

  async function look(): Promise<void> {
    lookTimer = undefined;
    isLooking = true;
    isDirty = false;
    sinceLookMs = 0;
    try {
      const found = await lookNow();
      settledFiles ??= createSettledFiles(found);
      const { hasChanged, unsettled } = settledFiles.look(found);
      if (hasChanged) await onChange(unsettled);
      if (unsettled.size > 0) isDirty = true;
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    } finally {
      isLooking = false;
    }
    if (isDirty) lookSoon();
  }

  async function lookNow(): Promise<FolderLook> {
    const startMs = performance.now();
    const found = await scanFolder(folder, stopping.signal);
    lookTookMs = performance.now() - startMs;
    watchAll(found);
    const versions = new Map([[folder, found.kind as string]]);
    if (found.kind !== 'found') return versions;
    for (const { path, sizeBytes, mtimeMs } of found.files) versions.set(path, `${sizeBytes} ${mtimeMs}`);
    return versions;
  }

  /** Every folder that is there is watched, and none that is gone or was replaced by another. */
  function watchAll({ folders }: FolderScan): void {
    for (const [path, { identity, stop }] of watches) {
      if (folders.get(path) === identity) continue;
      stop();
      watches.delete(path);
    }
    isFullyWatched = true;
    for (const [path, identity] of folders) {
      if (watches.has(path) || stopping.signal.aborted) continue;
      try {
        watches.set(path, { identity, stop: watchOneFolder(path, lookSoon) });
      } catch {
        // The folder went just now, which the next check sees, or the kernel has no more watches.
        isFullyWatched = false;
      }
    }
  }

  async function checkPlugs(): Promise<void> {
    sinceLookMs += replugMs;
    if (!isFullyWatched && sinceLookMs >= UNWATCHED_MS) return lookSoon();
    const expected = new Map<string, string | undefined>([[folder, undefined]]);
    for (const [path, { identity }] of watches) expected.set(path, identity);
    for (const [path, identity] of expected) {
      const status = await stat(path).catch(() => undefined);
      if ((status && folderIdentity(status)) !== identity) return lookSoon();
    }
  }

  const plugTimer = setInterval(() => void checkPlugs(), replugMs).unref();
  return {
    started: look(),
    close() {
      stopping.abort();
      clearInterval(plugTimer);
      clearTimeout(lookTimer);
      for (const { stop } of watches.values()) stop();
      watches.clear();
    },
  };
}

const watchByKernel: WatchOneFolder = (path, onEvent) => {
  const watcher = watch(path, { persistent: false }, onEvent);
  // Such as the folder being removed: the next look finds out what is left.
  watcher.on('error', onEvent);
  return () => watcher.close();
};
