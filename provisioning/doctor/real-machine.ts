/** The machine this runs on, or the files of one below a folder. Only reads. */
import { constants } from 'node:fs';
import { access, readdir, readFile, realpath, statfs } from 'node:fs/promises';
import { machine, release } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findSoundEquipment } from '../../device/audio/sinks/sound-equipment.ts';
import { loadNodeHid } from '../../device/hardware/hid-library.ts';
import { loadOnoff } from '../../device/hardware/sysfs-pins.ts';
import { scanFolder } from '../../device/music/scan-folder.ts';
import { createFetchExchange } from '../../device/sync/exchange.ts';
import { silenceReason } from '../../device/sync/server-calls.ts';
import { ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import type { Access, Machine, OptionalPackage, ServerAnswer, Space } from './machine.ts';
import { readJournal } from './read-journal.ts';
import { runTool } from './run-tool.ts';

/** The slowest of the tools, timedatectl, starts a service first; on a Pi 3 that takes a second, ms. */
const TOOL_MS = 10_000;

/** A server that needs longer is of no use to a box either, ms. */
const SERVER_MS = 5000;

/** `root`: the folder that stands for `/`. */
export function createMachine(root = '/'): Machine {
  const pathOf = (path: string): string => join(root, path);
  return {
    pathOf,
    read: (path) =>
      readFile(pathOf(path), 'utf8').then(
        (text) => text.replace(/[\s\0]+$/, ''),
        () => undefined,
      ),
    list: (folder) =>
      readdir(pathOf(folder)).then(
        (names) => names.sort(),
        () => [],
      ),
    access: (path, mode) => accessOf(pathOf(path), mode === 'read' ? constants.R_OK : constants.W_OK),
    run: (command, args) => runTool(command, args, TOOL_MS),
    async hasProgram(name) {
      const folders = (process.env.PATH ?? '').split(delimiter);
      const answers = await Promise.all(
        folders.map((folder) => accessOf(join(folder, name), constants.X_OK)),
      );
      return answers.includes('allowed');
    },
    hasPackage,
    space: (folder) => spaceAbove(pathOf(folder)),
    async songCount(folder) {
      const scan = await scanFolder(pathOf(folder));
      if (scan.kind === 'found') return scan.files.length;
      return scan.kind === 'empty' ? 0 : scan.kind;
    },
    readJournal: (path) => readJournal(pathOf(path)),
    askServer,
    wallMs: Date.now,
    isRoot: process.getuid?.() === 0,
    architecture: process.arch,
    nodeVersion: process.versions.node,
    kernelMachine: machine(),
    kernelRelease: release(),
  };
}

function accessOf(path: string, mode: number): Promise<Access> {
  return access(path, mode).then(
    () => 'allowed',
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'missing' : 'denied'),
  );
}

async function hasPackage(name: OptionalPackage): Promise<boolean> {
  switch (name) {
    case 'onoff':
      return (await loadOnoff()) !== undefined;
    case 'node-hid':
      return (await loadNodeHid()) !== undefined;
    case 'speaker':
      // Loading it would end this process where there is no card.
      return findSoundEquipment().hasSpeakerModule;
  }
}

async function spaceAbove(folder: string): Promise<Space | undefined> {
  try {
    const [{ bavail, blocks, bsize, ffree, files }, realPath] = await Promise.all([
      statfs(folder),
      realpath(folder),
    ]);
    // Some file systems count no files.
    const freeFiles = files === 0 ? Number.POSITIVE_INFINITY : ffree;
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles, realPath };
  } catch (error) {
    const isBelow = (error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(folder) !== folder;
    return isBelow ? spaceAbove(dirname(folder)) : undefined;
  }
}

async function askServer(url: string): Promise<ServerAnswer> {
  try {
    const request = { method: 'GET', path: ROUTES.health } as const;
    const { status, serverTimeMs } = await createFetchExchange(url)(request, AbortSignal.timeout(SERVER_MS));
    if (serverTimeMs === undefined) return { kind: 'stranger', status };
    return { kind: 'answered', isHealthy: status === 200, serverMs: serverTimeMs, wallMs: Date.now() };
  } catch (error) {
    return { kind: 'silence', reason: silenceReason(error) };
  }
}
